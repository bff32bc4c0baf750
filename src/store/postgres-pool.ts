import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { Pool, types } from 'pg';
import { migrationsFor } from './migrations.ts';
import { connectionErrorOf } from './postgres-connection.ts';
import { isInterruption } from './postgres-errors.ts';
import type { Tables } from './schema.ts';

/** The oldest major version that the bot works with. */
export const OLDEST_POSTGRES = 14;
const POOL_SIZE = 10;
const CONNECT_MS = 5_000;
const PATIENCE_MS = 10_000;
const TRY_EVERY_MS = 250;

/** Times and counts; PostgreSQL's driver gives them as text, lest they exceed what a number can hold. */
const BIGINT = 20;

/** Connections to the database at this URL; `pool_size` in it says how many at most. */
export function openPool(url: string): Pool {
  const { connectionString, max } = poolSettings(url);
  const pool = new Pool({
    ...{ connectionString, max, connectionTimeoutMillis: CONNECT_MS, keepAlive: true },
    application_name: 'influx-chatops',
    types: { getTypeParser: (type, format) => (type === BIGINT ? Number : types.getTypeParser(type, format)) },
  });
  // A connection that breaks is noticed by whoever uses it next; unheard, its error would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', () => undefined);
  return pool;
}

function poolSettings(url: string): { readonly connectionString: string; readonly max: number } {
  const address = new URL(url);
  const max = Number(address.searchParams.get('pool_size') ?? POOL_SIZE);
  if (!Number.isInteger(max) || max < 2 || max > 100) throw new Error('pool_size must be a whole number from 2 to 100');
  address.searchParams.delete('pool_size');
  return { connectionString: address.href, max };
}

/** Waits a moment for PostgreSQL to be there, checks its version, and brings its tables up to date. */
export async function prepareDatabase(pool: Pool, url: string): Promise<void> {
  const { hostname, pathname } = new URL(url);
  const where = `PostgreSQL at ${hostname || 'its local socket'}, database ${decodeURIComponent(pathname.slice(1))}`;
  const version = await versionOf(pool).catch((error: unknown) => {
    throw new Error(`${where} cannot be reached: ${reasonOf(error)}`, { cause: error });
  });
  if (version < OLDEST_POSTGRES)
    throw new Error(`${where} is PostgreSQL ${version}: ${OLDEST_POSTGRES} or newer is needed.`);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const { error } = await new Migrator({ db, provider: migrationsFor('postgres') }).migrateToLatest();
  if (error)
    throw new Error(`${where}: the tables could not be brought up to date: ${reasonOf(error)}`, { cause: error });
}

async function versionOf(pool: Pool): Promise<number> {
  for (const startedAt = performance.now(); ; ) {
    try {
      const { rows } = await pool.query<{ version: string }>("select current_setting('server_version_num') as version");
      return Math.floor(Number(rows[0]?.version) / 10_000);
    } catch (error) {
      if (!isInterruption(connectionErrorOf(error) ?? error) || performance.now() - startedAt > PATIENCE_MS)
        throw error;
      await sleep(TRY_EVERY_MS);
    }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : 'no reason was given';
}
