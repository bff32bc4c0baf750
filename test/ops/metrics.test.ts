import { expect, onTestFinished, test } from 'vitest';
import { createMetrics } from '../../src/ops/metrics.ts';
import { observedTokens } from '../../src/ops/observed-tokens.ts';
import { type TokenService, TokenServiceError } from '../../src/revocation/token-service.ts';
import { IN_MEMORY, openSqliteStore } from '../../src/store/sqlite.ts';
import { NOON } from '../store/samples.ts';
import { allOf } from '../support/all-of.ts';

async function given() {
  const store = await openSqliteStore(IN_MEMORY);
  onTestFinished(() => store.close());
  const certificates = new Map([['prod eu', { own: 12, authority: 400 }]]);
  const metrics = createMetrics({ store, connected: () => false, certificates: () => certificates });
  const lines = async () => (await metrics.text()).split('\n');
  return { store, metrics, lines };
}

test('whatever Slack, a policy or the store says, no label has a value that is not in its list', async () => {
  const { metrics, lines } = await given();
  const canary = 'canary"} 1\nforged{x="';

  metrics.denied(canary);
  metrics.called(canary, canary);
  metrics.acknowledged(canary, 5);
  const text = (await lines()).join('\n');

  expect(text).not.toContain('canary');
  expect(text).toContain('influx_chatops_denials_total{reason="other"} 1');
  expect(text).toContain('influx_chatops_slack_calls_total{method="other",result="other"} 1');
});

test('what never happened is a nought, so that an alert on it works from the start', async () => {
  const { lines } = await given();

  expect(await lines()).toEqual(
    expect.arrayContaining([
      'influx_chatops_tokens_total{outcome="unknown"} 0',
      'influx_chatops_denials_total{reason="guest"} 0',
      'influx_chatops_slack_retries_total 0',
    ]),
  );
});

test('shows a freeze, a lost connection and the days of certificates as they are now', async () => {
  const { store, lines } = await given();
  await store.transaction((transaction) => transaction.addFreeze({ by: 'U0BOB', reason: '', at: NOON }));

  expect(await lines()).toEqual(
    expect.arrayContaining([
      'influx_chatops_frozen 1',
      'influx_chatops_slack_connected 0',
      'influx_chatops_certificate_days{profile="prod eu",certificate="own"} 12',
      'influx_chatops_certificate_days{profile="prod eu",certificate="authority"} 400',
    ]),
  );
});

test('times every call to a cluster, and passes on what it answered', async () => {
  const { metrics, lines } = await given();
  const lost = new TokenServiceError('lost', 'no answer', { status: 'UNAVAILABLE' });
  const service: TokenService = {
    get: async () => ({ token: undefined }),
    async *list() {
      yield [];
      throw lost;
    },
    revoke: async () => {
      throw lost;
    },
  };
  const tokens = observedTokens(service, metrics.clusterCalled);
  const request = { profile: 'default', tokenId: 'x', timeoutMs: 1 };

  const reading = await tokens.get(request);
  const revoking = tokens.revoke({ ...request, operationId: '', person: '', reason: '', requestId: '' });

  expect(reading).toEqual({ token: undefined });
  await expect(revoking).rejects.toBe(lost);
  await expect(allOf(tokens.list(request))).rejects.toBe(lost);
  for await (const page of tokens.list(request)) if (page) break;
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'influx_chatops_cluster_call_seconds_count{call="get",result="ok"} 1',
      'influx_chatops_cluster_call_seconds_count{call="list",result="lost"} 1',
      'influx_chatops_cluster_call_seconds_count{call="list",result="ok"} 1',
      'influx_chatops_cluster_call_seconds_count{call="revoke",result="lost"} 1',
    ]),
  );
});
