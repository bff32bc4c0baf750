import { expect, test } from 'vitest';
import type { Store, Transaction } from '../../src/revocation/store.ts';
import { later, NOON, sampleEntry, sampleItem, samplePlan, sampleRevocation, TOKEN_IDS } from './samples.ts';

type Given = (work?: (transaction: Transaction) => Promise<unknown>) => Promise<Store>;

const ALICE = { user: 'U0ALICE', team: 'T0001' };
const [FIRST, SECOND] = TOKEN_IDS;

/** What every store promises of what one person asked for, and of who looks at it. */
export function deskContract(given: Given): void {
  test('finds a person’s own plans by state, the newest first, and nobody else’s', async () => {
    const pending = [0, 1, 2].map((ms) => samplePlan({ createdAt: later(ms) }));
    const others = [
      samplePlan({ state: 'cancelled' }),
      samplePlan({ requester: { user: 'U0BOB', team: 'T0001', channel: 'C0001' } }),
      samplePlan({ requester: { user: 'U0ALICE', team: 'T0002', channel: 'C0001' } }),
    ].map((plan) => ({ ...plan, createdAt: later(9) }));
    const store = await given(async (t) => {
      for (const plan of [...pending, ...others]) await t.addPlan(plan, sampleEntry('asked'));
    });

    const found = await store.transaction((t) => t.ownPlans(ALICE, ['draft', 'pending'], 2));

    expect(found).toEqual(
      [pending[2], pending[1]].map((plan) => ({
        ...{ id: plan?.id, profile: 'default', state: 'pending' },
        ...{ createdAt: plan?.createdAt, expiresAt: plan?.expiresAt },
      })),
    );
  });

  test('finds a person’s running revocations, and counts how the tokens of those that are over ended', async () => {
    const plans = [0, 1, 2].map((ms) => samplePlan({ state: 'confirmed', createdAt: later(ms) }));
    const [older, newer, running] = plans;
    const foreign = samplePlan({ state: 'confirmed', requester: { ...ALICE, user: 'U0BOB', channel: 'C0001' } });
    const done = { state: 'done', finishedAt: later(9) } as const;
    const store = await given(async (t) => {
      for (const plan of [...plans, foreign]) await t.addPlan(plan, sampleEntry('asked'));
      if (!older || !newer || !running) return;
      await t.addRevocation(sampleRevocation(older, done), [
        sampleItem(older, FIRST, { state: 'done', outcome: 'revoked' }),
        sampleItem(older, SECOND, { state: 'done', outcome: 'revoked' }),
      ]);
      await t.addRevocation(sampleRevocation(newer, { ...done, state: 'attention' }), [
        sampleItem(newer, FIRST, { state: 'done', outcome: 'unknown' }),
        sampleItem(newer, SECOND, { state: 'done', outcome: 'failed' }),
      ]);
      await t.addRevocation(sampleRevocation(running), [sampleItem(running, FIRST)]);
      await t.addRevocation(sampleRevocation(foreign), [sampleItem(foreign, SECOND)]);
    });

    const [open, ended, newest] = await store.transaction(async (t) => [
      await t.ownRunning(ALICE, 5),
      await t.ownEnded(ALICE, 5),
      await t.ownEnded(ALICE, 1),
    ]);

    expect(open).toEqual([running?.id]);
    expect(
      ended?.map((one) => typeof one !== 'string' && [one.profile, one.revocation.state, [...one.totals]]),
    ).toEqual([
      [
        'default',
        'attention',
        [
          ['failed', 1],
          ['unknown', 1],
        ],
      ],
      ['default', 'done', [['revoked', 2]]],
    ]);
    expect(newest).toHaveLength(1);
  });

  test('finds the tokens whose outcome is unknown or failed, until somebody has seen them gone', async () => {
    const plan = samplePlan({ state: 'confirmed' });
    const old = samplePlan({ state: 'confirmed', createdAt: later(-10_000) });
    const retry = samplePlan({ state: 'confirmed', requester: { ...ALICE, user: 'U0BOB', channel: 'C0001' } });
    const elsewhere = samplePlan({ state: 'confirmed', profile: 'other' });
    const lost = { state: 'done', outcome: 'unknown', doneAt: later(1) } as const;
    const store = await given(async (t) => {
      for (const one of [plan, old, retry, elsewhere]) await t.addPlan(one, sampleEntry('asked'));
      await t.addRevocation(sampleRevocation(old), [sampleItem(old, FIRST, lost)]);
      await t.addRevocation(sampleRevocation(plan), [
        sampleItem(plan, FIRST, lost),
        sampleItem(plan, SECOND, { ...lost, outcome: 'failed', doneAt: later(2) }),
      ]);
    });
    const troubles = async () =>
      (await store.transaction((t) => t.ownTroubles(ALICE, later(-5_000), 10))).map(({ tokenId, outcome }) => [
        tokenId,
        outcome,
      ]);

    // The same token of another cluster is another one.
    await store.transaction((t) =>
      t.addRevocation(sampleRevocation(elsewhere), [
        sampleItem(elsewhere, FIRST, { state: 'done', outcome: 'revoked', doneAt: later(3) }),
      ]),
    );
    const before = await troubles();
    await store.transaction((t) =>
      t.addRevocation(sampleRevocation(retry), [
        sampleItem(retry, FIRST, { state: 'done', outcome: 'already revoked', doneAt: later(3) }),
        sampleItem(retry, SECOND, { state: 'done', outcome: 'failed', doneAt: later(3) }),
      ]),
    );

    expect(before).toEqual([
      [SECOND, 'failed'],
      [FIRST, 'unknown'],
    ]);
    expect(await troubles()).toEqual([[SECOND, 'failed']]);
    expect(await store.transaction((t) => t.ownTroubles(ALICE, NOON, 1))).toHaveLength(1);
  });

  test('finds what a person was to be told and was not, once a first sending has failed', async () => {
    const plan = samplePlan({ state: 'refused' });
    const store = await given(async (t) => {
      await t.addPlan(plan, sampleEntry('asked'));
      await t.announce(plan.id, 'ended', NOON);
    });
    const sending = { planId: plan.id, about: 'ended', runAt: NOON } as const;
    const found = () => store.transaction((t) => t.ownUndelivered(ALICE, 10));

    await store.transaction((t) => t.postponeAnnouncement({ ...sending, attempt: 1 }));
    const underWay = await found();
    await store.transaction((t) => t.postponeAnnouncement({ ...sending, attempt: 2 }));
    const failed = await found();
    await store.transaction((t) => t.finishAnnouncement(sending, later(1)));

    expect(underWay).toEqual([]);
    expect(failed).toEqual([{ planId: plan.id, about: 'ended', attempt: 2 }]);
    expect(await found()).toEqual([]);
  });

  test('remembers who opened the App Home until they have not for long', async () => {
    const bob = { user: 'U0BOB', team: 'T0001' };
    const store = await given(async (t) => {
      await t.rememberHome(ALICE, NOON);
      await t.rememberHome(bob, later(1));
    });
    const read = () =>
      store.transaction(async (t) => [await t.hasHome(ALICE), await t.hasHome(bob), await t.homes(10)] as const);

    const both = await read();
    await store.transaction((t) => t.rememberHome(ALICE, later(2)));
    const latest = await store.transaction((t) => t.homes(1));
    await store.transaction((t) => t.forgetHomes(later(2)));

    expect(both).toEqual([true, true, [bob, ALICE]]);
    expect(latest).toEqual([ALICE]);
    expect(await read()).toEqual([true, false, [ALICE]]);
    expect(await store.transaction((t) => t.hasHome({ ...ALICE, team: 'T0002' }))).toBe(false);
  });
}
