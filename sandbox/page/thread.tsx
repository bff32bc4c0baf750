import { Composer } from './composer.tsx';
import { MessageRow } from './message.tsx';
import type { ChannelState, MessageState, ShortcutState } from './state.ts';

/** One thread, beside the channel. */
export function Thread({
  ts,
  channel,
  label,
  messages,
  shortcuts,
  whyNot,
  onClose,
}: {
  ts: string;
  channel: ChannelState;
  label: string;
  messages: readonly MessageState[];
  shortcuts: readonly ShortcutState[];
  whyNot: string | undefined;
  onClose: () => void;
}) {
  const rows = messages.filter((message) => message.ts === ts || message.threadTs === ts);
  return (
    <section class="thread" aria-label="Thread">
      <header>
        <h2>Thread</h2>
        <button type="button" class="close" aria-label="Close thread" onClick={onClose}>
          ✕
        </button>
      </header>
      <ol>
        {rows.map((message) => (
          <MessageRow key={message.ts} message={message} shortcuts={shortcuts} replies={0} />
        ))}
      </ol>
      <Composer channel={channel.id} name={label} threadTs={ts} commands={[]} shortcuts={[]} whyNot={whyNot} />
    </section>
  );
}
