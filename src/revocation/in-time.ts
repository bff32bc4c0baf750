import { type Clock, sleep } from './clock.ts';

const WITHIN_MS = 1_000;

/** What it resolves with, if Slack can still be acknowledged in time then. */
export async function inTime<T>(clock: Clock, work: Promise<T>): Promise<T | 'not in time'> {
  const ended = new AbortController();
  const late = sleep(clock, WITHIN_MS, ended.signal).then(() => 'not in time' as const);
  try {
    return await Promise.race([work, late]);
  } finally {
    ended.abort();
  }
}
