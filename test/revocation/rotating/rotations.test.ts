import { afterEach, describe, expect, test, vi } from 'vitest';
import { PlaceRefusedError } from '../../../src/revocation/announcer.ts';
import { newPlanId } from '../../../src/revocation/ids.ts';
import type { Requester } from '../../../src/revocation/people.ts';
import type { Plan } from '../../../src/revocation/plan.ts';
import { createAuthorizer } from '../../../src/revocation/rights/authorization.ts';
import { createReminders } from '../../../src/revocation/rotating/reminders.ts';
import { newReminder, newRotations, type RotationSettings } from '../../../src/revocation/rotating/rotation.ts';
import type { RotationMessenger, RotationNews } from '../../../src/revocation/rotating/rotation-news.ts';
import { createRotations, type Press } from '../../../src/revocation/rotating/rotations.ts';
import type { Store, Transaction } from '../../../src/revocation/store.ts';
import { openPostgresStore } from '../../../src/store/postgres.ts';
import { IN_MEMORY, openSqliteStore } from '../../../src/store/sqlite.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { withPostgres } from '../../support/postgres.ts';
import { createFakeDirectory } from '../fake-directory.ts';
import { ALICE, BOB, NOON, samplePlan, sampleProfile, sampleTokens, workItem } from '../samples.ts';
import { watched } from '../watched-store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const CAROL: Requester = { ...ALICE, user: 'U0CAROL' };
const SETTINGS: RotationSettings = {
  remindAfterMs: [15 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, DAY_MS],
  giveUpAfterMs: 14 * DAY_MS,
  owners: [],
};

const opened: Store[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

interface Sent {
  readonly bot: number;
  readonly news: RotationNews;
  readonly repeated: boolean;
}

/** Several bots on one store, each with its own connection where the store has those. */
async function stage(stores: readonly Store[], some: Partial<RotationSettings> = {}) {
  opened.push(...new Set(stores));
  const clock = createFakeClock(NOON);
  const directory = createFakeDirectory(clock);
  const authorizer = createAuthorizer({ directory, servedTeams: () => ['T0001'] });
  const profile = sampleProfile();
  const settings = { ...SETTINGS, ...some };
  const sent: Sent[] = [];
  const faults: string[] = [];
  /** How the next sendings go, one each; after that they arrive. */
  const deliveries: (() => Promise<void>)[] = [];
  let keys = 0;
  const bots = stores.map((plain, bot) => {
    const store = watched(plain);
    const messenger: RotationMessenger = {
      async remind(news, { repeated }) {
        await deliveries.shift()?.();
        sent.push({ bot, news, repeated });
      },
    };
    const shared = { store, clock, authorizer, profiles: new Map([[profile.name, profile]]), settings };
    const onFault = (error: unknown) => void faults.push(`${error}`);
    return { store, ...createRotations(shared), reminders: createReminders({ ...shared, messenger, onFault }) };
  });
  const [one, other = one] = bots;
  const [behind] = stores;
  if (!one || !other || !behind) throw new Error('a stage needs a bot');

  return {
    ...{ clock, directory, settings, sent, faults, deliveries, bots, one, other },
    /** A revocation that is over, with so many open rotations, and its plan. */
    async revoked(count: number, requester = ALICE): Promise<Plan> {
      const tokens = sampleTokens(count);
      const plan = samplePlan({
        ...{ id: newPlanId(), requester, state: 'confirmed', tokenIds: tokens.map(({ id }) => id) },
        tokens: tokens.map((token) => ({ id: token.id, found: 'live', token })),
      });
      const items = tokens.map(({ id }) =>
        workItem({ revocationId: plan.id, tokenId: id, state: 'done', outcome: 'revoked', doneAt: NOON }),
      );
      await one.store.transaction(async (transaction) => {
        const entry = { at: NOON, actor: requester.user, action: 'asked', subject: plan.id, detail: {} };
        await transaction.addPlan(plan, entry);
        await transaction.addRevocation({ id: plan.id, state: 'done', createdAt: NOON, finishedAt: NOON }, items);
        await transaction.addRotations(newReminder(plan.id, clock.now()), newRotations(plan, items, clock.now()));
      });
      return plan;
    },
    press(id: string, who = ALICE): Press {
      keys += 1;
      return { id, who, key: `press ${keys}`, replyUrl: 'https://hooks.slack.com/actions/1' };
    },
    rotations: (plan: Plan) => behind.transaction((transaction) => transaction.rotations(plan.id)),
    reminder: (plan: Plan) => behind.transaction((transaction) => transaction.reminder(plan.id)),
    async awaitRound(plan: Plan, round: number): Promise<void> {
      const read = () => behind.transaction((transaction) => transaction.reminder(plan.id));
      await vi.waitFor(async () => expect(await read()).toMatchObject({ round, attempt: 0 }), { timeout: 10_000 });
    },
    stop: () => Promise.all(bots.map(({ reminders }) => reminders.stop())),
  };
}

/** What holds on one store, whichever it is, and however many bots use it. */
function onAnyStore(two: () => Promise<readonly Store[]>): void {
  test('each message is sent once, by one of the bots, however often both look', async () => {
    const { revoked, bots, clock, sent, awaitRound, stop } = await stage(await two());
    const plan = await revoked(2);
    for (const [round, pauseMs] of [0, 15 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, DAY_MS].entries()) {
      clock.advance(pauseMs);
      for (const { reminders } of [...bots, ...bots]) reminders.wake();
      await awaitRound(plan, round + 1);
    }
    await stop();

    expect(sent.map(({ news, repeated }) => [news.about, repeated])).toEqual([
      ['opened', false],
      ...Array.from({ length: 4 }, () => ['reminder', false]),
    ]);
  });

  test('a bot that vanishes in the middle of a message is followed by another, which says that it repeats', async () => {
    const { revoked, one, other, clock, sent, deliveries, awaitRound, reminder } = await stage(await two());
    const plan = await revoked(1);
    const begun = Promise.withResolvers<void>();
    deliveries.push(() => {
      begun.resolve();
      return new Promise(() => undefined);
    });
    one.reminders.wake();
    await begun.promise;

    clock.advance(29_999);
    other.reminders.wake();
    await vi.waitFor(async () => expect(await reminder(plan)).toMatchObject({ round: 0, attempt: 1 }));
    expect(sent).toEqual([]);
    clock.advance(1);
    other.reminders.wake();
    await awaitRound(plan, 1);

    expect(sent.map(({ bot, repeated }) => [bot, repeated])).toEqual([[1, true]]);
  });

  test('the last two that are closed at the same moment end the reminders', async () => {
    const { revoked, one, other, press, rotations, reminder } = await stage(await two());
    const plan = await revoked(2);
    const [first, second] = await rotations(plan);

    const pressed = await Promise.all([
      one.close(press(first?.id ?? ''), 'rotated'),
      other.close(press(second?.id ?? ''), 'not needed'),
    ]);

    expect(pressed.map(({ kind }) => kind)).toEqual(['pressed', 'pressed']);
    expect((await rotations(plan)).map(({ state }) => state)).toEqual(['rotated', 'not needed']);
    expect((await reminder(plan))?.runAt).toBeUndefined();
  });

  test('many presses at once close each token once; the others are told who was faster', async () => {
    const { revoked, bots, one, press, rotations } = await stage(await two());
    const plan = await revoked(3);

    const pressed = await Promise.all(
      Array.from({ length: 6 }, (_, n) => (bots[n % 2] ?? one).close(press(plan.id), 'rotated')),
    );

    const kinds = pressed.map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['closed', 'closed', 'closed', 'closed', 'closed', 'pressed']);
    const audited = bots.flatMap(({ store }) => store.actions()).filter((action) => action === 'rotation rotated');
    expect(audited).toHaveLength(3);
    expect(new Set((await rotations(plan)).map(({ state }) => state))).toEqual(new Set(['rotated']));
  });

  test('a thousand tokens are told of in one message, and closed by one press, in time', async () => {
    const { revoked, one, press, rotations, sent, awaitRound } = await stage(await two());
    const plan = await revoked(1_000);
    one.reminders.wake();
    await awaitRound(plan, 1);

    const pressed = await one.close(press(plan.id), 'not needed');

    expect(sent).toHaveLength(1);
    expect(pressed.kind).toBe('pressed');
    expect((await rotations(plan)).every(({ state }) => state === 'not needed')).toBe(true);
  });

  test('a snooze while a message is on its way stays', async () => {
    const { revoked, one, other, press, deliveries, reminder, sent } = await stage(await two());
    const plan = await revoked(1);
    const [begun, arrives] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    deliveries.push(() => {
      begun.resolve();
      return arrives.promise;
    });
    one.reminders.wake();
    await begun.promise;

    const snoozed = await other.snooze(press(plan.id));
    arrives.resolve();
    await one.reminders.stop();

    expect(snoozed.kind).toBe('pressed');
    expect(sent).toHaveLength(1);
    expect(await reminder(plan)).toMatchObject({ round: 1, attempt: 0, runAt: new Date(NOON.getTime() + DAY_MS) });
  });
}

describe('on SQLite', () => {
  onAnyStore(async () => {
    const store = await openSqliteStore(IN_MEMORY);
    return [store, store];
  });
});

describe('reminders', () => {
  const alone = async (some: Partial<RotationSettings> = {}) => stage([await openSqliteStore(IN_MEMORY)], some);

  test('are not sent where rotation was turned off since', async () => {
    const { revoked, one, sent, reminder } = await alone({ remindAfterMs: [] });
    const plan = await revoked(1);

    one.reminders.wake();
    await one.reminders.stop();

    expect(sent).toEqual([]);
    expect(await reminder(plan)).toMatchObject({ round: 0, attempt: 0 });
  });

  test('of many revocations do not wait for one that cannot be told', async () => {
    const { revoked, one, sent, deliveries, awaitRound, faults } = await alone();
    deliveries.push(() => Promise.reject(new Error('scripted: the operator is gone')));
    const plans = [];
    for (let n = 0; n < 10; n += 1) plans.push(await revoked(1));
    one.reminders.wake();

    for (const plan of plans.slice(1)) await awaitRound(plan, 1);

    expect(sent).toHaveLength(9);
    expect(faults).toEqual(['Error: scripted: the operator is gone']);
  });

  test('that cannot even be begun hold up no others, and are tried again in a moment', async () => {
    const plain = await openSqliteStore(IN_MEMORY);
    const unreadable = new Set<string>();
    const read = (transaction: Transaction) => async (id: string) => {
      if (unreadable.has(id)) throw new Error('scripted: unreadable');
      return transaction.plan(id);
    };
    const store: Store = {
      ...plain,
      transaction: (work, options) =>
        plain.transaction((transaction) => work({ ...transaction, plan: read(transaction) }), options),
    };
    const { revoked, one, clock, sent, faults, awaitRound } = await stage([store]);
    for (let n = 0; n < 4; n += 1) unreadable.add((await revoked(1)).id);
    clock.advance(1);
    const plan = await revoked(1);
    one.reminders.wake();

    await awaitRound(plan, 1);
    clock.advance(30_000);
    await vi.waitFor(() => expect(faults).toHaveLength(8));

    expect(new Set(faults)).toEqual(new Set(['Error: scripted: unreadable']));
    expect(sent.map((one) => [one.news.plan.id, one.repeated])).toEqual([[plan.id, false]]);
  });

  test('go on after a fault of the store', async () => {
    const { revoked, one, clock, sent, faults, awaitRound } = await alone();
    const plan = await revoked(1);
    one.store.failAt(one.store.begun + 1, 'before');
    one.reminders.wake();
    await vi.waitFor(() => expect(faults).toEqual(['Error: scripted: the store is gone']));
    expect(sent).toEqual([]);

    clock.advance(30_000);
    await awaitRound(plan, 1);

    expect(sent).toHaveLength(1);
  });

  test('are not sent whose beginning cannot be written, and said to be repeated where their end could not', async () => {
    const { revoked, one, clock, sent, faults, deliveries, awaitRound } = await alone();
    const plan = await revoked(1);
    one.store.failAt(one.store.begun + 2, 'undone');
    one.reminders.wake();
    await vi.waitFor(() => expect(faults).toHaveLength(1));
    expect(sent).toEqual([]);

    clock.advance(30_000);
    await awaitRound(plan, 1);
    deliveries.push(async () => one.store.failAt(one.store.begun + 1, 'undone'));
    clock.advance(15 * MINUTE_MS);
    await vi.waitFor(() => expect(faults).toHaveLength(2), { timeout: 5_000 });
    clock.advance(30_000);
    await awaitRound(plan, 2);

    expect(sent.map(({ repeated }) => repeated)).toEqual([false, false, true]);
  });

  test('that neither thread nor operator takes are left out, one line in the audit log for all, until one is taken', async () => {
    const { revoked, one, clock, sent, faults, deliveries, awaitRound, reminder } = await alone();
    const plan = await revoked(1);
    const refuse = () => Promise.reject(new PlaceRefusedError('unknown'));
    deliveries.push(refuse, refuse, refuse);
    const untold = () => one.store.actions().filter((action) => action === 'nobody could be told').length;
    one.reminders.wake();
    for (const [round, pauseMs] of [0, 15 * MINUTE_MS, HOUR_MS].entries()) {
      clock.advance(pauseMs);
      await awaitRound(plan, round + 1);
    }
    const [refused, audited] = [await reminder(plan), untold()];
    clock.advance(4 * HOUR_MS);
    await awaitRound(plan, 4);

    expect([refused?.refused, audited, faults]).toEqual([true, 1, []]);
    expect(sent.map(({ repeated }) => repeated)).toEqual([false]);
    expect(await reminder(plan)).toMatchObject({ refused: false });
    expect(untold()).toBe(1);
  });

  test('are given up as ever where nobody can be told of it', async () => {
    const { revoked, one, clock, faults, deliveries, rotations, reminder } = await alone({ giveUpAfterMs: HOUR_MS });
    const plan = await revoked(1);
    deliveries.push(() => Promise.reject(new PlaceRefusedError('unknown')));
    clock.advance(HOUR_MS);
    one.reminders.wake();

    await vi.waitFor(async () => expect((await reminder(plan))?.runAt).toBeUndefined());

    expect((await rotations(plan)).map(({ state }) => state)).toEqual(['given up']);
    expect(one.store.actions().slice(-2)).toEqual(['rotation given up', 'nobody could be told']);
    expect(faults).toEqual([]);
  });

  test('end a day after the time to give up where nobody could be told, which is audited', async () => {
    const { revoked, one, clock, sent, deliveries, reminder } = await alone();
    const plan = await revoked(1);
    deliveries.push(...Array.from({ length: 5_000 }, () => () => Promise.reject(new Error('scripted'))));
    clock.advance(14 * DAY_MS);
    one.reminders.wake();
    await vi.waitFor(async () => expect(await reminder(plan)).toMatchObject({ attempt: 1 }));

    clock.advance(DAY_MS + 1);
    await vi.waitFor(async () => expect((await reminder(plan))?.runAt).toBeUndefined());

    expect(sent).toEqual([]);
    expect(one.store.actions().slice(-2)).toEqual(['rotation given up', 'nobody could be told']);
  });

  test('say once that they are given up, whatever time passes then', async () => {
    const { revoked, one, clock, sent, rotations, reminder } = await alone({ giveUpAfterMs: HOUR_MS });
    const plan = await revoked(2);
    clock.advance(HOUR_MS);
    one.reminders.wake();
    await vi.waitFor(async () => expect((await reminder(plan))?.runAt).toBeUndefined());
    clock.advance(30 * DAY_MS);
    one.reminders.wake();
    await one.reminders.stop();

    expect(sent.map(({ news }) => news.about)).toEqual(['given up']);
    expect((await rotations(plan)).map(({ state }) => state)).toEqual(['given up', 'given up']);
    expect(one.store.actions().filter((action) => action === 'rotation given up')).toHaveLength(1);
  });

  test('show descriptions only to an operator who may read tokens when they are sent', async () => {
    const { revoked, one, clock, directory, sent, awaitRound } = await alone();
    const plan = await revoked(1);
    one.reminders.wake();
    await awaitRound(plan, 1);
    directory.people.set(ALICE.user, { deactivated: true });
    clock.advance(15 * MINUTE_MS);
    await awaitRound(plan, 2);

    expect(sent.map(({ news }) => news.detailed)).toEqual([true, false]);
  });
});

describe('who may press', () => {
  const owners = [
    { description: 'telegraf 1', users: [BOB.user], usergroups: [] },
    { database: 'METR*', users: [], usergroups: ['S0TEAM'] },
  ];
  const given = async () => {
    const it = await stage([await openSqliteStore(IN_MEMORY)], { owners });
    const plan = await it.revoked(2);
    const [first, second] = await it.rotations(plan);
    return { ...it, plan, first: first?.id ?? '', second: second?.id ?? '' };
  };

  test('an owner, by name or by group, of just their tokens', async () => {
    const { directory, one, press, first, second } = await given();
    directory.groups.set('S0TEAM', [CAROL.user]);

    expect((await one.close(press(second, BOB), 'rotated')).kind).toBe('refused');
    expect((await one.close(press(first, BOB), 'rotated')).kind).toBe('pressed');
    expect((await one.close(press(second, CAROL), 'rotated')).kind).toBe('pressed');
  });

  test.each([
    ['deactivated', { deactivated: true }],
    ['a guest', { guest: true }],
    ['a bot', { bot: true }],
    ['of another workspace', { teams: ['T0002'] }],
  ])('no owner who is %s', async (_what, facts) => {
    const { directory, one, press, first, rotations, plan } = await given();
    directory.people.set(BOB.user, facts);

    const pressed = await one.close(press(first, BOB), 'rotated');

    expect(pressed.kind).toBe('refused');
    expect((await rotations(plan))[0]?.state).toBe('open');
  });

  test('nobody from a workspace that is not served, whatever their ID', async () => {
    const { one, press, first } = await given();

    for (const who of [ALICE, BOB]) {
      const pressed = await one.close(press(first, { ...who, team: 'T0002' }), 'rotated');
      expect(pressed.kind).toBe('refused');
    }
  });

  test('nobody whom Slack does not know within a second; a refusal uses up no delivery', async () => {
    const { clock, directory, one, press, first } = await given();
    const slow = Promise.withResolvers<never>();
    const { person } = directory;
    directory.person = () => slow.promise;
    const click = press(first, BOB);
    const pressing = one.close(click, 'rotated');
    const timer = setInterval(() => clock.advance(100), 1);

    const late = await pressing;
    clearInterval(timer);
    directory.person = person;
    const again = await one.close(click, 'rotated');

    expect(late).toEqual({
      kind: 'refused',
      message: 'Slack did not say in time who you are. Nothing was changed. Press again in a moment.',
    });
    expect(again.kind).toBe('pressed');
  });

  test('hears of what concerns them, and of nothing else', async () => {
    const { directory, one, revoked, press, plan } = await given();
    directory.groups.set('S0TEAM', [CAROL.user]);
    const carols = await revoked(1, CAROL);
    const found = async (who: Requester) =>
      (await one.concerning(who)).map(({ revocationId, open }) => [revocationId, open]);

    expect(await found(ALICE)).toEqual([[plan.id, 2]]);
    expect(await found(BOB)).toEqual(
      expect.arrayContaining([
        [plan.id, 1],
        [carols.id, 1],
      ]),
    );
    expect(await found(CAROL)).toEqual(
      expect.arrayContaining([
        [plan.id, 2],
        [carols.id, 1],
      ]),
    );
    expect(await found({ ...BOB, user: 'U0MALLORY' })).toEqual([]);
    await one.close(press(plan.id), 'rotated');
    expect(await found(ALICE)).toEqual([]);
  });

  test('hears of what is their own, however much others revoked after it', async () => {
    const { one, clock, revoked } = await stage([await openSqliteStore(IN_MEMORY)]);
    const plan = await revoked(2);
    clock.advance(MINUTE_MS);
    for (let n = 0; n < 205; n += 1) await revoked(1, CAROL);
    const before = one.store.begun;

    const found = await one.concerning(ALICE);

    const { id, profile } = plan;
    expect(found).toEqual([{ revocationId: id, profile, operator: ALICE.user, openedAt: NOON, open: 2, givenUp: 0 }]);
    expect(one.store.begun).toBe(before + 1);
  });

  test('hears of what one looks after as the configuration is now, given up or open, and not of what was closed', async () => {
    const { one, plan, clock, press, first, bots } = await given();
    clock.advance(14 * DAY_MS);
    one.reminders.wake();
    const found = async (who: Requester) =>
      (await one.concerning(who)).map(({ open, givenUp, operator }) => [open, givenUp, operator]);
    await vi.waitFor(async () => expect(await found(BOB)).toEqual([[0, 1, ALICE.user]]));

    await one.close(press(first, BOB), 'rotated');

    expect(await found(BOB)).toEqual([]);
    expect(await found(ALICE)).toEqual([[0, 1, ALICE.user]]);
    clock.advance(31 * DAY_MS);
    expect(await found(ALICE)).toEqual([]);
    expect([plan.requester.user, bots.length]).toEqual([ALICE.user, 1]);
  });
});

withPostgres((server) => {
  describe('on PostgreSQL', () => {
    onAnyStore(async () => {
      const url = await server().newDatabase();
      return [await openPostgresStore(url), await openPostgresStore(url)];
    });
  });
});
