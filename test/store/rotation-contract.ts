import { expect, test } from 'vitest';
import { newReminder, type Reminder, sending, sent } from '../../src/revocation/rotation.ts';
import type { Store, Transaction } from '../../src/revocation/store.ts';
import {
  later,
  NOON,
  sampleEntry,
  sampleItem,
  samplePlan,
  sampleRevocation,
  sampleRotation,
  TOKEN_IDS,
} from './samples.ts';

type Given = (work?: (transaction: Transaction) => Promise<unknown>) => Promise<Store>;

const [FIRST, SECOND] = TOKEN_IDS;
const SETTINGS = { remindAfterMs: [900_000], giveUpAfterMs: 86_400_000, owners: [] };

/** What every store promises of rotations, and of when people are reminded of them. */
export function rotationContract(given: Given): void {
  /** A revocation that is over, with an open rotation for each of its two tokens. */
  async function opened(openedAt = NOON, store?: Store) {
    const plan = samplePlan({ state: 'confirmed' });
    const rotations = TOKEN_IDS.map((id) => sampleRotation(plan, id, { openedAt }));
    const reminder = newReminder(plan.id, openedAt);
    const into = store ?? (await given());
    await into.transaction(async (t) => {
      await t.addPlan(plan, sampleEntry('asked'));
      const done = { state: 'done', outcome: 'revoked', doneAt: openedAt } as const;
      await t.addRevocation(
        sampleRevocation(plan, { state: 'done', finishedAt: openedAt }),
        TOKEN_IDS.map((id) => sampleItem(plan, id, done)),
      );
      await t.addRotations(reminder, rotations);
    });
    return { store: into, plan, rotations, reminder };
  }

  const due = (store: Store, now = NOON, limit = 10) => store.transaction((t) => t.dueReminders(now, limit));
  const move = (store: Store, to: Reminder, from: Reminder) => store.transaction((t) => t.moveReminder(to, from));

  test('gives rotations back as they were written, in the order of the tokens', async () => {
    const { store, plan, rotations, reminder } = await opened();

    expect(await store.transaction((t) => t.rotations(plan.id))).toEqual(rotations);
    expect(await store.transaction((t) => t.rotation(rotations[1]?.id ?? ''))).toEqual(rotations[1]);
    expect(await store.transaction((t) => t.rotation('0'.repeat(32)))).toBeUndefined();
    expect(await store.transaction((t) => t.reminder(plan.id))).toEqual(reminder);
    expect(await store.transaction((t) => t.reminder('0'.repeat(32)))).toBeUndefined();
  });

  test('moves rotations only out of the states they are expected in, once when fifty try', async () => {
    const { store, plan, rotations } = await opened();
    const ids = rotations.map(({ id }) => id);
    const rotated = { state: 'rotated', closedBy: 'U0ALICE', closedAt: later(5) } as const;

    const [first = '', second = ''] = ids;
    const one = await store.transaction((t) => t.moveRotations([first], ['open', 'given up'], rotated));
    const moves = await Promise.all(
      Array.from({ length: 50 }, () =>
        store.transaction((t) => t.moveRotations(ids, ['open'], { ...rotated, state: 'not needed' })),
      ),
    );
    const none = await store.transaction((t) => t.moveRotations([], ['open'], rotated));

    expect([one, moves.flat(), none]).toEqual([[first], [second], []]);
    expect(await store.transaction((t) => t.rotations(plan.id))).toEqual([
      { ...rotations[0], ...rotated },
      { ...rotations[1], ...rotated, state: 'not needed' },
    ]);
  });

  test('moves a reminder only where its round, its attempt and its time still stand', async () => {
    const { store, reminder } = await opened();
    const begun = sending(reminder, NOON);

    expect(await move(store, begun, { ...reminder, attempt: 1 })).toBe(false);
    expect(await move(store, begun, { ...reminder, runAt: later(1) })).toBe(false);
    expect(await move(store, begun, reminder)).toBe(true);
    expect(await move(store, begun, reminder)).toBe(false);
    expect(await move(store, { ...begun, runAt: undefined }, begun)).toBe(true);
    expect(await move(store, begun, begun)).toBe(false);
    expect(await move(store, begun, { ...begun, runAt: undefined })).toBe(true);
  });

  test('says which reminders are due, the longest first, and when the next one is', async () => {
    const { store, reminder } = await opened(later(2));
    const { reminder: earlier } = await opened(later(1), store);

    expect(await due(store, NOON)).toEqual([]);
    expect(await store.transaction((t) => t.nextReminderAt(NOON))).toEqual(later(1));
    expect(await due(store, later(2))).toEqual([earlier, reminder]);
    expect(await due(store, later(2), 1)).toEqual([earlier]);
    expect(await store.transaction((t) => t.nextReminderAt(later(2)))).toBeUndefined();

    const next = sent(earlier, SETTINGS, later(2));
    await move(store, next, earlier);
    await move(store, { ...reminder, runAt: undefined }, reminder);
    expect(await due(store, later(899_999))).toEqual([]);
    expect(await due(store, later(900_002))).toEqual([next]);
  });

  test('lets the first reminder wait until the result was told, and for sharing it ten minutes at most', async () => {
    const { store, plan, reminder } = await opened();
    await store.transaction(async (t) => {
      await t.announce(plan.id, 'result', NOON);
      await t.announce(plan.id, 'shared result', NOON);
    });
    expect(await due(store, later(600_000))).toEqual([]);

    const [result] = await store.transaction((t) => t.dueAnnouncements(NOON, 1));
    if (!result) throw new Error('nothing was due');
    await store.transaction((t) => t.finishAnnouncement({ ...result, about: 'result' }, NOON));
    expect(await due(store, later(599_999))).toEqual([]);
    expect(await due(store, later(600_000))).toEqual([reminder]);

    await store.transaction((t) => t.finishAnnouncement({ ...result, about: 'shared result' }, NOON));
    expect(await due(store, NOON)).toEqual([reminder]);
  });

  test('finds what is open or was given up since then, with its plan, the latest revocation first', async () => {
    const { store, plan, rotations, reminder } = await opened();
    const newer = await opened(later(1), store);
    const closed = await opened(later(2), store);
    await store.transaction(async (t) => {
      const ids = closed.rotations.map(({ id }) => id);
      await t.moveRotations(ids, ['open'], { state: 'rotated', closedBy: 'U0ALICE', closedAt: later(3) });
      await t.moveRotations([rotations[0]?.id ?? ''], ['open'], { state: 'given up', closedAt: later(4) });
    });
    const ids = async (since: Date, limit: number) => {
      const found = await store.transaction((t) => t.openRotations(since, limit));
      return found.map((one) => [one.plan.id, one.rotations.map(({ tokenId }) => tokenId)]);
    };

    expect(await ids(NOON, 10)).toEqual([
      [newer.plan.id, [FIRST, SECOND]],
      [plan.id, [FIRST, SECOND]],
    ]);
    expect(await ids(later(5), 10)).toEqual([
      [newer.plan.id, [FIRST, SECOND]],
      [plan.id, [SECOND]],
    ]);
    expect(await ids(NOON, 1)).toEqual([[newer.plan.id, [FIRST, SECOND]]]);
    const [, older] = await store.transaction((t) => t.openRotations(NOON, 10));
    expect(older).toMatchObject({ plan: { id: plan.id, profile: 'default' }, reminder });
  });

  test('counts what is open, or was given up since then, and says since when the oldest is', async () => {
    const { store, rotations } = await opened(later(1));
    await opened(later(2), store);
    const ids = rotations.slice(0, 1).map(({ id }) => id);
    await store.transaction((t) => t.moveRotations(ids, ['open'], { state: 'given up', closedAt: later(9) }));

    const open = { profile: 'default', state: 'open', count: 3, oldest: later(1) };
    const counted = (since: Date) => store.transaction((t) => t.countRotations(since));
    expect(await counted(later(10))).toEqual([open]);
    expect((await counted(later(9))).toSorted((a, b) => b.count - a.count)).toEqual([
      open,
      { ...open, state: 'given up', count: 1 },
    ]);
    expect((await store.transaction((t) => t.openWork())).rotations).toBe(3);
  });
}
