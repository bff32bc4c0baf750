import { expect, test } from 'vitest';
import type { Posted } from '../../src/revocation/announcer.ts';
import type { Requester } from '../../src/revocation/people.ts';
import { newReminder, over, type Reminder, sending, sent } from '../../src/revocation/rotating/rotation.ts';
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

const DESCRIBED = { description: 'telegraf “EU”', databases: ['metrics', '*'] };
const SETTINGS = { remindAfterMs: [900_000], giveUpAfterMs: 86_400_000, owners: [] };

/** What every store promises of rotations, and of when people are reminded of them. */
export function rotationContract(given: Given): void {
  /** A revocation that is over, with an open rotation for each of its two tokens. */
  async function opened(openedAt = NOON, store?: Store, requester?: Requester) {
    const plan = samplePlan({ state: 'confirmed', ...(requester && { requester }) });
    const rotations = TOKEN_IDS.map((id) => sampleRotation(plan, id, { openedAt, described: DESCRIBED }));
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

  test('lets the first reminder wait for the result ten minutes at most, and not once it is shared', async () => {
    const { store, plan, reminder } = await opened();
    await store.transaction(async (t) => {
      await t.announce(plan.id, 'result', NOON);
      await t.announce(plan.id, 'shared result', NOON);
    });
    const told = (about: 'result' | 'shared result', posted?: Posted) =>
      store.transaction(async (t) => {
        const all = await t.dueAnnouncements(NOON, 2);
        for (const one of all) if (one.about === about) await t.finishAnnouncement(one, NOON, posted);
      });
    expect(await due(store, later(599_999))).toEqual([]);
    expect(await due(store, later(600_000))).toEqual([reminder]);

    await told('shared result', { channel: 'C0001', ts: '1.1' });

    expect(await due(store, NOON)).toEqual([reminder]);
    await told('result');
    expect(await due(store, NOON)).toEqual([reminder]);
  });

  test('lets the first reminder wait no longer where the result was told and is not to be shared', async () => {
    const { store, plan, reminder } = await opened();
    await store.transaction((t) => t.announce(plan.id, 'result', NOON));
    const [result] = await store.transaction((t) => t.dueAnnouncements(NOON, 1));
    if (!result) throw new Error('nothing was due');
    expect(await due(store)).toEqual([]);

    await store.transaction((t) => t.finishAnnouncement(result, NOON));

    expect(await due(store)).toEqual([reminder]);
  });

  test('knows of which revocations nobody could be told the last time, while they are told of', async () => {
    const { store, plan, reminder } = await opened();
    await opened(NOON, store);
    const untold = async () => (await store.transaction((t) => t.untoldRotations())).map(({ id }) => id);
    const refused = { ...sent(reminder, SETTINGS, NOON), refused: true };

    const before = await untold();
    await move(store, refused, reminder);
    const [read, meanwhile] = [await store.transaction((t) => t.reminder(plan.id)), await untold()];
    await move(store, over(refused), refused);

    expect([before, meanwhile, await untold()]).toEqual([[], [plan.id], []]);
    expect(read).toEqual(refused);
  });

  test('finds what is open or was given up since then of one person, and of the others, the latest first', async () => {
    const { store, plan, rotations } = await opened();
    const newer = await opened(later(1), store);
    const closed = await opened(later(2), store);
    const foreign = await opened(later(3), store, { user: 'U0BOB', team: 'T0001', channel: 'C0001' });
    const elsewhere = await opened(later(4), store, { user: 'U0ALICE', team: 'T0002', channel: 'C0001' });
    await store.transaction(async (t) => {
      const ids = closed.rotations.map(({ id }) => id);
      await t.moveRotations(ids, ['open'], { state: 'rotated', closedBy: 'U0ALICE', closedAt: later(3) });
      await t.moveRotations([rotations[0]?.id ?? ''], ['open'], { state: 'given up', closedAt: later(4) });
    });
    const alice = { user: 'U0ALICE', team: 'T0001' };
    const heads = (since: Date, limit: number) => store.transaction((t) => t.ownRotations(alice, since, limit));
    const common = { profile: 'default', operator: 'U0ALICE', givenUp: 0 };
    const latest = { ...common, revocationId: newer.plan.id, openedAt: later(1), open: 2 };

    expect(await heads(NOON, 10)).toEqual([
      latest,
      { ...common, revocationId: plan.id, openedAt: NOON, open: 1, givenUp: 1 },
    ]);
    expect(await heads(later(5), 10)).toEqual([latest, { ...common, revocationId: plan.id, openedAt: NOON, open: 1 }]);
    expect(await heads(NOON, 1)).toEqual([latest]);
    const others = await store.transaction((t) => t.othersRotations(alice, NOON, 10));
    expect(others.map(({ revocationId, operator, open }) => [revocationId, operator, open])).toEqual([
      [elsewhere.plan.id, 'U0ALICE', 2],
      [foreign.plan.id, 'U0BOB', 2],
    ]);
  });

  test('forgets what was closed or given up before then, with its reminder, where nothing of it is left', async () => {
    const { store, plan: mixed, rotations } = await opened();
    const stages = [mixed];
    for (const closedAt of [later(8), later(9), later(10)]) {
      const one = await opened(NOON, store);
      stages.push(one.plan);
      const [first = '', second = ''] = one.rotations.map(({ id }) => id);
      await store.transaction(async (t) => {
        await t.moveRotations([first], ['open'], { state: 'rotated', closedBy: 'U0ALICE', closedAt: later(1) });
        await t.moveRotations([second], ['open'], { state: 'given up', closedAt });
        await t.moveReminder(over(one.reminder), one.reminder);
      });
    }
    const [first = ''] = rotations.map(({ id }) => id);
    await store.transaction((t) => t.moveRotations([first], ['open'], { state: 'rotated', closedAt: later(1) }));
    const kept = async () => {
      const left = stages.map(({ id }) =>
        store.transaction(async (t) => [(await t.rotations(id)).length, (await t.reminder(id)) !== undefined]),
      );
      return Promise.all(left);
    };

    await store.transaction((t) => t.forgetRotations(later(10)));

    expect(await kept()).toEqual([
      [2, true],
      [0, false],
      [0, false],
      [2, true],
    ]);
    expect(await store.transaction((t) => t.plan(mixed.id))).toBeDefined();
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
