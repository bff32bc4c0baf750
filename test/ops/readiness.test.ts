import { expect, onTestFinished, test } from 'vitest';
import { createReadiness } from '../../src/ops/readiness.ts';
import type { Store, Transaction } from '../../src/revocation/store.ts';
import { IN_MEMORY, openSqliteStore } from '../../src/store/sqlite.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { passing } from '../support/operator.ts';

interface Trouble {
  readonly steps?: Partial<Transaction>;
  readonly transaction?: () => Promise<never>;
}

/** A bot of two profiles where this is wrong. */
async function given({ steps = {}, transaction }: Trouble = {}) {
  const clock = createFakeClock();
  const inner = await openSqliteStore(IN_MEMORY);
  onTestFinished(() => inner.close());
  const store: Store = {
    ...inner,
    transaction: (work, options) =>
      transaction ? transaction() : inner.transaction((real) => work({ ...real, ...steps }), options),
  };
  const state = { connected: true, serving: new Set(['one', 'two']), asked: 0, cluster: new Map<string, string>() };
  const faults: string[] = [];
  const readiness = createReadiness({
    ...{ store, clock, profiles: ['one', 'two'] },
    connected: () => state.connected,
    serving: async (profile) => {
      state.asked += 1;
      return state.serving.has(profile);
    },
    cluster: async (profile) => state.cluster.get(profile) ?? 'ok',
    onFault: (error) => faults.push(String(error)),
  });
  return { clock, inner, state, faults, readiness };
}

const broken = async () => {
  throw new Error('disk full');
};
const WELL = {
  ...{ slack: 'ok', store: 'ok', audit: 'ok' },
  ...{ 'gateway one': 'ok', 'cluster one': 'ok', 'gateway two': 'ok', 'cluster two': 'ok' },
};

test('is ready when every part is, and leaves nothing in the audit log', async () => {
  const { readiness, inner } = await given();

  expect(await readiness()).toEqual({ ready: true, parts: WELL });
  expect(await inner.transaction((transaction) => transaction.auditHead())).toBeUndefined();
});

test.each<[string, Trouble, Record<string, string>]>([
  ['a store that takes nothing', { transaction: broken }, { store: 'not writable', audit: 'not writable' }],
  ['a store that is full', { steps: { heartbeat: broken } }, { store: 'not writable' }],
  ['an audit log that takes nothing', { steps: { tryAudit: broken } }, { audit: 'not writable' }],
])('%s makes it not ready, and is named', async (_what, trouble, parts) => {
  const { readiness, faults } = await given(trouble);

  expect(await readiness()).toEqual({ ready: false, parts: { ...WELL, ...parts } });
  expect(faults).toContain('Error: disk full');
});

test('names the gateway that does not serve, and Slack where it is not reached', async () => {
  const { readiness, state } = await given();
  state.serving.delete('two');
  state.connected = false;

  const { ready, parts } = await readiness();

  expect(ready).toBe(false);
  expect(parts).toEqual({ ...WELL, slack: 'not connected', 'gateway two': 'not serving', 'cluster two': 'not asked' });
});

test('names the cluster that is not well, in its own words', async () => {
  const { readiness, state } = await given();
  state.cluster.set('one', 'management token refused');

  expect(await readiness()).toEqual({ ready: false, parts: { ...WELL, 'cluster one': 'management token refused' } });
});

test('a cluster that keeps everybody waiting is not answering', async () => {
  const { clock, inner } = await given();
  const readiness = createReadiness({
    ...{ store: inner, clock, profiles: ['one'], connected: () => true, serving: async () => true },
    cluster: () => new Promise(() => undefined),
    onFault: () => undefined,
  });

  expect(await passing(clock, readiness())).toMatchObject({ ready: false, parts: { 'cluster one': 'not answering' } });
});

test('a store that does not answer is named within its patience', async () => {
  const { readiness, clock } = await given({ transaction: () => new Promise(() => undefined) });

  expect(await passing(clock, readiness())).toMatchObject({ ready: false, parts: { store: 'not writable' } });
});

test('many who ask share one look, and Slack is looked at every time', async () => {
  const { readiness, state, clock } = await given();

  await Promise.all(Array.from({ length: 50 }, readiness));
  const looked = state.asked;
  state.connected = false;
  const now = await readiness();
  clock.advance(2_000);
  await readiness();

  expect(looked).toBe(2);
  expect(now.parts).toMatchObject({ slack: 'not connected' });
  expect(state.asked).toBe(4);
});
