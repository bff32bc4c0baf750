import { parseDuration } from '../duration.ts';

const DAY_MS = 86_400_000;

/** What `sinceOf` reads, in words for people. */
export const SINCE_FORMS =
  'how long ago, such as 7d, 1d12h or 90m, a day such as 2026-11-22, or a time such as 2026-11-22T10:00:00Z';

/** The time that `2w`, `7d`, `1d12h`, `90m` ago was, the beginning of a day in UTC, or an RFC 3339 time; undefined for any other text. */
export function sinceOf(text: string, now: Date): Date | undefined {
  const [days, rest] = daysIn(text.replace(/[WDH]/g, (unit) => unit.toLowerCase()));
  const restMs = days !== undefined && rest === '' ? 0 : parseDuration(rest);
  if (restMs !== undefined) return new Date(now.getTime() - (days ?? 0) * DAY_MS - restMs);
  const time = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?$/i.test(text)
    ? new Date(text)
    : undefined;
  return time && !Number.isNaN(time.getTime()) ? time : undefined;
}

/** The weeks and days that a text begins with, in days, and what follows them; an `M` stays one, since it is no minute. */
function daysIn(text: string): readonly [number | undefined, string] {
  const [begun = '', weeks, days] = /^(?:(\d{1,4})w)?(?:(\d{1,5})d)?/.exec(text) ?? [];
  return [begun === '' ? undefined : Number(weeks ?? 0) * 7 + Number(days ?? 0), text.slice(begun.length)];
}
