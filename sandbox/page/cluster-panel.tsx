import { timeOf, useReader } from './reader.ts';
import type { ClientState, TokenState } from './state.ts';

/** The cluster's tokens, live ones first, and the clients that write with them. */
export function ClusterPanel({ tokens }: { tokens: readonly TokenState[] }) {
  const live = tokens.filter(({ revokedAt }) => !revokedAt).length;
  return (
    <section aria-label="Cluster" class="panel">
      <p class="summary">
        <strong>{live} live</strong>, {tokens.length - live} revoked. The clients write a point a second, over HTTP.
      </p>
      <ul class="tokens">
        {tokens.map((token) => (
          <TokenRow key={token.id} token={token} />
        ))}
      </ul>
    </section>
  );
}

function TokenRow({ token }: { token: TokenState }) {
  const reader = useReader();
  const { id, description, permissions, revokedAt, isTroubled, clients } = token;
  const at = revokedAt ? new Date(revokedAt) : undefined;
  const day = at && new Intl.DateTimeFormat('sv-SE', { timeZone: reader.timeZone, dateStyle: 'short' }).format(at);
  return (
    <li class={`token ${at ? 'revoked' : 'live'}`}>
      <p class="token-id">
        <code>{id}</code>
        <span class={`state ${at ? 'bad' : 'good'}`}>{at ? 'revoked' : 'live'}</span>
        {isTroubled && <span class="state warn">will fail</span>}
        <button
          type="button"
          class="copy"
          aria-label={`Copy ${id}`}
          title="Copy the ID"
          onClick={() => navigator.clipboard?.writeText(id)}
        >
          copy
        </button>
      </p>
      <p class="description">{description || '(no description)'}</p>
      <p class="details">
        {permissions || 'no permissions'}
        {at && ` · revoked ${day} ${timeOf(at, reader)}`}
      </p>
      {clients.map((client) => (
        <Client key={client.name} client={client} />
      ))}
    </li>
  );
}

function Client({ client: { name, database, status, written } }: { client: ClientState }) {
  const works = status === 204;
  return (
    <p class={`client ${works ? 'good' : 'bad'}`}>
      <span class="dot" aria-hidden="true" />
      <strong>{name}</strong> {works ? `writes to ${database}` : 'cannot write'}
      <small>{works ? `${written} points` : status === 401 ? '401: its token is gone' : `HTTP ${status ?? '…'}`}</small>
    </p>
  );
}
