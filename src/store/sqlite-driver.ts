import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** More different statements than the store has; a bound all the same. */
const STATEMENTS_KEPT = 300;

/**
 * Fits `node:sqlite` to kysely's own SQLite dialect, which was made for better-sqlite3: a statement that answers with rows
 * says so, and every transaction takes the write lock at its beginning.
 */
export function sqliteDriver(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(sql) {
      const kept = statements.get(sql);
      if (kept) return kept;
      if (statements.size >= STATEMENTS_KEPT) statements.clear();
      const statement = adapted(database.prepare(sql === 'begin' ? 'begin immediate' : sql));
      statements.set(sql, statement);
      return statement;
    },
  };
}

function adapted(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}

/** The schema holds text and integers only, so anything else is a mistake of ours. */
function values(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
      return value;
    throw new TypeError(`the store takes text and integers, not ${typeof value}`);
  });
}
