import { Words } from './emoji.tsx';
import { timeOf, useReader } from './reader.ts';
import type { ClientState, TokenState } from './state.ts';

/** The cluster's tokens, live ones first, and the clients that write with them. */
export function ClusterPanel({ tokens }: { tokens: readonly TokenState[] }) {
  const clients = tokens
    .flatMap((token) => token.clients.map((client) => ({ client, token })))
    .sort((one, other) => (one.client.name < other.client.name ? -1 : 1));
  const live = tokens.filter(({ revokedAt }) => !revokedAt).length;
  return (
    <section aria-label="Cluster" class="panel">
      <h3>Clients</h3>
      <ul class="clients">
        {clients.map(({ client, token }) => (
          <Client key={client.name} client={client} token={token} />
        ))}
      </ul>
      <h3>Tokens</h3>
      <p class="summary">
        <strong>{live} live</strong>, {tokens.length - live} revoked
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
  const { id, description, permissions, revokedAt, isTroubled } = token;
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
      <p class="description">
        <Words text={description || '(no description)'} />
      </p>
      <p class="details">
        {permissions || 'no permissions'}
        {at && ` · revoked ${day} ${timeOf(at, reader)}`}
      </p>
    </li>
  );
}

/** A client that writes a point a second over HTTP, with the token it holds. */
function Client({ client: { name, database, status, written }, token }: { client: ClientState; token: TokenState }) {
  const works = status === 204;
  return (
    <li class={`client ${works ? 'good' : 'bad'}`}>
      <span class="dot" aria-hidden="true" />
      <strong>{name}</strong>
      <code>{token.id.slice(0, 8)}</code>
      <small>
        {works
          ? `${written} points in ${database}`
          : status === 401
            ? '401, its token is gone'
            : `HTTP ${status ?? '…'}`}
      </small>
    </li>
  );
}
