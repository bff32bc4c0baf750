import { useEffect, useRef } from 'preact/hooks';
import { MessageRow, RefusalRow } from './message.tsx';
import type { MessageState, RefusalState, ShortcutState } from './state.ts';

const NEAR_END_PX = 160;

/** The messages of one channel, oldest first. Follows the end while the reader is there. */
export function MessageList({
  place,
  messages,
  refusals,
  shortcuts,
  emptyWords,
  onThread,
}: {
  place: string;
  messages: readonly MessageState[];
  refusals: readonly RefusalState[];
  shortcuts: readonly ShortcutState[];
  emptyWords: string;
  onThread: (ts: string) => void;
}) {
  const list = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  const visible = new Set(messages.map(({ ts }) => ts));
  const top = messages.filter(({ threadTs }) => threadTs === undefined || !visible.has(threadTs));
  const repliesTo = (ts: string) => messages.filter(({ threadTs }) => threadTs === ts).length;
  const rows = [...top, ...refusals].sort((one, other) => (one.ts < other.ts ? -1 : 1));

  useEffect(() => {
    isAtEnd.current = true;
  }, [place]);
  useEffect(() => {
    const { current } = list;
    if (current && isAtEnd.current) current.scrollTop = current.scrollHeight;
  }, [messages, refusals, place]);

  const onScroll = () => {
    const { current } = list;
    if (current) isAtEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < NEAR_END_PX;
  };
  return (
    <section class="messages" aria-label="Messages" ref={list} onScroll={onScroll} tabIndex={0}>
      {rows.length === 0 && <p class="nothing">{emptyWords}</p>}
      <div role="log">
        <ol>
          {rows.map((row) =>
            'error' in row ? (
              <RefusalRow key={row.key} refusal={row} />
            ) : (
              <MessageRow
                key={row.ts}
                message={row}
                shortcuts={shortcuts}
                replies={repliesTo(row.ts)}
                onThread={onThread}
              />
            ),
          )}
        </ol>
      </div>
    </section>
  );
}
