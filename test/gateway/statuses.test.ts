import { expect, onTestFinished, test } from 'vitest';
import { startCluster } from '../../sandbox/cluster/cluster.ts';
import type { Behaviour } from '../../sandbox/cluster/faults.ts';
import { openRawClient } from './raw-client.ts';
import { startGateway } from './start-gateway.ts';

const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';

async function start() {
  const running = await startGateway();
  return { ...running, client: openRawClient(running.address) };
}

const ANSWERS = [
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [408, 'ABORTED'],
  [409, 'ABORTED'],
  [425, 'ABORTED'],
  [429, 'RESOURCE_EXHAUSTED'],
  [500, 'ABORTED'],
  [502, 'ABORTED'],
  [503, 'ABORTED'],
  [504, 'ABORTED'],
  [405, 'INTERNAL'],
  [410, 'INTERNAL'],
  [418, 'INTERNAL'],
] as const;

test.each(ANSWERS)('an answer %d to a read or to a revocation is %s, with the cluster status', async (status, name) => {
  const { client, cluster } = await start();
  cluster.fault({ times: 2 }, { kind: 'answer', status, body: { code: status, message: 'in its own words' } });

  const read = await client.get({ tokenId: LIVE });
  const revoked = await client.revoke({ tokenId: LIVE });

  for (const ending of [read, revoked]) {
    expect(ending).toMatchObject({ status: name, trailers: { 'cluster-status': String(status) } });
    expect(ending.details).toContain(`the cluster answered ${status}`);
  }
});

test.each([
  ['seconds', '7', '7000'],
  ['no seconds', '0', '0'],
  ['a day', '86400', '86400000'],
  ['a date gone by', 'Wed, 21 Oct 2015 07:28:00 GMT', '0'],
  ['nonsense', 'soon', undefined],
  ['a negative number', '-1', undefined],
])('passes on a Retry-After of %s', async (_what, header, pushback) => {
  const { client, cluster } = await start();
  cluster.fault({}, { kind: 'answer', status: 429, headers: { 'retry-after': header } });
  cluster.fault({}, { kind: 'answer', status: 503, headers: { 'retry-after': header } });

  const throttled = await client.get({ tokenId: LIVE });
  const busy = await client.get({ tokenId: LIVE });

  expect(throttled).toMatchObject({ status: 'RESOURCE_EXHAUSTED' });
  expect(busy).toMatchObject({ status: 'ABORTED' });
  for (const { trailers } of [throttled, busy]) expect(trailers['grpc-retry-pushback-ms']).toBe(pushback);
});

const NONSENSE: readonly (readonly [string, Behaviour, string])[] = [
  ['an HTML page', { kind: 'html' }, '200'],
  ['a redirect', { kind: 'redirect', to: 'http://127.0.0.1:1/' }, '302'],
  ['a permanent redirect', { kind: 'redirect', to: 'http://127.0.0.1:1/', status: 308 }, '308'],
  ['a compressed token', { kind: 'gzip' }, '200'],
  ['another token', { kind: 'wrong id' }, '200'],
  ['more than 64 KiB', { kind: 'huge', bytes: 10_000_000 }, '200'],
  ['an empty body', { kind: 'answer', status: 200 }, '200'],
  ['a body of another shape', { kind: 'answer', status: 200, body: { id: LIVE } }, '200'],
  ['a list', { kind: 'answer', status: 200, body: [] }, '200'],
  ['a date that is none', { kind: 'answer', status: 200, body: tokenWith({ createdAt: 'yesterday' }) }, '200'],
  ['a revocation date that is none', { kind: 'answer', status: 200, body: tokenWith({ revokedAt: 'soon' }) }, '200'],
  ['no body and no token', { kind: 'answer', status: 204 }, '204'],
  ['a 404 of a proxy', { kind: 'html', status: 404 }, '404'],
  ['a 404 without a body', { kind: 'answer', status: 404 }, '404'],
];

function tokenWith(changes: object): object {
  return { id: LIVE, description: '', permissions: [], createdAt: '2025-01-01T00:00:00Z', ...changes };
}

test.each(NONSENSE)('%s in answer to a read is INTERNAL', async (_what, behaviour, clusterStatus) => {
  const { client, cluster } = await start();
  cluster.fault({}, behaviour);

  const ending = await client.get({ tokenId: LIVE });

  expect(ending).toMatchObject({ status: 'INTERNAL', trailers: { 'cluster-status': clusterStatus } });
  expect(cluster.requests).toHaveLength(1);
});

test('ignores fields it does not know, and takes null for absent', async () => {
  const { client, cluster } = await start();
  const body = tokenWith({ revokedAt: null, expiresAt: null, accountId: 'x', __proto__: { a: 1 }, later: [1] });
  cluster.fault({}, { kind: 'answer', status: 200, body });

  const { reply } = await client.get({ tokenId: LIVE });

  expect(reply?.token).toEqual({
    id: LIVE,
    description: '',
    permissions: [],
    createdAt: new Date('2025-01-01T00:00:00Z'),
    expiresAt: undefined,
    revokedAt: undefined,
  });
});

test('takes an ID in capitals for the same token', async () => {
  const { client, cluster } = await start();
  cluster.fault({}, { kind: 'answer', status: 200, body: tokenWith({ id: LIVE.toUpperCase() }) });

  expect((await client.get({ tokenId: LIVE })).reply?.token?.id).toBe(LIVE);
});

test('a cluster that is not there is ABORTED: nothing was sent', async () => {
  const { client, cluster } = await start();
  await cluster.close();

  for (const ending of [await client.get({ tokenId: LIVE }), await client.revoke({ tokenId: LIVE })]) {
    expect(ending).toMatchObject({ status: 'ABORTED', details: 'the cluster cannot be reached: ECONNREFUSED' });
  }
});

test('a host that no name server knows is ABORTED: nothing was sent', async () => {
  const { address } = await startGateway({ profile: { host: 'no-such-host.invalid' } });

  const ending = await openRawClient(address).revoke({ tokenId: LIVE });

  expect(ending.status).toBe('ABORTED');
  expect(ending.details).toMatch(/^the cluster cannot be reached: (ENOTFOUND|EAI_AGAIN)$/);
});

test("repeats the cluster's message in plain, short ASCII and without the management token", async () => {
  const { client, cluster } = await start();
  const message = `\u202eno\n\u0000 entry for Bearer sandbox-management-token-4f2c8b ☠ ${'x '.repeat(5_000)}`;
  cluster.fault({}, { kind: 'answer', status: 403, body: { code: 403, message } });

  const { details } = await client.get({ tokenId: LIVE });

  expect(details).toMatch(/^the cluster answered 403: [\x20-\x7e]{1,200}$/);
  expect(details).not.toContain('sandbox-management-token');
});

test('repeats nothing of a body that is not the API own', async () => {
  const { client, cluster } = await start();
  cluster.fault({}, { kind: 'html', status: 503 });

  expect((await client.get({ tokenId: LIVE })).details).toBe('the cluster answered 503');
});

test('reads on after an endless error body', async () => {
  const { client, cluster } = await start();
  cluster.fault({}, { kind: 'answer', status: 500, body: 'x'.repeat(1_000_000) });

  expect(await client.get({ tokenId: LIVE })).toMatchObject({ status: 'ABORTED' });
  expect(await client.get({ tokenId: LIVE })).toMatchObject({ status: 'OK' });
});

test('never follows a redirect to another host', async () => {
  const { client, cluster } = await start();
  const elsewhere = await startCluster();
  onTestFinished(() => elsewhere.close());
  cluster.fault({ times: 3 }, { kind: 'redirect', to: `http://127.0.0.1:${elsewhere.port}/api/v0/tokens/${LIVE}` });

  await client.get({ tokenId: LIVE });
  await client.revoke({ tokenId: LIVE });

  expect(elsewhere.requests).toEqual([]);
});

test('answers INVALID_ARGUMENT for a profile it does not know and sends nothing', async () => {
  const { client, cluster } = await start();

  expect(await client.get({ tokenId: LIVE, profile: 'production' })).toMatchObject({ status: 'INVALID_ARGUMENT' });
  expect(await client.revoke({ tokenId: LIVE, profile: '__proto__' })).toMatchObject({ status: 'INVALID_ARGUMENT' });
  expect(await client.list({ profile: '' })).toMatchObject({ status: 'INVALID_ARGUMENT' });
  expect(cluster.requests).toEqual([]);
});
