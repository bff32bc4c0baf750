import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import type { StoreSettings } from './open-store.ts';
import { openPool } from './postgres-pool.ts';
import type { AuditTable, Tables } from './schema.ts';
import { sqliteDriver } from './sqlite-driver.ts';

const ROWS_AT_ONCE = 1_000;

/** The audit log for those who read it: nothing is changed or locked, and a bot may run meanwhile. */
export interface AuditLog {
  /** The entries from this time on, or all, in the order of their numbers. */
  entries(since?: Date): AsyncIterable<AuditTable>;
  close(): Promise<void>;
}

/** Opens it read-only. Throws an `Error` fit for a person when there is no store. */
export function openAuditLog(settings: StoreSettings): AuditLog {
  const db = settings.kind === 'sqlite' ? readSqlite(settings.path) : readPostgres(settings.url);
  return {
    async *entries(since = new Date(0)) {
      let after = Number.MIN_SAFE_INTEGER;
      for (;;) {
        const rows = await db
          .selectFrom('audit')
          .selectAll()
          .where('seq', '>', after)
          .where('at', '>=', since.getTime())
          .orderBy('seq')
          .limit(ROWS_AT_ONCE)
          .execute();
        yield* rows;
        const last = rows.at(-1);
        if (!last) return;
        after = Number(last.seq);
      }
    },
    close: () => db.destroy(),
  };
}

function readSqlite(path: string): Kysely<Tables> {
  if (!existsSync(path)) throw new Error(`There is no store at ${path}. Say where it is with --store or --config.`);
  const database = new DatabaseSync(path, { readOnly: true });
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqliteDriver(database) }) });
}

function readPostgres(url: string): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: openPool(url) }) });
}
