import { parseDuration } from '../duration.ts';

const DAY_MS = 86_400_000;

/** The time that `7d`, `12h`, `90m` ago was, or an RFC 3339 time. Throws an `Error` fit for a person. */
export function parseSince(text: string, now: Date): Date {
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  const agoMs = days === undefined ? parseDuration(text) : Number(days) * DAY_MS;
  if (agoMs !== undefined) return new Date(now.getTime() - agoMs);
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? new Date(text) : undefined;
  if (time && !Number.isNaN(time.getTime())) return time;
  throw new Error('--since takes how long ago, such as 7d or 12h, or a time such as 2026-11-22T10:00:00Z.');
}
