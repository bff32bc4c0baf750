import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { createAuditReader } from '../../sandbox/page-server/audit-log.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';

/** A store of the bot with three audit entries, closed again. */
async function storeFile(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'audit-log-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'influx-chatops.db');
  const store = await openSqliteStore(file);
  const entry = {
    at: new Date('2026-01-02T03:04:05Z'),
    actor: 'U1',
    subject: 'p',
    detail: { words: 'ünïcode "quoted"' },
  };
  for (const action of ['asked', 'confirmed', 'revoked'])
    await store.transaction((transaction) => transaction.audit([{ ...entry, action }]));
  await store.close();
  return file;
}

/** Changes the file behind the back of its triggers. */
function tamper(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(`drop trigger audit_no_update; drop trigger audit_no_delete; ${sql}`);
  database.close();
}

test('agrees with the bot on a chain nobody touched', async () => {
  const read = createAuditReader(await storeFile());

  expect(read()).toMatchObject({ total: 3, brokenAt: undefined, confirmed: 0, settled: 0 });
  expect(read().entries.map(({ action }) => action)).toEqual(['asked', 'confirmed', 'revoked']);
});

test.for([
  ["update audit set actor = 'U2' where seq = 2", 2],
  ['delete from audit where seq = 2', 3],
  ["update audit set hash = 'f' || substr(hash, 2) where seq = 1", 1],
] as const)('finds %s', async ([sql, brokenAt]) => {
  const file = await storeFile();

  tamper(file, sql);

  expect(createAuditReader(file)().brokenAt).toBe(brokenAt);
});

test('is empty while the bot has no store', () => {
  const read = createAuditReader(join(tmpdir(), 'no-such-folder', 'nothing.db'));

  expect(read()).toMatchObject({ entries: [], total: 0 });
});
