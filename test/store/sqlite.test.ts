import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import type { Store } from '../../src/revocation/store.ts';
import { breakIn, chained } from '../../src/store/audit-chain.ts';
import { IN_MEMORY, openSqliteStore } from '../../src/store/sqlite.ts';
import { storeContract } from './contract.ts';
import { later, NOON, sampleEntry, sampleItem, samplePlan, sampleRevocation, TOKEN_IDS } from './samples.ts';

const opened: Store[] = [];
const folders: string[] = [];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  folders.push(folder);
  return folder;
}

async function open(path: string): Promise<Store> {
  const store = await openSqliteStore(path);
  opened.push(store);
  return store;
}

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('SQLite in memory', () => storeContract(() => open(IN_MEMORY)));

describe('SQLite on disk', () => {
  storeContract(() => open(join(newFolder(), 'new', 'bot.db')));

  test('keeps everything over a restart, and makes its folder for nobody else to read', async () => {
    const path = join(newFolder(), 'data', 'bot.db');
    const plan = samplePlan();
    const store = await openSqliteStore(path);
    await store.transaction((t) => t.addPlan(plan, sampleEntry('asked')));
    await store.close();

    const again = await open(path);

    expect(await again.transaction((t) => t.plan(plan.id))).toEqual(plan);
    expect(statSync(join(path, '..')).mode & 0o077).toBe(0);
  });

  test('keeps a write-ahead log, so that it can be read while it is written', async () => {
    const path = join(newFolder(), 'bot.db');
    await open(path);
    const other = new DatabaseSync(path, { readOnly: true });

    expect(other.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
    other.close();
  });

  test('is refused to a second process, which is told who has it', async () => {
    const path = join(newFolder(), 'bot.db');
    await open(path);

    await expect(openSqliteStore(path)).rejects.toThrow(new RegExp(`in use by process ${process.pid} on .+, since`));
  });

  test('is free again once its process is gone', async () => {
    const path = join(newFolder(), 'bot.db');
    const store = await openSqliteStore(path);
    await store.close();

    await expect(open(path)).resolves.toBeDefined();
  });

  test('lets nothing wait for a clock of the past after a start', async () => {
    const store = await open(join(newFolder(), 'bot.db'));
    const plan = samplePlan({ state: 'confirmed' });
    await store.transaction(async (t) => {
      await t.addPlan(plan, sampleEntry('asked'));
      await t.addRevocation(sampleRevocation(plan), [sampleItem(plan, TOKEN_IDS[0], { runAt: later(3_600_000) })]);
    });

    await store.transaction((t) => t.releaseLeases(NOON));

    expect((await store.transaction((t) => t.items(plan.id))).map(({ runAt }) => runAt)).toEqual([NOON]);
  });
});

describe('the audit log', () => {
  async function withEntries(count: number) {
    const path = join(newFolder(), 'bot.db');
    const store = await open(path);
    for (let n = 0; n < count; n += 1)
      await store.transaction((t) => t.audit([sampleEntry(`step ${n}`, { at: later(n) })]));
    return new DatabaseSync(path);
  }

  test('invariant 6: a step whose entry cannot be written does not happen', async () => {
    const path = join(newFolder(), 'bot.db');
    const store = await open(path);
    const plan = samplePlan();
    await store.transaction((t) => t.addPlan(plan, sampleEntry('asked')));
    const other = new DatabaseSync(path);
    other.exec("create trigger full before insert on audit begin select raise(abort, 'the disk is full'); end");
    other.close();

    const step = store.transaction((t) => t.movePlan({ ...plan, state: 'claimed' }, 'pending', sampleEntry('claimed')));

    await expect(step).rejects.toThrow('the disk is full');
    expect((await store.transaction((t) => t.plan(plan.id)))?.state).toBe('pending');
  });

  test('refuses to be changed or shortened, even by hand', async () => {
    const database = await withEntries(2);

    expect(() => database.exec("update audit set actor = 'U0NOBODY'")).toThrow('only grows');
    expect(() => database.exec('delete from audit')).toThrow('only grows');
    database.close();
  });

  test('invariant 15: an edited, deleted, reordered or spliced entry breaks the chain, and its place is named', async () => {
    const rows = chained(
      undefined,
      [0, 1, 2, 3].map((n) => sampleEntry(`step ${n}`, { at: later(n) })),
    );
    const [first, second, third, fourth] = rows;
    if (!first || !second || !third || !fourth) throw new Error('four entries make four rows');

    expect(breakIn(rows)).toBeUndefined();
    expect(breakIn([first, { ...second, actor: 'U0NOBODY' }, third, fourth])?.seq).toBe(2);
    expect(breakIn([first, third, fourth])?.seq).toBe(3);
    expect(breakIn([first, third, second, fourth])?.seq).toBe(3);
    const [forged] = chained({ seq: 1, hash: '0'.repeat(64) }, [sampleEntry('forged')]);
    expect(breakIn([first, ...(forged ? [forged] : []), third, fourth])?.seq).toBe(2);
  });

  test('ties every entry the store writes to the one before', async () => {
    const database = await withEntries(5);
    const hashes = database.prepare('select seq, prev_hash, hash from audit order by seq').all();

    expect(hashes).toHaveLength(5);
    for (const [index, row] of hashes.entries()) if (index > 0) expect(row.prev_hash).toBe(hashes[index - 1]?.hash);
    database.close();
  });
});
