import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { makeDirectory } from '../make-directory.ts';
import { type Store, StoreBusyError } from '../revocation/store.ts';
import type { Engine } from './engine.ts';
import { migrationsFor } from './migrations.ts';
import type { Tables } from './schema.ts';
import { holdAlone } from './single-process.ts';
import { sqliteDriver } from './sqlite-driver.ts';
import { stepsOn } from './transaction.ts';

/** Older ones can corrupt a write-ahead log that is reset while it is read. */
const OLDEST_SQLITE = [3, 51, 3];

/** In memory only: gone with the process. For tests. */
export const IN_MEMORY = ':memory:';

/** One process, and in it one transaction at a time: nothing has to be locked. */
const ENGINE: Engine = { keeper: 'the only one', shared: false, hold: async () => undefined };

/**
 * Opens the embedded store, with its folder and tables where they are missing. One process at a time: throws, naming the
 * other one, when it is in use. Every transaction is on the disk when it resolves.
 */
export async function openSqliteStore(path: string): Promise<Store> {
  if (path !== IN_MEMORY) makeDirectory(dirname(path));
  const hold = path === IN_MEMORY ? undefined : await holdAlone(path);
  const database = new DatabaseSync(path);
  checkVersion(database);
  for (const pragma of ['journal_mode = wal', 'synchronous = full', 'foreign_keys = on', 'busy_timeout = 250']) {
    database.exec(`pragma ${pragma}`);
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqliteDriver(database) }) });
  await migrate(db);

  return {
    transaction(work, { withinMs } = {}) {
      const startedAt = performance.now();
      return db.transaction().execute(async (transaction) => {
        const { steps, appendAudit } = stepsOn(transaction, ENGINE);
        const result = await work(steps);
        await appendAudit();
        // Thrown before the commit, so that nothing of it stays.
        if (withinMs !== undefined && performance.now() - startedAt > withinMs)
          throw new StoreBusyError(`not done within ${withinMs} ms`);
        return result;
      });
    },
    async close() {
      await db.destroy();
      hold?.release();
    },
  };
}

function checkVersion(database: DatabaseSync): void {
  const row = database.prepare('select sqlite_version() as version').get();
  const version = String(row?.version);
  const parts = version.split('.').map(Number);
  const difference = OLDEST_SQLITE.map((oldest, index) => (parts[index] ?? 0) - oldest).find((by) => by !== 0) ?? 0;
  if (difference < 0)
    throw new Error(
      `SQLite ${version} is too old: ${OLDEST_SQLITE.join('.')} or newer is needed, as Node 24.15 brings it.`,
    );
}

async function migrate(db: Kysely<Tables>): Promise<void> {
  const { error } = await new Migrator({ db, provider: migrationsFor('sqlite') }).migrateToLatest();
  if (error) throw new Error('the store could not be brought up to date', { cause: error });
}
