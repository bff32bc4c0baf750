import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { knownBreak, lastAnchor, noteAnchor } from '../../../src/revocation/auditing/chain-notices.ts';
import { watchChain } from '../../../src/revocation/auditing/chain-watch.ts';
import { keepHouse } from '../../../src/revocation/housekeeping.ts';
import type { Transaction } from '../../../src/revocation/store.ts';
import type { QueuedNotice } from '../../../src/revocation/telling/notice.ts';
import { createNoticeSender } from '../../../src/revocation/telling/notice-sender.ts';
import { openSqliteStore } from '../../../src/store/sqlite.ts';
import { sampleEntry, sampleItem, samplePlan, sampleRevocation, TOKEN_IDS } from '../../store/samples.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { quiet } from '../event-loop.ts';
import { NOON } from '../samples.ts';

const HOUR_MS = 3_600_000;

/** A bot that only watches its audit log, with an announce channel, in a file that others can write to. */
async function given({ announces = true } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'chain-'));
  const path = join(directory, 'bot.db');
  const clock = createFakeClock(NOON);
  const store = await openSqliteStore(path);
  const told: string[] = [];
  const logged: number[] = [];
  const onFault = (error: unknown) => expect.fail(String(error));
  const sender = createNoticeSender({
    ...{ store, clock, pollMs: 60_000, onFault },
    board: {
      async post(shown) {
        if (shown.about === 'broken chain') told.push(`broken at ${shown.seq}`);
        if (shown.about === 'anchor') told.push(`anchor ${shown.head.seq}`);
        if (shown.about === 'result') told.push(`result with ${shown.head ? 'its' : 'no'} anchor`);
      },
    },
  });
  const stopHouse = keepHouse({ store, clock, onFault });
  let stopWatch: (() => void) | undefined;
  onTestFinished(async () => {
    stopHouse();
    stopWatch?.();
    await sender.stop();
    await store.close();
    rmSync(directory, { recursive: true });
  });
  const read = <T>(work: (transaction: Transaction) => Promise<T>) => store.transaction(work);
  return {
    ...{ told, logged, read },
    write: (entries: number) =>
      read((t) => t.audit(Array.from({ length: entries }, (_, index) => sampleEntry(`entry ${index}`)))),
    cutAfter(seq: number) {
      using database = new DatabaseSync(path, { timeout: 5_000 });
      database.exec(`drop trigger if exists audit_no_delete; delete from audit where seq > ${seq}`);
    },
    /** Ends the watch there is, and starts another one. */
    async start() {
      stopWatch?.();
      stopWatch = watchChain({
        ...{ store, clock, announces, onFault, onNotice: sender.wake },
        onBroken: ({ seq }) => logged.push(seq),
      });
      clock.advance(0);
      await quiet();
    },
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 300_000) {
        clock.advance(300_000);
        await quiet();
      }
    },
    async noteHead() {
      await read(async (t) => noteAnchor(t, (await t.auditHead()) ?? { seq: 0, hash: '' }, clock.now()));
    },
    anchored: async () => (await read(lastAnchor))?.seq,
    async endRevocation() {
      const plan = samplePlan();
      const queued: QueuedNotice = {
        ...{ id: `result ${plan.id}`, notice: { about: 'result', planId: plan.id } },
        ...{ at: clock.now(), attempt: 0, runAt: clock.now() },
      };
      await read(async (t) => {
        await t.addPlan(plan, sampleEntry('asked'));
        await t.addRevocation(sampleRevocation(plan), [sampleItem(plan, TOKEN_IDS[0])]);
        await t.putNotice(queued);
      });
      sender.wake();
      await quiet();
    },
  };
}

test('a log that was cut off is not anchored, however much is added, and what was anchored before stays', async () => {
  const { start, write, cutAfter, pass, endRevocation, told, anchored } = await given();
  await write(10);
  await start();
  cutAfter(6);

  await start();
  await write(10);
  await pass(3 * HOUR_MS);
  await endRevocation();

  expect(told).toEqual(['anchor 10', 'broken at 10', 'result with no anchor']);
  expect(await anchored()).toBe(10);
});

test('a cut that grew over is found by the entry that was anchored', async () => {
  const { start, write, cutAfter, noteHead, told, anchored } = await given();
  await write(10);
  await start();
  cutAfter(6);

  await noteHead();
  await write(10);
  await noteHead();
  const before = await anchored();
  await start();

  expect(before).toBe(10);
  expect(told).toEqual(['anchor 10', 'broken at 10']);
});

test('a break is told again each day and at each start, and stays known', async () => {
  const { start, write, cutAfter, pass, told, logged, read } = await given();
  await write(10);
  await start();
  cutAfter(6);

  await start();
  await pass(23 * HOUR_MS);
  const firstDay = told.length;
  await pass(2 * HOUR_MS);
  const secondDay = told.length;
  await start();

  expect([firstDay, secondDay, told.length]).toEqual([2, 3, 4]);
  expect(new Set(told.slice(1))).toEqual(new Set(['broken at 10']));
  expect(new Set(logged)).toEqual(new Set([10]));
  expect(await read(knownBreak)).toMatchObject({ about: 'broken chain', seq: 10 });
});

test('a break stays known where nobody is told', async () => {
  const { start, write, cutAfter, pass, told, logged, read } = await given({ announces: false });
  await write(10);
  await start();
  await pass(HOUR_MS);
  cutAfter(6);

  await pass(HOUR_MS);

  expect(logged[0]).toBe(10);
  expect(told).not.toContain('anchor 10');
  expect(await read(knownBreak)).toMatchObject({ seq: 10 });
});

test('an anchor is replaced by a later one only', async () => {
  const { start, write, read, anchored, pass } = await given();
  await write(10);
  const older = await read((t) => t.auditHead());
  await write(5);
  await start();

  if (older) await read((t) => noteAnchor(t, older, NOON));
  const kept = await anchored();
  await write(1);
  await pass(2 * HOUR_MS);

  expect([kept, await anchored()]).toEqual([15, 16]);
});

test('the same head is anchored once, however quiet it is', async () => {
  const { start, write, pass, told } = await given();
  await write(10);

  await start();
  await pass(72 * HOUR_MS);

  expect(told).toEqual(['anchor 10']);
});
