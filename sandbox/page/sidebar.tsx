import { Emoji } from './emoji.tsx';
import type { ChannelState, PersonState } from './state.ts';

/** Where one can go, and as whom. */
export function Sidebar({
  team,
  appName,
  channels,
  people,
  userId,
  place,
  unread,
  onGo,
  onActAs,
}: {
  team: string;
  appName: string;
  channels: readonly ChannelState[];
  people: readonly PersonState[];
  userId: string;
  place: string;
  unread: ReadonlySet<string>;
  onGo: (place: string) => void;
  onActAs: (userId: string) => void;
}) {
  const rooms = channels.filter(({ kind }) => kind !== 'direct');
  const direct = channels.filter(({ kind }) => kind === 'direct');
  const link = (channel: ChannelState) => (
    <li key={channel.id}>
      <button
        type="button"
        class={`${place === channel.id ? 'here' : ''}${unread.has(channel.id) ? ' unread' : ''}`}
        aria-current={place === channel.id ? 'page' : undefined}
        onClick={() => onGo(channel.id)}
      >
        <span class="sign" aria-hidden="true">
          {channel.kind === 'direct' ? '●' : channel.kind === 'private' ? <Emoji sign="🔒" /> : '#'}
        </span>
        {labelOf(channel, appName)}
        {channel.isArchived && <small>archived</small>}
        {!channel.hasApp && channel.kind !== 'direct' && <small>no app</small>}
        {unread.has(channel.id) && <span class="sr-only">, unread</span>}
      </button>
    </li>
  );
  return (
    <nav class="sidebar" aria-label="Channels and people">
      <p class="team">{team}</p>
      <h2>Channels</h2>
      <ul>{rooms.map(link)}</ul>
      <h2>Direct messages</h2>
      <ul>{direct.map(link)}</ul>
      <h2 id="act-as">Act as</h2>
      <ul aria-labelledby="act-as" class="people">
        {people.map(({ id, name, realName, role }) => (
          <li key={id}>
            <button
              type="button"
              class={id === userId ? 'here' : ''}
              aria-pressed={id === userId}
              title={realName}
              onClick={() => onActAs(id)}
            >
              <span class="sign" aria-hidden="true">
                {id === userId ? '◉' : '○'}
              </span>
              {name} <small>{role}</small>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** A channel's name as people say it. */
export function labelOf({ kind, name, hasApp }: ChannelState, appName: string): string {
  if (kind === 'direct') return hasApp ? appName : name;
  return name;
}
