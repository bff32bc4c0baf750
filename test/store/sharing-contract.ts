import { expect, test } from 'vitest';
import type { Store, Transaction } from '../../src/revocation/store.ts';
import { later, NOON, sampleEntry, samplePlan } from './samples.ts';

type Given = (work?: (transaction: Transaction) => Promise<unknown>) => Promise<Store>;

const POSTED = { channel: 'C0001', ts: '1700000000.000100' };

/** What every store promises of results that are shared. */
export function sharingContract(given: Given): void {
  async function queued() {
    const plan = samplePlan({ state: 'confirmed' });
    const store = await given(async (t) => {
      await t.addPlan(plan, sampleEntry('asked'));
      await t.announce(plan.id, 'shared result', NOON);
      await t.announce(plan.id, 'result', NOON);
    });
    const [result, shared] = await store.transaction((t) => t.dueAnnouncements(NOON, 10));
    if (!result || !shared) throw new Error('nothing was due');
    return { store, plan, result, shared };
  }

  test('gives the operator’s own result out before the one for all', async () => {
    const { result, shared } = await queued();

    expect([result.about, shared.about]).toEqual(['result', 'shared result']);
  });

  test('says whether an announcement was queued, also of one that was sent', async () => {
    const { store, plan, shared } = await queued();

    const again = await store.transaction((t) => t.announce(plan.id, 'shared result', later(1)));
    await store.transaction((t) => t.finishAnnouncement(shared, later(2), POSTED));
    const afterwards = await store.transaction((t) => t.announce(plan.id, 'shared result', later(3)));

    expect([again, afterwards]).toEqual([false, false]);
  });

  test('finds a shared result again, by what it was posted as, and no other', async () => {
    const { store, plan, result, shared } = await queued();
    const posted = () => store.transaction((t) => t.sharedMessage(plan.id));

    const before = await posted();
    await store.transaction((t) => t.finishAnnouncement(result, later(1), { channel: 'D0001', ts: '1' }));
    const ofTheResult = await posted();
    await store.transaction((t) => t.finishAnnouncement(shared, later(1), POSTED));

    expect([before, ofTheResult, await posted()]).toEqual([undefined, undefined, POSTED]);
    expect(await store.transaction((t) => t.sharedMessage('0'.repeat(32)))).toBeUndefined();
  });

  test('does not find one that cannot be named', async () => {
    const { store, plan, shared } = await queued();

    await store.transaction((t) => t.finishAnnouncement(shared, later(1)));

    expect(await store.transaction((t) => t.sharedMessage(plan.id))).toBeUndefined();
  });

  test('withdraws an announcement, so that it can be queued anew', async () => {
    const { store, plan, shared } = await queued();

    await store.transaction((t) => t.withdrawAnnouncement(shared));
    const left = await store.transaction((t) => t.dueAnnouncements(later(1), 10));
    const again = await store.transaction((t) => t.announce(plan.id, 'shared result', later(2)));

    expect(left.map(({ about }) => about)).toEqual(['result']);
    expect(again).toBe(true);
    expect(await store.transaction((t) => t.dueAnnouncements(later(2), 10))).toHaveLength(2);
  });

  test('keeps where a reply address leads to', async () => {
    const plan = samplePlan();
    const store = await given((t) => t.addPlan(plan, sampleEntry('asked')));
    const reply = { url: 'https://hooks.slack.com/actions/1', uses: 0, openedAt: NOON, replaces: true };

    await store.transaction((t) => t.setReply(plan.id, { ...reply, channel: 'C0002' }));

    expect((await store.transaction((t) => t.plan(plan.id)))?.reply?.channel).toBe('C0002');
  });
}
