import { expect, test } from 'vitest';
import { MANAGEMENT_TOKEN } from '../../sandbox/cluster/cluster.ts';
import { openRawClient } from './raw-client.ts';
import { startGateway } from './start-gateway.ts';

const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';
const WHO = { operationId: 'revocation-7', person: 'U0123', reason: 'leaked in #random', requestId: 'attempt-1' };
const SAID = { audit: 'revocation', profile: 'default', tokenId: LIVE, ...WHO };

async function start() {
  const running = await startGateway();
  const audit = () => running.log.filter((line) => line.audit === 'revocation');
  return { ...running, client: openRawClient(running.address), audit };
}

test('every revocation is in the log before it is sent and after it is settled, with person, reason and operation', async () => {
  const { client, cluster, audit } = await start();
  const known: unknown[] = [];
  cluster.onRequest(() => known.push(...audit().map(({ msg }) => msg)));

  await client.revoke({ tokenId: LIVE, ...WHO });

  expect(known).toEqual(['revocation sent']);
  expect(audit()).toMatchObject([
    { ...SAID, msg: 'revocation sent' },
    { ...SAID, msg: 'revocation settled', outcome: 'revoked', clusterStatus: 204 },
  ]);
});

test('a revocation that failed is in the log with its status', async () => {
  const { client, cluster, audit } = await start();
  cluster.fault({ method: 'DELETE' }, { kind: 'answer', status: 503 });

  await client.revoke({ tokenId: LIVE, ...WHO });

  expect(audit()).toMatchObject([
    { ...SAID, msg: 'revocation sent' },
    { ...SAID, level: 'warn', msg: 'revocation failed', status: 'ABORTED', clusterStatus: 503 },
  ]);
});

test('a revocation whose caller went away is followed to its end', async () => {
  const { cluster, service, audit } = await start();
  const fault = cluster.fault({ method: 'DELETE' }, { kind: 'hang' });
  const caller = new AbortController();
  cluster.onRequest(() => caller.abort());
  const call = { profile: 'default', tokenId: LIVE, timeoutMs: 5_000, signal: caller.signal, ...WHO };
  await expect(service.revoke(call)).rejects.toMatchObject({ kind: 'lost', status: 'CANCELLED' });

  fault.release();

  await expect
    .poll(audit)
    .toMatchObject([{ msg: 'revocation sent' }, { msg: 'revocation settled', outcome: 'revoked' }]);
  expect(cluster.tokens[0]?.revokedAt).toBeDefined();
});

test('invariant 8: no log line holds the management token or a secret somebody pasted as the reason', async () => {
  const { client, cluster, logText } = await start();
  cluster.fault({}, { kind: 'answer', status: 403, body: { code: 403, message: `Bearer ${MANAGEMENT_TOKEN}` } });
  cluster.fault({}, { kind: 'reset', applied: false });
  const reason = 'leaked apiv1_dGhpcyBpcyBhIHNlY3JldCB0b2tlbiBmb3IgdGVzdHM';

  for (let count = 0; count < 3; count += 1) await client.revoke({ tokenId: LIVE, ...WHO, reason });

  expect(logText()).not.toContain(MANAGEMENT_TOKEN);
  expect(logText()).not.toContain('apiv1_dGhp');
});

test('a novel given as the reason is shortened in the log', async () => {
  const { client, audit } = await start();

  await client.revoke({ tokenId: LIVE, ...WHO, reason: 'why '.repeat(20_000) });

  expect(String(audit()[0]?.reason).length).toBe(1_000);
});
