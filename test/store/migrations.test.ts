import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, onTestFinished, test } from 'vitest';
import { migrationsFor } from '../../src/store/migrations.ts';
import { sqliteDriver } from '../../src/store/sqlite-driver.ts';
import { NOON } from './samples.ts';

test('what people were still to be told by the release before is given up a day after it was due', async () => {
  const database = new DatabaseSync(':memory:');
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: sqliteDriver(database) }) });
  onTestFinished(() => db.destroy());
  const migrator = new Migrator({ db, provider: migrationsFor('sqlite') });
  await migrator.migrateTo('001-first');
  database.exec('pragma foreign_keys = off');
  database
    .prepare('insert into announcement (plan_id, about, attempt, run_at) values (?, ?, ?, ?)')
    .run('a plan', 'result', 1, NOON.getTime());

  const { error } = await migrator.migrateToLatest();

  expect(error).toBeUndefined();
  expect(database.prepare('select queued_at from announcement').all()).toEqual([{ queued_at: NOON.getTime() }]);
});
