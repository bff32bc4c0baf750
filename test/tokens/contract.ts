import { expect, test } from 'vitest';
import type { Cluster } from '../../sandbox/cluster/cluster.ts';
import type { Behaviour } from '../../sandbox/cluster/faults.ts';
import type { Token } from '../../src/revocation/token.ts';
import type {
  ListRequest,
  RevokeRequest,
  TokenService,
  TokenServiceErrorKind,
} from '../../src/revocation/token-service.ts';
import { allOf } from '../support/all-of.ts';

const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

/** A token service in front of a cluster with the seed tokens, as its profile `default`. */
export interface TokenServiceSetup {
  readonly service: TokenService;
  readonly cluster: Cluster;
}

/** A request to revoke a token of the seeds, with changes. */
export function revokeRequest(changes: Partial<RevokeRequest> = {}): RevokeRequest {
  return {
    profile: 'default',
    tokenId: LIVE,
    timeoutMs: 5_000,
    operationId: 'operation-1',
    person: 'U0123',
    reason: 'leaked in #random',
    requestId: 'request-1',
    ...changes,
  };
}

const FAILURES: readonly (readonly [string, Behaviour, TokenServiceErrorKind, string])[] = [
  ['400', { kind: 'answer', status: 400 }, 'invalid', 'HTTP 400'],
  ['401', { kind: 'answer', status: 401 }, 'unauthenticated', 'HTTP 401'],
  ['403', { kind: 'answer', status: 403 }, 'denied', 'HTTP 403'],
  ['429', { kind: 'answer', status: 429 }, 'throttled', 'HTTP 429'],
  ['409', { kind: 'answer', status: 409 }, 'busy', 'HTTP 409'],
  ['503', { kind: 'answer', status: 503 }, 'busy', 'HTTP 503'],
  ['a reset', { kind: 'reset', applied: false }, 'lost', 'UNAVAILABLE'],
  ['an HTML page', { kind: 'html' }, 'protocol', 'HTTP 200'],
  ['a redirect', { kind: 'redirect', to: 'http://127.0.0.1:1/' }, 'protocol', 'HTTP 302'],
];

const LIST: ListRequest = { profile: 'default', timeoutMs: 5_000 };

async function listed(service: TokenService, request: Partial<ListRequest> = {}): Promise<Token[]> {
  return (await allOf(service.list({ ...LIST, ...request }))).flat();
}

/** What the heart relies on, whatever stands behind the interface. */
export function tokenServiceContract(start: () => Promise<TokenServiceSetup>): void {
  const read = { profile: 'default', tokenId: LIVE, timeoutMs: 5_000 };

  test('reads a token with its dates and permissions', async () => {
    const { service } = await start();

    const { token, revocationsLeft } = await service.get({ ...read, tokenId: '9d271d20-cc67-445c-9dfa-d2b5c22ada94' });

    expect(token).toEqual({
      id: '9d271d20-cc67-445c-9dfa-d2b5c22ada94',
      description: 'billing-export nightly job',
      permissions: [{ action: 'read', resource: 'billing' }],
      createdAt: new Date('2025-02-01T00:05:00Z'),
      expiresAt: new Date('2031-02-01T00:00:00Z'),
    });
    expect(revocationsLeft).toBeGreaterThan(0);
  });

  test('reads no token where the cluster knows none', async () => {
    const { service } = await start();

    expect((await service.get({ ...read, tokenId: UNKNOWN })).token).toBeUndefined();
  });

  test('lists the tokens that are not revoked, and all when asked, with dates and permissions', async () => {
    const { service, cluster } = await start();

    const live = await listed(service);
    const all = await listed(service, { includeRevoked: true });

    expect(all.map(({ id }) => id)).toEqual(cluster.tokens.map(({ id }) => id));
    expect(live).toEqual(all.filter(({ revokedAt }) => !revokedAt));
    expect(live.find(({ id }) => id === LIVE)).toEqual({
      id: LIVE,
      description: 'telegraf: edge gateways, plant 1',
      permissions: [{ action: 'write', resource: 'sensors' }],
      createdAt: new Date('2025-01-14T08:12:05Z'),
    });
  });

  test('lists those of a search and of a database, and no page where there are none', async () => {
    const { service } = await start();

    expect((await listed(service, { search: 'PLANT bb9b' })).map(({ id }) => id)).toEqual([LIVE]);
    expect((await listed(service, { search: 'dashboards', database: 'staging' })).map(({ id }) => id)).toEqual([
      '5f50656b-b501-4ef4-969e-beff037503dc',
    ]);
    expect(await allOf(service.list({ ...LIST, search: 'nowhere' }))).toEqual([]);
  });

  test.each(FAILURES)('%s in answer to a listing is an error of its kind', async (_what, behaviour, kind) => {
    const { service, cluster } = await start();
    cluster.fault({}, behaviour);

    await expect(listed(service)).rejects.toMatchObject({ name: 'TokenServiceError', kind });
  });

  test('a listing that is cut off, takes too long or is given up is lost, never shorter', async () => {
    const { service, cluster } = await start();
    await service.get(read); // so that no time is spent on connecting
    cluster.fault({}, { kind: 'cut', afterBytes: 2_000 });
    await expect(listed(service)).rejects.toMatchObject({ kind: 'lost' });
    cluster.fault({ times: 2 }, { kind: 'hang' });
    await expect(listed(service, { timeoutMs: 300 })).rejects.toMatchObject({ kind: 'lost' });
    const controller = new AbortController();
    cluster.onRequest(() => controller.abort());

    await expect(listed(service, { signal: controller.signal })).rejects.toMatchObject({ kind: 'lost' });
    await expect(listed(service, { signal: controller.signal })).rejects.toMatchObject({ kind: 'lost' });
  });

  test('revokes a token, for good and at once', async () => {
    const { service, cluster } = await start();

    const reply = await service.revoke(revokeRequest());

    expect(reply).toMatchObject({ outcome: 'revoked', status: 'HTTP 204' });
    expect(cluster.deletes).toEqual([LIVE]);
    expect((await service.get(read)).token?.revokedAt).toBeInstanceOf(Date);
  });

  test('tells a token revoked before from one that was never there', async () => {
    const { service, cluster } = await start();
    cluster.secondDelete = 404;
    await service.revoke(revokeRequest());

    const again = await service.revoke(revokeRequest());
    const never = await service.revoke(revokeRequest({ tokenId: UNKNOWN }));

    expect(again).toMatchObject({ outcome: 'already revoked', revokedAt: expect.any(Date) });
    expect(never).toMatchObject({ outcome: 'not found', revokedAt: undefined });
  });

  test('looks a lost answer up before it says anything', async () => {
    const { service, cluster } = await start();
    cluster.fault({ method: 'DELETE' }, { kind: 'reset', applied: true });

    expect(await service.revoke(revokeRequest())).toMatchObject({ outcome: 'revoked', revokedAt: expect.any(Date) });
  });

  test.each(FAILURES)('%s of the cluster is an error of its kind', async (_what, behaviour, kind, status) => {
    const { service, cluster } = await start();
    cluster.fault({ times: 3 }, behaviour);

    const error = { name: 'TokenServiceError', kind, status, answered: status.startsWith('HTTP') };
    await expect(service.get(read)).rejects.toMatchObject(error);
    await expect(service.revoke(revokeRequest())).rejects.toMatchObject(error);
  });

  test.each([429, 503])('passes on how long a %d asks to wait', async (status) => {
    const { service, cluster } = await start();
    cluster.fault({}, { kind: 'answer', status, headers: { 'retry-after': '3' } });

    await expect(service.revoke(revokeRequest())).rejects.toMatchObject({ retryAfterMs: 3_000 });
  });

  test('gives up when the time is over', async () => {
    const { service, cluster } = await start();
    await service.get(read); // so that no time is spent on connecting
    cluster.fault({ times: 2 }, { kind: 'hang' });

    await expect(service.get({ ...read, timeoutMs: 500 })).rejects.toMatchObject({ kind: 'lost' });
    await expect(service.revoke(revokeRequest({ timeoutMs: 500 }))).rejects.toMatchObject({ kind: 'lost' });
  });

  test('gives up when it is told to, also before it has begun', async () => {
    const { service, cluster } = await start();
    cluster.fault({}, { kind: 'hang' });
    const controller = new AbortController();
    cluster.onRequest(() => controller.abort());

    await expect(service.get({ ...read, signal: controller.signal })).rejects.toMatchObject({ kind: 'lost' });
    await expect(service.revoke(revokeRequest({ signal: controller.signal }))).rejects.toMatchObject({ kind: 'lost' });
    expect(cluster.deletes).toEqual([]);
  });

  test('never lets an ID become a path', async () => {
    const { service, cluster } = await start();

    for (const tokenId of ['../databases/prod', LIVE.toUpperCase(), '']) {
      await expect(service.get({ ...read, tokenId })).rejects.toMatchObject({ kind: 'invalid' });
      await expect(service.revoke(revokeRequest({ tokenId }))).rejects.toMatchObject({ kind: 'invalid' });
    }
    expect(cluster.requests).toEqual([]);
  });
}
