import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether this is `npm run test:long`. */
    long: boolean;
  }
}

/** How much of something random is tried: a little with every `npm test`, all of it with `npm run test:long`. */
export function size({ short, long }: { short: number; long: number }): number {
  return inject('long') ? long : short;
}

/** Of many written cases every third, so that each family is there; all of them with `npm run test:long`. */
export function sample<T>(cases: readonly T[]): readonly T[] {
  return inject('long') ? cases : cases.filter((_one, index) => index % 3 === 0);
}

/** Prints the figures of a long run on one line, for the report card. */
export function figures(suite: string, counts: Readonly<Record<string, number | string>>): void {
  if (!inject('long')) return;
  const parts = Object.entries(counts).map(([what, count]) => `${what} ${count}`);
  process.stdout.write(`figures: ${suite}: ${parts.join(', ')}\n`);
}
