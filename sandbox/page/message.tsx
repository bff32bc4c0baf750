import { useState } from 'preact/hooks';
import { Blocks } from './blocks.tsx';
import { ask } from './connection.ts';
import { Emoji } from './emoji.tsx';
import { Interactive } from './interactive.tsx';
import { Mrkdwn } from './mrkdwn.tsx';
import { timeOf, useReader } from './reader.ts';
import type { MessageState, RefusalState, ShortcutState } from './state.ts';

interface MessageProps {
  readonly message: MessageState;
  readonly shortcuts: readonly ShortcutState[];
  readonly replies: number;
  readonly onThread?: ((ts: string) => void) | undefined;
}

/** One message of a channel or thread. */
export function MessageRow({ message, shortcuts, replies, onThread }: MessageProps) {
  const reader = useReader();
  const { author, ts, channel, isEphemeral, text, blocks, files } = message;
  const name = author === 'app' ? reader.appName : author === 'slack' ? 'Slackbot' : (reader.names[author] ?? author);
  const at = new Date(Number(ts) * 1000);
  return (
    <li class={`message${isEphemeral ? ' ephemeral' : ''}`} data-ts={ts}>
      {isEphemeral && (
        <p class="only-you">
          <span aria-hidden="true">
            <Emoji sign="👁️" />
          </span>{' '}
          Only visible to you
        </p>
      )}
      <Avatar author={author} name={name} />
      <div class="message-body">
        <p class="byline">
          <strong>{name}</strong>
          {(author === 'app' || author === 'slack') && <span class="badge">APP</span>}
          <time dateTime={at.toISOString()} title={at.toLocaleString('en-GB', { timeZone: reader.timeZone })}>
            {timeOf(at, reader)}
          </time>
        </p>
        {blocks.length > 0 ? (
          <Interactive key={ts} place={{ channel, ts }}>
            <Blocks blocks={blocks} />
          </Interactive>
        ) : (
          <Mrkdwn text={text} />
        )}
        {files.map(({ id, name, size }) => (
          <p key={id} class="file">
            <Emoji sign="📄" /> <strong>{name}</strong> <small>{size.toLocaleString('en-GB')} bytes</small>
          </p>
        ))}
        {message.isEdited && !isEphemeral && <small class="edited">(edited)</small>}
        {replies > 0 && onThread && (
          <button type="button" class="replies" onClick={() => onThread(ts)}>
            {replies === 1 ? '1 reply' : `${replies} replies`}
          </button>
        )}
      </div>
      {!isEphemeral && <MessageActions message={message} shortcuts={shortcuts} onThread={onThread} />}
    </li>
  );
}

/** What can be done with a message: answer it in a thread, or one of the app's shortcuts. Slack offers neither on ephemeral ones. */
function MessageActions({ message, shortcuts, onThread }: Omit<MessageProps, 'replies'>) {
  const { userId: user } = useReader();
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const choose = async (callbackId: string) => {
    setOpen(false);
    const { channel, ts } = message;
    setProblem((await ask({ do: 'message shortcut', user, channel, ts, callbackId })).problem);
  };
  return (
    <div class="message-actions" onKeyDown={({ key }) => key === 'Escape' && setOpen(false)}>
      {onThread && (
        <button type="button" aria-label="Reply in thread" onClick={() => onThread(message.threadTs ?? message.ts)}>
          <Emoji sign="💬" />
        </button>
      )}
      <button type="button" aria-label="More message actions" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        ⋮
      </button>
      {isOpen && (
        <div class="menu">
          {shortcuts.length === 0 && <small>No app has a message shortcut here yet.</small>}
          {shortcuts.map(({ name, callbackId }) => (
            <button key={callbackId} type="button" onClick={() => choose(callbackId)}>
              {name}
            </button>
          ))}
        </div>
      )}
      {problem && <p class="refused">{problem}</p>}
    </div>
  );
}

/** A message that Slack did not take: its error, not what it would have looked like. */
export function RefusalRow({ refusal }: { refusal: RefusalState }) {
  return (
    <li class="message slack-refused">
      <span class="avatar slack" aria-hidden="true">
        !
      </span>
      <div class="message-body">
        <p class="byline">
          <strong>Slack refused this message</strong>
          <code>{refusal.method}</code>
        </p>
        <p class="refused">{refusal.error}</p>
        {refusal.problems.map((problem) => (
          <p key={problem} class="refused">
            {problem}
          </p>
        ))}
      </div>
    </li>
  );
}

function Avatar({ author, name }: { author: string; name: string }) {
  const kind = author === 'app' || author === 'slack' ? author : `person-${(name.codePointAt(0) ?? 0) % 5}`;
  return (
    <span class={`avatar ${kind}`} aria-hidden="true">
      {author === 'app' ? '◈' : name.slice(0, 1).toUpperCase()}
    </span>
  );
}
