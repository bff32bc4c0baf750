import { expect, test } from 'vitest';
import { openRawClient } from '../gateway/raw-client.ts';
import { startGateway } from '../gateway/start-gateway.ts';
import { idCases, injectionCases } from '../support/corpus.ts';

const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';
/** All a gateway may ever ask of a cluster. */
const ALLOWED =
  /^(?:GET \/api\/v0\/tokens|(?:GET|DELETE) \/api\/v0\/tokens\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

async function start() {
  const { cluster, address } = await startGateway();
  const asked = () => cluster.requests.map(({ method, path }) => `${method} ${path}`);
  return { cluster, asked, client: openRawClient(address) };
}

test('a gateway takes a token ID in canonical form and no other word, read, sent or logged', async () => {
  const { asked, client } = await start();
  const wrong: unknown[] = [];

  for (const { name, word, id } of idCases) {
    const before = asked().length;
    const [read, revoked] = await Promise.all([client.get({ tokenId: word }), client.revoke({ tokenId: word })]);

    const sent = asked().slice(before);
    const paths = word === id ? [`GET /api/v0/tokens/${id}`, `DELETE /api/v0/tokens/${id}`] : [];
    const statuses = word === id ? ['NOT_FOUND', 'OK'] : ['INVALID_ARGUMENT', 'INVALID_ARGUMENT'];
    if (!paths.every((path) => sent.includes(path)) || (paths.length === 0 && sent.length > 0))
      wrong.push([name, sent]);
    if (JSON.stringify([read.status, revoked.status]) !== JSON.stringify(statuses))
      wrong.push([name, read.status, revoked.status]);
  }

  expect(wrong).toEqual([]);
});

test('no word of the corpus, in whatever field of a request, changes what is asked of the cluster', async () => {
  const { asked, client, cluster } = await start();
  const wrong: unknown[] = [];

  for (const { name, word } of injectionCases) {
    const statuses = await Promise.all([
      client.get({ tokenId: word }),
      client.revoke({ tokenId: word }),
      client.get({ profile: word, tokenId: LIVE }),
      client.revoke({ profile: word, tokenId: LIVE }),
      client.list({ profile: word }),
    ]);
    for (const { status } of statuses) if (status !== 'INVALID_ARGUMENT') wrong.push([name, status]);
    const requestId = await client.revoke({ tokenId: LIVE, requestId: word });
    const isOneWord = /^[A-Za-z0-9_.:-]+$/.test(word);
    if (requestId.status !== (isOneWord ? 'OK' : 'INVALID_ARGUMENT'))
      wrong.push([name, 'request ID', requestId.status]);
    const said = await client.revoke({ tokenId: LIVE, person: word, reason: word, operationId: word });
    if (said.status !== 'OK') wrong.push([name, 'what is only said', said.status]);
    const found = await client.list({ search: word, database: word });
    if (found.status !== 'OK') wrong.push([name, 'search', found.status]);
  }

  expect(wrong).toEqual([]);
  for (const request of asked()) expect(request).toMatch(ALLOWED);
  for (const { headers } of cluster.requests) expect(headers).not.toHaveProperty('x-admin');
  expect(new Set(cluster.deletes)).toEqual(new Set([LIVE]));
});
