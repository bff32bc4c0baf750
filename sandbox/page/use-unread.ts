import { useEffect, useState } from 'preact/hooks';
import type { MessageState } from './state.ts';

/** The channels in which something came since this person last looked. */
export function useUnread(
  messages: readonly MessageState[] | undefined,
  place: string,
  userId: string,
): ReadonlySet<string> {
  const [read, setRead] = useState<Readonly<Record<string, string>>>({});
  const latest: Record<string, string> = {};
  for (const { channel, ts } of messages ?? []) latest[`${userId} ${channel}`] = ts;
  const here = `${userId} ${place}`;
  useEffect(() => {
    setRead((before) => ({ ...latest, ...before, [here]: latest[here] ?? '' }));
  }, [latest[here], here, messages === undefined]);
  const unread = Object.entries(latest).filter(([key, ts]) => key !== here && ts > (read[key] ?? ''));
  return new Set(unread.map(([key]) => key.slice(userId.length + 1)));
}
