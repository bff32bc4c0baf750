import { expect, onTestFinished, test } from 'vitest';
import { createHomes } from '../../../handlers/home/homes.ts';
import { createLogger } from '../../../src/logger.ts';
import type { Person } from '../../../src/revocation/looking/desk-steps.ts';
import { IN_MEMORY, openSqliteStore } from '../../../src/store/sqlite.ts';
import { quiet } from '../../revocation/event-loop.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { passing } from '../../support/operator.ts';

const person = (number: number): Person => ({ user: `U${number}`, team: 'T0001' });
const ALICE = person(1);

/** What a publication does: says when it changes by itself, throws, or takes its time. */
type Publish = () => Promise<Date | undefined>;

/** Homes of these people, all of whom have opened theirs, and when each was published. */
async function startHomes({ people = [ALICE], isStarted = true } = {}) {
  const clock = createFakeClock();
  const beganAt = clock.now().getTime();
  const store = await openSqliteStore(IN_MEMORY);
  onTestFinished(async () => {
    await quiet();
    await store.close();
  });
  await store.transaction(async (t) => {
    for (const [index, one] of people.entries()) await t.rememberHome(one, new Date(beganAt - index));
  });
  const published: { readonly user: string; readonly atMs: number }[] = [];
  const next: Publish[] = [];
  const lines: string[] = [];
  const homes = createHomes({
    ...{
      store,
      clock,
      log: createLogger({ level: 'warn', destination: { write: (line: string) => lines.push(line) } }),
    },
    async publish({ user }) {
      published.push({ user, atMs: clock.now().getTime() - beganAt });
      return next.shift()?.();
    },
    pauseAfter: (error) => (error instanceof RangeError ? 120_000 : undefined),
  });
  /** Lets so much time pass, a tenth of a second after the other. */
  async function pass(ms: number): Promise<void> {
    clock.advance(0);
    await quiet();
    clock.advance(0);
    await quiet();
    for (let passed = 0; passed < ms; passed += 100) {
      clock.advance(100);
      await quiet();
    }
  }
  if (isStarted) homes.start();
  await pass(0);
  const times = () => published.splice(0).map(({ atMs }) => atMs);
  return { homes, clock, store, published, next, lines, pass, times };
}

test('what happens before it is known whom the bot serves is shown once that is known', async () => {
  const { homes, pass, times } = await startHomes({ isStarted: false });

  homes.changed(ALICE);
  await pass(5_000);
  const before = times();
  homes.start();
  await pass(100);

  expect(before).toEqual([]);
  expect(times()).toHaveLength(1);
});

test('many changes at once are shown at once, and together three seconds later', async () => {
  const { homes, pass, times } = await startHomes();
  await pass(10_000);
  times();

  for (let change = 0; change < 5; change += 1) homes.changed(ALICE);
  await pass(500);
  for (let change = 0; change < 5; change += 1) homes.changed(ALICE);
  await pass(10_000);

  expect(times()).toEqual([10_000, 13_000]);
});

test('what changes while it is being shown is shown afterwards', async () => {
  const { homes, next, pass, times } = await startHomes();
  await pass(10_000);
  times();
  const slow = Promise.withResolvers<undefined>();
  next.push(() => slow.promise);

  homes.changed(ALICE);
  await pass(4_000);
  homes.changed(ALICE);
  await pass(4_000);
  slow.resolve(undefined);
  await pass(10_000);

  expect(times()).toEqual([10_000, 21_000]);
});

test('what changes by itself is shown then, and not more often than anything else', async () => {
  const { clock, homes, next, pass, times } = await startHomes();
  await pass(10_000);
  times();
  const after = (ms: number) => async () => new Date(clock.now().getTime() + ms);
  next.push(after(20_000), after(1));

  homes.changed(ALICE);
  await pass(60_000);

  expect(times()).toEqual([10_000, 30_000, 33_000]);
});

test('whoever has not opened theirs is shown nothing', async () => {
  const { homes, pass, published } = await startHomes();

  homes.changed(person(2));
  homes.changed({ ...ALICE, team: 'T0002' });
  await pass(5_000);

  expect(published.map(({ user }) => user)).toEqual([ALICE.user]);
});

test('what concerns everybody is shown one after the other, the latest visitor first', async () => {
  const { pass, published } = await startHomes({ people: [1, 2, 3].map(person) });

  await pass(2_000);

  expect(published).toEqual([
    { user: 'U1', atMs: 0 },
    { user: 'U2', atMs: 700 },
    { user: 'U3', atMs: 1_400 },
  ]);
});

test('what Slack does not take is tried again less and less often, five times, with one line about it', async () => {
  const { homes, next, pass, times, lines } = await startHomes();
  await pass(10_000);
  times();
  const refuse: Publish = () => Promise.reject(new Error('scripted'));
  next.push(...Array<Publish>(6).fill(refuse));

  homes.changed(ALICE);
  await pass(600_000);
  const tried = times();
  homes.changed(ALICE);
  await pass(1_000);

  expect(tried.map((time, index) => time - (tried[index - 1] ?? 10_000))).toEqual([
    ...[0, 5_000, 10_000, 20_000, 40_000, 60_000],
  ]);
  expect(times()).toHaveLength(1);
  expect(lines.filter((line) => line.includes('an App Home was not shown'))).toHaveLength(1);
});

test('it is left alone for as long as Slack asks for that', async () => {
  const { homes, next, pass, times } = await startHomes();
  await pass(10_000);
  times();
  next.push(() => Promise.reject(new RangeError('slow down')));

  homes.changed(ALICE);
  await pass(200_000);

  expect(times()).toEqual([10_000, 130_000]);
});

test('it ends although Slack never answers, and shows nothing after that', async () => {
  const { homes, clock, next, pass, published } = await startHomes();
  await pass(10_000);
  next.push(() => new Promise(() => undefined));
  homes.changed(ALICE);
  await pass(100);
  const before = published.length;

  await passing(clock, homes.stop());
  homes.changed(person(1));
  homes.changedForAll();
  await pass(10_000);

  expect(published).toHaveLength(before);
});

test('a store that fails is one line in the log', async () => {
  const { homes, store, lines } = await startHomes();
  await store.close();

  await homes.opened(ALICE);

  expect(lines.some((line) => line.includes('an opened App Home was not remembered'))).toBe(true);
});
