import { expect, test } from 'vitest';
import type { Behaviour } from '../../sandbox/cluster/faults.ts';
import { openRawClient } from './raw-client.ts';
import { startGateway } from './start-gateway.ts';

const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';
const REVOKED_AT = new Date('2026-03-04T05:06:07Z');

async function start() {
  const running = await startGateway({ cluster: { now: () => REVOKED_AT } });
  return {
    ...running,
    client: openRawClient(running.address),
    trace: () => running.cluster.requests.map(({ method }) => method),
  };
}

const LOST: readonly (readonly [string, (applied: boolean) => Behaviour, string])[] = [
  ['reset', (applied) => ({ kind: 'reset', applied }), 'UNAVAILABLE'],
  ['cut within the status line', (applied) => ({ kind: 'cut', afterBytes: 5, applied }), 'UNAVAILABLE'],
  ['ended without a byte', (applied) => ({ kind: 'cut', afterBytes: 0, applied }), 'UNAVAILABLE'],
  ['a 200 instead of the 204', (applied) => ({ kind: 'answer', status: 200, body: {}, applied }), 'INTERNAL'],
  ['an HTML page', (applied) => ({ kind: 'html', applied }), 'INTERNAL'],
  ['a redirect', (applied) => ({ kind: 'redirect', to: 'http://127.0.0.1:1/', applied }), 'INTERNAL'],
  ['not HTTP', (applied) => ({ kind: 'raw', bytes: 'SSH-2.0-OpenSSH_9.6\r\n\r\n', applied }), 'INTERNAL'],
];

test.each(LOST)('a DELETE that took effect, its answer %s: the read-back finds it revoked', async (_how, behaviour) => {
  const { client, cluster, trace } = await start();
  cluster.fault({ method: 'DELETE' }, behaviour(true));

  const { reply } = await client.revoke({ tokenId: LIVE });

  expect(reply).toEqual({ outcome: 1, clusterStatus: 200, revokedAt: REVOKED_AT });
  expect(trace()).toEqual(['DELETE', 'GET']);
});

test.each(LOST)('a DELETE without effect, its answer %s: stays what it was', async (_how, behaviour, status) => {
  const { client, cluster, trace } = await start();
  cluster.fault({ method: 'DELETE' }, behaviour(false));

  const ending = await client.revoke({ tokenId: LIVE });

  expect(ending).toMatchObject({ status, reply: undefined });
  expect(trace()).toEqual(['DELETE', 'GET']);
});

test('an answer that does not come in time is DEADLINE_EXCEEDED, in time for the caller to hear it', async () => {
  const { client, cluster, log } = await start();
  cluster.fault({ method: 'DELETE' }, { kind: 'hang' });

  const ending = await client.revoke({ tokenId: LIVE }, 1_500);

  expect(ending).toMatchObject({ status: 'DEADLINE_EXCEEDED', details: 'the cluster did not answer in time' });
  expect(log.at(-1)).toMatchObject({ msg: 'revocation failed', status: 'DEADLINE_EXCEEDED' });
});

test('an answer that does not come although the token is revoked: the read-back finds it', async () => {
  const { client, cluster } = await start();
  cluster.fault({ method: 'DELETE' }, { kind: 'hang', applied: true });

  expect((await client.revoke({ tokenId: LIVE }, 1_500)).reply).toMatchObject({ outcome: 1, revokedAt: REVOKED_AT });
});

const SILENT: readonly (readonly [string, Behaviour])[] = [
  ['is lost too', { kind: 'reset', applied: false }],
  [
    'is a 404, since an older cluster forgets',
    { kind: 'answer', status: 404, body: { code: 404, message: 'not found' } },
  ],
  ['is about another token', { kind: 'wrong id' }],
  ['is refused', { kind: 'answer', status: 401, body: { code: 401, message: 'unauthorized' } }],
  ['fails', { kind: 'answer', status: 500 }],
];

test.each(SILENT)(
  'invariant 1: no success without a word of the cluster, when the read-back %s',
  async (_how, behaviour) => {
    const { client, cluster } = await start();
    cluster.fault({ method: 'DELETE' }, { kind: 'reset', applied: true });
    cluster.fault({ method: 'GET' }, behaviour);

    const ending = await client.revoke({ tokenId: LIVE });

    expect(ending).toMatchObject({ status: 'UNAVAILABLE', reply: undefined });
  },
);

test('a read that is cut in the middle is UNAVAILABLE', async () => {
  const { client, cluster } = await start();
  cluster.fault({}, { kind: 'cut', afterBytes: 150 });

  expect(await client.get({ tokenId: LIVE })).toMatchObject({ status: 'UNAVAILABLE' });
});

test('a read that hangs is DEADLINE_EXCEEDED', async () => {
  const { client, cluster } = await start();
  cluster.fault({}, { kind: 'hang' });

  expect(await client.get({ tokenId: LIVE }, 500)).toMatchObject({ status: 'DEADLINE_EXCEEDED' });
});

test('a revocation with hardly any time left is not sent, and says so', async () => {
  const { client, cluster } = await start();

  const ending = await client.revoke({ tokenId: LIVE }, 60);

  expect(['ABORTED', 'DEADLINE_EXCEEDED']).toContain(ending.status);
  expect(cluster.deletes).toEqual([]);
});
