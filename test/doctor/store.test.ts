import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../sandbox/free-port.ts';
import { checkStore, versionFinding } from '../../src/doctor/store.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { temporaryDirectory } from '../gateway/start-gateway.ts';

/** A store that was made and left. */
async function madeStore() {
  const directory = temporaryDirectory();
  const path = join(directory, 'bot.db');
  await (await openSqliteStore(path)).close();
  return { directory, path };
}

const examine = (path: string) => checkStore({ kind: 'sqlite', path });

test('a place without a store is fine when it can be made there', async () => {
  const folder = join(temporaryDirectory(), 'not', 'there');

  const findings = await examine(join(folder, 'bot.db'));

  expect(findings.map(({ ok }) => ok)).toEqual([true, true]);
  expect(findings[1]?.text).toMatch(/can be written to, where the bot makes what is missing$/);
  expect(() => readdirSync(folder)).toThrow('ENOENT');
});

test('a store that nobody uses is a store, and nothing is left beside it', async () => {
  const { directory, path } = await madeStore();
  const before = readdirSync(directory);

  const findings = await examine(path);

  expect(findings.at(-1)).toEqual({ ok: true, text: `store: ${path} is a store, and no bot uses it now` });
  expect(readdirSync(directory)).toEqual(before);
});

test('a store that is in use is fine, and stays in use', async () => {
  const { path } = await madeStore();
  const store = await openSqliteStore(path);
  onTestFinished(() => store.close());

  const findings = await examine(path);

  expect(findings.at(-1)).toMatchObject({ ok: true, text: expect.stringContaining(`by process ${process.pid} on `) });
  await expect(openSqliteStore(path)).rejects.toThrow('is in use');
});

test('a store that was left by a crash is read with its log', async () => {
  const { path } = await madeStore();
  const crashed = new DatabaseSync(path);
  onTestFinished(() => crashed.close());
  crashed.exec("insert into kysely_migration values ('998-in-the-log', 'now')");

  const findings = await examine(path);

  expect(findings.at(-1)?.text).toContain('998-in-the-log');
});

test('a store of a newer release is not for this one', async () => {
  const { path } = await madeStore();
  const database = new DatabaseSync(path);
  database.exec("insert into kysely_migration values ('999-later', 'now')");
  database.close();

  const findings = await examine(path);

  expect(findings.at(-1)).toEqual({
    ok: false,
    text: `store: a newer release has changed ${path} (999-later). Run that release, or a newer one.`,
  });
});

test('what is not a database is said to be none', async () => {
  const path = join(temporaryDirectory(), 'bot.db');
  writeFileSync(
    path,
    'a letter to a friend, much longer than the header of a database would ever be, and then some more',
  );

  const findings = await examine(path);

  expect(findings.at(-1)).toMatchObject({ ok: false, text: expect.stringContaining('file is not a database') });
});

test('a folder in the place of the file is not readable as one', async () => {
  const path = join(temporaryDirectory(), 'bot.db');
  mkdirSync(path);

  const findings = await examine(path);

  expect(findings.at(-1)).toMatchObject({ ok: false, text: expect.stringContaining(`${path} cannot be read`) });
});

test('a database that does not answer is named, without its password', async () => {
  const port = await freePort();

  const findings = await checkStore({ kind: 'postgres', url: `postgres://bot:s3cret-word@127.0.0.1:${port}/chatops` });

  expect(findings).toEqual([
    {
      ok: false,
      text: `store: PostgreSQL at 127.0.0.1:${port}, database chatops cannot be used: connect ECONNREFUSED 127.0.0.1:${port}. Check store.url or DATABASE_URL, and that it runs.`,
    },
  ]);
});

test.each([
  ['9.6.24', false],
  ['13.21', false],
  ['', false],
  ['14.0', true],
  ['17.5 (Debian 17.5-1)', true],
])('PostgreSQL %s: new enough is %s', (version, isNewEnough) => {
  const { ok, text } = versionFinding('PostgreSQL at db', version);

  expect(ok).toBe(isNewEnough);
  expect(text).toContain(isNewEnough ? `answers; version ${version}` : '14 or newer is needed. Update PostgreSQL.');
});
