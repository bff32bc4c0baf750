import type { Migration, MigrationProvider } from 'kysely/migration';
import { first } from './migrations/first.ts';
import { second } from './migrations/second.ts';

/** Every step from an empty database to today's tables, in order. A step that was released is never edited again. */
function steps(database: Database): Record<string, Migration> {
  return { '001-first': { up: (db) => first(db, database) }, '002-find-and-hear': { up: second } };
}

/** The databases whose words for the same table differ. */
export type Database = 'sqlite' | 'postgres';

/** Hands the steps to kysely's Migrator. */
export function migrationsFor(database: Database): MigrationProvider {
  return { getMigrations: async () => steps(database) };
}
