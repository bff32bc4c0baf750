import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { newReminder } from '../../src/revocation/rotating/rotation.ts';
import type { Store } from '../../src/revocation/store.ts';
import { breakIn } from '../../src/store/audit-chain.ts';
import { openPostgresStore } from '../../src/store/postgres.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { rowsOf, withPostgres } from '../support/postgres.ts';
import { runProgram } from '../support/program.ts';
import { auditOf } from './audit-of.ts';
import {
  later,
  NOON,
  sampleEntry,
  sampleItem,
  samplePlan,
  sampleRevocation,
  sampleRotation,
  sampleSelection,
  TOKEN_IDS,
} from './samples.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/store.ts');

async function run(args: readonly string[], environment: Record<string, string> = {}) {
  const program = runProgram(PROGRAM, args, environment);
  return { code: await program.ended, output: program.output() };
}

/** A store with something in every table. */
async function filled() {
  const folder = mkdtempSync(join(tmpdir(), 'store-program-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'bot.db');
  const store = await openSqliteStore(path);
  const plan = samplePlan({ state: 'confirmed', reason: 'it’s “quoted”; 🔑\n\\' });
  await store.transaction(async (t) => {
    await t.firstDelivery('trigger', NOON);
    await t.addPlan(plan, sampleEntry('asked'));
    await t.addRevocation(
      sampleRevocation(plan),
      TOKEN_IDS.map((id) => sampleItem(plan, id)),
    );
    await t.announce(plan.id, 'result', NOON);
    await t.addFreeze({ by: 'U0CAROL', reason: 'drill', at: NOON });
    await t.rememberHome({ user: 'U0ALICE', team: 'T0001' }, NOON);
    await t.addSelection(sampleSelection());
    await t.addRotations(newReminder(plan.id, NOON), [sampleRotation(plan, TOKEN_IDS[0])]);
  });
  await store.transaction((t) => t.audit(Array.from({ length: 1_200 }, (_, n) => sampleEntry(`step ${n}`))));
  return { folder, path, store, plan };
}

async function closed() {
  const { store, ...rest } = await filled();
  await store.close();
  return rest;
}

test('help says what there is, and anything else is answered with it', async () => {
  const [help, nothing, unknown] = await Promise.all([run(['--help']), run([]), run(['restore'])]);

  expect(help).toMatchObject({ code: 0, output: expect.stringContaining('npm run store -- copy --from') });
  for (const { code, output } of [nothing, unknown]) expect([code, output]).toEqual([1, help.output]);
});

describe('backup', () => {
  test('of a running store is whole, opens like any store, and is for nobody else to read', async () => {
    const { folder, path, store, plan } = await filled();
    const file = join(folder, 'backup.db');
    let writing = true;
    const writer = (async () => {
      for (let n = 0; writing; n += 1) {
        await store.transaction((t) => t.audit([sampleEntry(`meanwhile ${n}`)]));
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();

    const backup = await run(['backup', '--from', `sqlite:${path}`, '--to', file]);
    writing = false;
    await writer;
    await store.close();

    expect(backup).toMatchObject({ code: 0, output: expect.stringMatching(/audit head \d+:[0-9a-f]{64}$/) });
    expect(statSync(file).mode & 0o077).toBe(0);
    const copy: Store = await openSqliteStore(file);
    expect(await copy.transaction((t) => t.plan(plan.id))).toEqual(plan);
    await copy.close();
  });

  test('never overwrites a file, and leaves none behind when it fails', async () => {
    const { folder, path } = await closed();
    const file = join(folder, 'backup.db');
    await run(['backup', '--from', `sqlite:${path}`, '--to', file]);
    const before = statSync(file);

    const [again, nowhere, missing] = await Promise.all([
      run(['backup', '--from', `sqlite:${path}`, '--to', file]),
      run(['backup', '--from', `sqlite:${path}`]),
      run(['backup', '--from', `sqlite:${folder}/other.db`, '--to', `${file}.2`]),
    ]);

    expect(again).toMatchObject({ code: 1, output: `${file} is there already: a backup never overwrites anything.` });
    expect(statSync(file).mtimeMs).toBe(before.mtimeMs);
    expect(nowhere).toMatchObject({ code: 1, output: 'Say where to write the backup: --to FILE.' });
    expect(missing).toMatchObject({ code: 1, output: `There is no store at ${folder}/other.db.` });
    expect(() => statSync(`${file}.2`)).toThrow('ENOENT');
  });
});

withPostgres((server) => {
  describe('copy', () => {
    test('brings every row of every table, the chain still holds, and the bots go on with it', async () => {
      const { path, plan } = await closed();
      const url = await server().newDatabase();

      const copied = await run(['copy', '--from', `sqlite:${path}`], { DATABASE_URL: url });

      expect(copied.output).toContain('copied: 1 plans, 1 revocations, 1201 audit entries; the audit chain holds.');
      expect(copied.code).toBe(0);
      const database = new DatabaseSync(path, { readOnly: true });
      const tables = database
        .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name <> 'bot'")
        .all()
        .map(({ name }) => `${name}`);
      for (const table of tables) {
        const [row] = await rowsOf(url, `select count(*)::integer as count from "${table}"`);
        expect({ table, count: row?.count }).toEqual({
          table,
          count: database.prepare(`select count(*) as count from "${table}"`).get()?.count,
        });
      }
      database.close();
      const store = await openPostgresStore(url);
      expect(await store.transaction((t) => t.plan(plan.id))).toEqual(plan);
      expect((await store.transaction((t) => t.adopt())).map(({ id }) => id)).toEqual([plan.id]);
      const next = samplePlan({ state: 'confirmed' });
      await store.transaction(async (t) => {
        await t.addPlan(next, sampleEntry('asked'));
        await t.addRevocation(sampleRevocation(next), [sampleItem(next, 'another token', { runAt: later(1) })]);
      });
      await store.close();
      const log = await auditOf(url);
      expect(log).toHaveLength(1_202);
      expect(breakIn(log)).toBeUndefined();
    });

    test('refuses a database that is not empty, and changes nothing there', async () => {
      const { path } = await closed();
      const url = await server().newDatabase();
      const store = await openPostgresStore(url);
      await store.transaction((t) => t.firstDelivery('trigger', NOON));
      await store.close();

      const copied = await run(['copy', '--from', `sqlite:${path}`, '--to', url]);

      expect(copied).toEqual({
        code: 1,
        output: 'The database is not empty: it has rows in the table seen. Nothing was copied.',
      });
      expect(await auditOf(url)).toEqual([]);
    });

    test('refuses a store that a bot uses, naming it', async () => {
      const { path, store } = await filled();
      const url = await server().newDatabase();

      const copied = await run(['copy', '--from', `sqlite:${path}`, '--to', url]);
      await store.close();

      expect(copied.code).toBe(1);
      expect(copied.output).toContain(`is in use by process ${process.pid}`);
    });

    test('refuses an audit log that was tampered with, and copies nothing', async () => {
      const { path } = await closed();
      const url = await server().newDatabase();
      const database = new DatabaseSync(path);
      database.exec("drop trigger audit_no_update; update audit set actor = 'U0NOBODY' where seq = 700");
      database.close();

      const copied = await run(['copy', '--from', `sqlite:${path}`, '--to', url]);

      expect(copied.code).toBe(1);
      expect(copied.output).toMatch(/^The audit log is broken: entry 700 .+ Nothing was copied\.$/);
      expect(await auditOf(url)).toEqual([]);
      expect(await rowsOf(url, 'select id from plan')).toEqual([]);
    });

    test('says what is missing', async () => {
      const { path } = await closed();

      const [from, to] = await Promise.all([run(['copy']), run(['copy', '--from', `sqlite:${path}`])]);

      expect(from).toMatchObject({
        code: 1,
        output: expect.stringContaining('Say which store with --from sqlite:PATH'),
      });
      expect(to).toMatchObject({
        code: 1,
        output: expect.stringContaining('Say which database with --to postgres://'),
      });
    });
  });
});
