import { useState } from 'preact/hooks';
import { AuditPanel } from './audit-panel.tsx';
import { Channel } from './channel.tsx';
import { ClusterPanel } from './cluster-panel.tsx';
import { type Known, useSandbox } from './connection.ts';
import { type Reader, ReaderContext } from './reader.ts';
import { Sidebar } from './sidebar.tsx';
import { TroublePanel } from './trouble-panel.tsx';
import { useTheme } from './use-theme.ts';
import { useUnread } from './use-unread.ts';
import { Modal } from './view.tsx';
import { WirePanel } from './wire-panel.tsx';

const ALICE = 'U0ALICE001';
const INCIDENT = 'C0INC04711';
const PANELS = ['Cluster', 'Wire', 'Audit', 'Trouble'] as const;

type Panel = (typeof PANELS)[number];
/** On a narrow screen one part is seen at a time. */
type Part = 'menu' | 'channel' | 'panel';

/** The whole page. */
export function App() {
  const [userId, setUserId] = useState(ALICE);
  const [place, setPlace] = useState(INCIDENT);
  const [panel, setPanel] = useState<Panel>('Cluster');
  const [part, setPart] = useState<Part>('channel');
  const known = useSandbox(userId);
  const unread = useUnread(known.messages, place, userId);
  const { workspace, modals = [] } = known;
  if (!workspace) return <p class="nothing">Connecting to the sandbox …</p>;
  const channel = workspace.channels.find(({ id }) => id === place) ?? workspace.channels[0];
  const top = modals.at(-1);
  return (
    <ReaderContext.Provider value={readerOf(known, userId)}>
      <div class={`page part-${part}`}>
        <Sidebar
          {...workspace}
          userId={userId}
          place={channel?.id ?? ''}
          unread={unread}
          onGo={(id) => {
            setPlace(id);
            setPart('channel');
          }}
          onActAs={setUserId}
        />
        {channel && <Channel key={`${userId} ${channel.id}`} channel={channel} known={known} workspace={workspace} />}
        <aside class="beside" aria-label="Backstage">
          <div class="tabs">
            {PANELS.map((name) => (
              <button key={name} type="button" aria-pressed={panel === name} onClick={() => setPanel(name)}>
                {name}
              </button>
            ))}
            <Theme />
          </div>
          <Beside panel={panel} known={known} />
        </aside>
        <Parts part={part} onChange={setPart} />
        {top && <Modal key={top.id} view={top} />}
        {!known.isConnected && (
          <p class="banner bad" role="alert">
            The sandbox does not answer. Is it still running?
          </p>
        )}
      </div>
    </ReaderContext.Provider>
  );
}

function readerOf({ workspace }: Known, userId: string): Reader {
  return {
    userId,
    appName: workspace?.appName ?? 'app',
    names: workspace?.names ?? {},
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    now: () => new Date(Date.now() + (workspace?.aheadMs ?? 0)),
  };
}

function Beside({ panel, known }: { panel: Panel; known: Known }) {
  const { tokens, wire, audit, machine } = known;
  switch (panel) {
    case 'Cluster':
      return <ClusterPanel tokens={tokens ?? []} />;
    case 'Wire':
      return <WirePanel entries={wire} />;
    case 'Audit':
      return audit ? <AuditPanel audit={audit} /> : null;
    case 'Trouble':
      return machine ? <TroublePanel machine={machine} audit={audit} /> : null;
  }
}

/** On a narrow screen: from one part to another. */
function Parts({ part, onChange }: { part: Part; onChange: (part: Part) => void }) {
  const names = { menu: 'Channels', channel: 'Messages', panel: 'Backstage' } as const;
  const parts = ['menu', 'channel', 'panel'] as const;
  return (
    <nav class="parts" aria-label="Parts of the page">
      {parts.map((one) => (
        <button key={one} type="button" aria-pressed={part === one} onClick={() => onChange(one)}>
          {names[one]}
        </button>
      ))}
    </nav>
  );
}

function Theme() {
  const { isDark, toggle } = useTheme();
  return (
    <button type="button" class="theme" aria-label={isDark ? 'Light colours' : 'Dark colours'} onClick={toggle}>
      {isDark ? '☀' : '☾'}
    </button>
  );
}
