import { parseDuration } from '../duration.ts';

const DAY_MS = 86_400_000;

/** What `sinceOf` reads, in words for people. */
export const SINCE_FORMS = 'how long ago, such as 7d, 1d12h or 90m, or a time such as 2026-11-22T10:00:00Z';

/** The time that `7d`, `1d12h`, `90m` ago was, or an RFC 3339 time; undefined for any other text. */
export function sinceOf(text: string, now: Date): Date | undefined {
  const [, days, rest = text] = /^(\d{1,5})d(.*)$/.exec(text) ?? [];
  const restMs = days !== undefined && rest === '' ? 0 : parseDuration(rest);
  if (restMs !== undefined) return new Date(now.getTime() - Number(days ?? 0) * DAY_MS - restMs);
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? new Date(text) : undefined;
  return time && !Number.isNaN(time.getTime()) ? time : undefined;
}
