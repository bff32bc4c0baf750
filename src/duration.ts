const MILLISECONDS = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3], // U+00B5, the micro sign
  ['μs', 1e-3], // U+03BC, the Greek letter
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** The most that Go's int64 of nanoseconds holds: about 292 years. */
const LONGEST_MS = 9_223_372_036_854;

/**
 * The milliseconds in a duration as Go writes it, `1m0s`, `1.5h`, `300ms`; undefined when it is none.
 * A duration below zero is none. https://pkg.go.dev/time#ParseDuration
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;
  part.lastIndex = text.startsWith('+') ? 1 : 0;
  let total: number | undefined;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (!match) return undefined;
    total = (total ?? 0) + Number(match[1]) * (MILLISECONDS.get(match[2] ?? '') ?? Number.NaN);
  }
  return total !== undefined && total <= LONGEST_MS ? total : undefined;
}
