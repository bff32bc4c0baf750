import { describe, expect, test } from 'vitest';
import type { ClusterOptions } from '../../sandbox/cluster/cluster.ts';
import type { ClusterSettings } from '../../src/gateway/settings.ts';
import { createAuthority } from './certificates.ts';
import { openRawClient } from './raw-client.ts';
import { startGateway, temporaryFile } from './start-gateway.ts';

const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';
const OTHER = 'c1758b86-eed3-4987-a8fe-e4c40d92e147';
const REVOKED = '7c0a1b0e-0000-4000-8000-00000000dead';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

const authority = await createAuthority('contract');
const server = await authority.issue();

interface Wire {
  readonly tls: ClusterOptions['tls'];
  readonly settings: () => Partial<ClusterSettings>;
}

const HTTP: Wire = { tls: undefined, settings: () => ({}) };
const HTTPS: Wire = {
  tls: server,
  settings: () => ({ tls: { insecure: false, disable: false, ca: temporaryFile(authority.cert) } }),
};

describe.each([
  ['clustered', 'HTTP', HTTP],
  ['clustered', 'HTTPS', HTTPS],
  ['dedicated', 'HTTP', HTTP],
  ['dedicated', 'HTTPS', HTTPS],
] as const)('%s over %s', (product, _name, { tls, settings }) => {
  const start = async (now?: () => Date) => {
    const running = await startGateway({
      cluster: { product, ...(tls && { tls }), ...(now && { now }) },
      profile: settings(),
    });
    return { ...running, client: openRawClient(running.address) };
  };

  test('reads a token as the cluster describes it', async () => {
    const { client, cluster } = await start();

    const { reply } = await client.get({ tokenId: '9d271d20-cc67-445c-9dfa-d2b5c22ada94' });

    expect(reply).toEqual({
      token: {
        id: '9d271d20-cc67-445c-9dfa-d2b5c22ada94',
        description: 'billing-export nightly job',
        permissions: [{ action: 'read', resource: 'billing' }],
        createdAt: new Date('2025-02-01T00:05:00Z'),
        expiresAt: new Date('2031-02-01T00:00:00Z'),
        revokedAt: undefined,
      },
      revocationsLeft: 1_000_000,
    });
    expect(cluster.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${cluster.base}/tokens/9d271d20-cc67-445c-9dfa-d2b5c22ada94`,
    ]);
  });

  test('sends the headers the API asks for, and no others that matter', async () => {
    const { client, cluster } = await start();

    await client.revoke({ tokenId: LIVE, requestId: 'request-7' });

    const { host: _host, connection: _connection, ...headers } = cluster.requests[0]?.headers ?? {};
    expect(headers).toEqual({
      authorization: 'Bearer sandbox-management-token-4f2c8b',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'x-request-id': 'request-7',
    });
  });

  test('answers NOT_FOUND for a token the cluster does not know', async () => {
    const { client } = await start();

    const ending = await client.get({ tokenId: UNKNOWN });

    expect(ending).toMatchObject({
      status: 'NOT_FOUND',
      details: 'the cluster answered 404: not found',
      trailers: { 'cluster-status': '404' },
    });
  });

  test('revokes with one DELETE', async () => {
    const { client, cluster } = await start();

    const { reply } = await client.revoke({ tokenId: LIVE });

    expect(reply).toEqual({ outcome: 1, clusterStatus: 204, revokedAt: undefined });
    expect(cluster.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `DELETE ${cluster.base}/tokens/${LIVE}`,
    ]);
    expect(cluster.tokens[0]?.revokedAt).toBeDefined();
  });

  test('says when a token was revoked before', async () => {
    const { client, cluster } = await start(() => new Date('2026-03-04T05:06:07.089Z'));
    cluster.secondDelete = 404;
    await client.revoke({ tokenId: LIVE });

    const { reply } = await client.revoke({ tokenId: LIVE });

    expect(reply).toEqual({ outcome: 2, clusterStatus: 404, revokedAt: new Date('2026-03-04T05:06:07.089Z') });
  });

  test('is idempotent where a second DELETE answers 204', async () => {
    const { client } = await start();
    await client.revoke({ tokenId: LIVE });

    const { reply } = await client.revoke({ tokenId: LIVE });

    expect(reply).toMatchObject({ outcome: 1, clusterStatus: 204 });
  });

  test('says that there is nothing to revoke', async () => {
    const { client, cluster } = await start();

    const { reply } = await client.revoke({ tokenId: UNKNOWN });

    expect(reply).toEqual({ outcome: 3, clusterStatus: 404, revokedAt: undefined });
    expect(cluster.requests.map(({ method }) => method)).toEqual(['DELETE', 'GET']);
  });

  test('says the same where the cluster has forgotten the token', async () => {
    const { client, cluster } = await start();
    cluster.hidesRevoked = true;
    await client.revoke({ tokenId: LIVE });

    const { reply } = await client.revoke({ tokenId: LIVE });

    expect(reply).toMatchObject({ outcome: 3 });
  });

  test('makes no success of a 404 for a token that is live', async () => {
    const { client, cluster } = await start();
    cluster.fault({ method: 'DELETE' }, { kind: 'answer', status: 404, body: { code: 404, message: 'not found' } });

    const ending = await client.revoke({ tokenId: OTHER });

    expect(ending).toMatchObject({ status: 'ABORTED', trailers: { 'cluster-status': '404' } });
  });

  test('lists every token that is not revoked', async () => {
    const { client, cluster } = await start();
    cluster.put({
      id: REVOKED,
      description: '',
      permissions: [],
      createdAt: '2025-01-01T00:00:00Z',
      revokedAt: '2025-01-02T00:00:00Z',
    });

    const { reply } = await client.list();

    const live = cluster.tokens.filter(({ revokedAt }) => !revokedAt).map(({ id }) => id);
    expect(reply?.tokens.map(({ id }) => id)).toEqual(live);
    expect(cluster.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([`GET ${cluster.base}/tokens`]);
  });
});
