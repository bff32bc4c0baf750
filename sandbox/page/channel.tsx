import { useState } from 'preact/hooks';
import { Composer } from './composer.tsx';
import { ask, type Known } from './connection.ts';
import { MessageList } from './message-list.tsx';
import { useReader } from './reader.ts';
import { labelOf } from './sidebar.tsx';
import type { ChannelState, MachineState, WorkspaceState } from './state.ts';
import { Thread } from './thread.tsx';
import { Home } from './view.tsx';

/** A channel, or the direct messages with the app, which have a Home beside them. */
export function Channel({
  channel,
  known,
  workspace,
}: {
  channel: ChannelState;
  known: Known;
  workspace: WorkspaceState;
}) {
  const { userId: user } = useReader();
  const [isHome, setHome] = useState(false);
  const [threadTs, setThreadTs] = useState<string | undefined>(undefined);
  const { appName, commands, shortcuts, hasHome } = workspace;
  const isApp = channel.kind === 'direct' && channel.hasApp;
  const label = channel.kind === 'direct' ? labelOf(channel, appName) : `#${channel.name}`;
  const messages = (known.messages ?? []).filter((message) => message.channel === channel.id);
  const refusals = (known.refusals ?? []).filter((refusal) => (refusal.channel ?? channel.id) === channel.id);
  const onMessages = shortcuts.filter(({ type }) => type === 'message');
  const whyNot = channel.isArchived ? 'This channel is archived. Nothing can be written here.' : undefined;
  const goHome = () => {
    setHome(true);
    void ask({ do: 'open home', user });
  };
  return (
    <main class="channel">
      <header>
        <h1>{label}</h1>
        {isApp && (
          <div class="tabs">
            <button type="button" aria-pressed={isHome} onClick={goHome}>
              Home
            </button>
            <button type="button" aria-pressed={!isHome} onClick={() => setHome(false)}>
              Messages
            </button>
          </div>
        )}
        <p class="acting">
          as <strong>{workspace.names[user]}</strong>
          {!channel.hasApp && channel.kind !== 'direct' && ` · ${appName} is not in this channel`}
        </p>
      </header>
      {known.machine && <Trouble machine={known.machine} />}
      {isHome ? (
        <Home view={known.home} hasHome={hasHome} appName={appName} />
      ) : (
        <>
          <MessageList
            {...{ place: channel.id, messages, refusals, shortcuts: onMessages }}
            emptyWords={`Nothing was said in ${label} yet. Type /influx help, or copy a token’s ID from the cluster.`}
            onThread={setThreadTs}
          />
          <Composer
            {...{ channel: channel.id, name: label, commands, whyNot }}
            shortcuts={shortcuts.filter(({ type }) => type === 'global')}
          />
        </>
      )}
      {threadTs !== undefined && (
        <Thread
          {...{ ts: threadTs, channel, label, messages, whyNot, shortcuts: onMessages }}
          onClose={() => setThreadTs(undefined)}
        />
      )}
    </main>
  );
}

/** What goes wrong at the moment, where nobody can overlook it. */
function Trouble({ machine: { troubles, isRunning, isBusy } }: { machine: MachineState }) {
  const on = troubles.filter(({ isOn }) => isOn);
  if (on.length === 0 && isRunning) return null;
  return (
    <div class="trouble-strip">
      {!isRunning && <span>{isBusy ? 'The bot is being started …' : 'The bot was killed.'}</span>}
      {on.map(({ id, name }) => (
        <button key={id} type="button" onClick={() => ask({ do: 'trouble', id, isOn: false })}>
          {name} <span aria-hidden="true">✕</span>
          <span class="sr-only">: end this</span>
        </button>
      ))}
    </div>
  );
}
