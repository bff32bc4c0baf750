import { useRef, useState } from 'preact/hooks';
import { ask } from './connection.ts';
import { Emoji } from './emoji.tsx';
import { useReader } from './reader.ts';
import type { CommandState, ShortcutState } from './state.ts';

/** Where people write: a command with its usage hint, or a message. Enter sends, Shift+Enter makes a new line. */
export function Composer({
  channel,
  name,
  threadTs,
  commands,
  shortcuts,
  whyNot,
}: {
  channel: string;
  name: string;
  threadTs?: string;
  commands: readonly CommandState[];
  shortcuts: readonly ShortcutState[];
  /** Why nobody may write here. */
  whyNot: string | undefined;
}) {
  const { userId: user } = useReader();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const box = useRef<HTMLTextAreaElement>(null);
  const id = `composer-${threadTs ?? 'channel'}`;
  if (whyNot) return <p class="composer closed">{whyNot}</p>;

  const send = async () => {
    const said = text.trim();
    if (!said) return;
    setText('');
    setProblem(undefined);
    const answer = await ask({ do: 'say', user, channel, text: said, threadTs });
    // Slack leaves what it did not take in the composer.
    if (answer.problem) setText((now) => now || said);
    setProblem(answer.problem);
    box.current?.focus();
  };
  const begin = (command: string) => {
    setText(`${command} `);
    box.current?.focus();
  };
  const fitting = /^\/\S*$/.test(text) ? commands.filter(({ command }) => command.startsWith(text)) : [];
  const typed = commands.find(({ command }) => text.startsWith(`${command} `) || text === command);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const [first] = fitting;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void send();
    } else if (event.key === 'Tab' && first && text !== first.command) {
      event.preventDefault();
      begin(first.command);
    }
  };
  return (
    <div class="composer">
      {fitting.length > 0 && (
        <div class="suggestions">
          {fitting.map(({ command, usageHint, description }) => (
            <button key={command} type="button" onClick={() => begin(command)}>
              <strong>{command}</strong> <code>{usageHint}</code>
              <small>{description}</small>
            </button>
          ))}
        </div>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <textarea
          ref={box}
          rows={Math.min(6, text.split('\n').length)}
          aria-label={threadTs === undefined ? `Message ${name}` : `Message the thread in ${name}`}
          aria-describedby={`${id}-hint`}
          placeholder={threadTs === undefined ? `Message ${name}` : 'Reply…'}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {threadTs === undefined && shortcuts.length > 0 && <Shortcuts shortcuts={shortcuts} />}
        <button type="submit" class="send" aria-label="Send" disabled={!text.trim()}>
          ➤
        </button>
      </form>
      <p id={`${id}-hint`} class="hint">
        {typed
          ? `${typed.command} ${typed.usageHint}`
          : `Enter sends · / begins a command${threadTs ? ' (in channels only)' : ''}`}
      </p>
      {problem && (
        <p class="refused" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

/** The app's global shortcuts. */
function Shortcuts({ shortcuts }: { shortcuts: readonly ShortcutState[] }) {
  const { userId: user } = useReader();
  return (
    <>
      {shortcuts.map(({ name, callbackId }) => (
        <button
          key={callbackId}
          type="button"
          class="shortcut"
          title={name}
          aria-label={`Shortcut: ${name}`}
          onClick={() => ask({ do: 'shortcut', user, callbackId })}
        >
          <Emoji sign="⚡" />
        </button>
      ))}
    </>
  );
}
