import { expect, onTestFinished, test } from 'vitest';
import { observedStore } from '../../src/ops/observed-store.ts';
import type { Store } from '../../src/revocation/store.ts';
import { IN_MEMORY, openSqliteStore } from '../../src/store/sqlite.ts';
import { later, NOON, sampleEntry, sampleItem, samplePlan, sampleRevocation, TOKEN_IDS } from '../store/samples.ts';

/** A store, and what was heard of it, one word after the other. */
async function given() {
  const heard: string[] = [];
  const inner = await openSqliteStore(IN_MEMORY);
  onTestFinished(() => inner.close());
  const store = observedStore(inner, {
    planEnded: (end) => heard.push(`plan ${end}`),
    tokenEnded: (outcome) => heard.push(`token ${outcome}`),
    revocationEnded: (tookMs) => heard.push(`revocation after ${tookMs} ms`),
    denied: (reason) => heard.push(`denied ${reason}`),
    sentAgain: () => heard.push('sent again'),
  });
  return { store, heard };
}

/** A plan in this store whose revocation runs. */
async function running(store: Store) {
  const plan = samplePlan({ state: 'confirmed' });
  const [first = ''] = TOKEN_IDS;
  const item = sampleItem(plan, first);
  const revocation = sampleRevocation(plan);
  await store.transaction(async (t) => {
    await t.addPlan(plan, sampleEntry('asked'));
    await t.addRevocation(revocation, [item]);
  });
  return { plan, item, revocation };
}

test('hears of plans, tokens and revocations that end, and of nothing on the way', async () => {
  const { store, heard } = await given();
  const { item, revocation } = await running(store);
  const pending = samplePlan();

  await store.transaction(async (t) => {
    await t.addPlan(pending, sampleEntry('asked'));
    await t.movePlan({ ...pending, state: 'claimed' }, 'pending', sampleEntry('claimed'));
  });
  await store.transaction((t) => t.movePlan({ ...pending, state: 'refused' }, 'claimed', sampleEntry('refused')));
  await store.transaction((t) => t.writeItem({ ...item, note: 'tried again' }));
  await store.transaction((t) => t.writeItem({ ...item, state: 'done', outcome: 'unknown' }));
  await store.transaction((t) => t.setRevocation({ ...revocation, state: 'attention', finishedAt: later(1_500) }));

  expect(heard).toEqual(['plan refused', 'token unknown', 'revocation after 1500 ms']);
});

test('hears nothing of what was lost to another: a plan already moved, an item of an older fence', async () => {
  const { store, heard } = await given();
  const { plan, item } = await running(store);

  await store.transaction((t) => t.movePlan({ ...plan, state: 'expired' }, 'pending', sampleEntry('expired')));
  await store.transaction((t) => t.writeItem({ ...item, fence: item.fence + 1, state: 'done', outcome: 'revoked' }));

  expect(heard).toEqual([]);
});

test('hears nothing of what was undone, and everything else once, after the commit', async () => {
  const { store, heard } = await given();
  const { item } = await running(store);
  const settled = { ...item, state: 'done', outcome: 'revoked' } as const;

  const undone = store.transaction(async (t) => {
    await t.writeItem(settled);
    throw new Error('disk full');
  });
  await expect(undone).rejects.toThrow('disk full');
  const before = [...heard];
  const within = await store.transaction(async (t) => {
    await t.writeItem(settled);
    return [...heard];
  });

  expect(before).toEqual([]);
  expect(within).toEqual([]);
  expect(heard).toEqual(['token revoked']);
});

test('hears once of what a store had to run twice', async () => {
  const heard: string[] = [];
  const inner = await openSqliteStore(IN_MEMORY);
  onTestFinished(() => inner.close());
  const { item } = await running(inner);
  const twice: Store = {
    ...inner,
    async transaction(work) {
      const undone = inner.transaction(async (t) => {
        await work(t);
        throw new Error('another one stood in the way');
      });
      await undone.catch(() => undefined);
      return inner.transaction(work);
    },
  };
  const deaf = () => undefined;
  const observer = { planEnded: deaf, revocationEnded: deaf, denied: deaf, sentAgain: deaf };
  const store = observedStore(twice, { ...observer, tokenEnded: (outcome) => heard.push(outcome) });

  await store.transaction((t) => t.writeItem({ ...item, state: 'done', outcome: 'revoked' }));

  expect(heard).toEqual(['revoked']);
});

test('hears who is not let through and why, wherever it is audited', async () => {
  const { store, heard } = await given();
  const plan = samplePlan();
  const refused = (detail: Record<string, unknown>, action = 'plan refused') => ({ ...sampleEntry(action), detail });

  await store.transaction(async (t) => {
    await t.addPlan(plan, sampleEntry('asked'));
    await t.movePlan({ ...plan, state: 'refused' }, 'pending', refused({ denial: 'guest' }));
    await t.audit([refused({ why: 'foreign' }, 'click refused'), refused({ why: 'not as Slack sends it' }, 'request')]);
  });

  expect(heard).toEqual(['plan refused', 'denied guest', 'denied foreign']);
});

test('hears of tokens that were over before they began, and of messages sent again', async () => {
  const { store, heard } = await given();
  const plan = samplePlan({ state: 'confirmed' });
  const [first = ''] = TOKEN_IDS;
  const announcement = { planId: plan.id, about: 'result', runAt: NOON } as const;

  await store.transaction(async (t) => {
    await t.addPlan(plan, sampleEntry('asked'));
    const over = { ...sampleRevocation(plan), state: 'done', finishedAt: NOON } as const;
    await t.addRevocation(over, [{ ...sampleItem(plan, first), state: 'done', outcome: 'already revoked' }]);
    await t.announce(plan.id, 'result', NOON);
    await t.postponeAnnouncement({ ...announcement, attempt: 1 });
    await t.postponeAnnouncement({ ...announcement, attempt: 2 });
  });

  expect(heard).toEqual(['token already revoked', 'revocation after 0 ms', 'sent again']);
});
