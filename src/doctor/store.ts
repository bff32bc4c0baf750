import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { migrationsFor } from '../store/migrations.ts';
import type { StoreSettings } from '../store/open-store.ts';
import { OLDEST_POSTGRES, openPool } from '../store/postgres-pool.ts';
import { holderOf } from '../store/single-process.ts';
import { IN_MEMORY, openSqliteStore } from '../store/sqlite.ts';
import { type Finding, notOk, ok } from './finding.ts';

/** Whether the bot could use its store. Changes nothing in it, and does not take it from a bot that runs. */
export async function checkStore(store: StoreSettings): Promise<readonly Finding[]> {
  return store.kind === 'sqlite' ? checkSqlite(store.path) : [await checkPostgres(store.url)];
}

async function checkSqlite(path: string): Promise<readonly Finding[]> {
  return [await checkEngine(), checkPlace(path), ...(existsSync(path) ? [await checkFile(path)] : [])];
}

/** Opened in memory, a store shows whether this SQLite can be used at all. */
async function checkEngine(): Promise<Finding> {
  try {
    const store = await openSqliteStore(IN_MEMORY);
    await store.close();
    using database = new DatabaseSync(IN_MEMORY);
    return ok(`store: SQLite ${database.prepare('select sqlite_version() as version').get()?.version}`);
  } catch (error) {
    return notOk(`store: ${messageOf(error)} Update Node.`);
  }
}

function checkPlace(path: string): Finding {
  const folder = firstThatExists(dirname(path));
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    for (const file of [path, `${path}.lock`]) if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
    // Looked at in this way too: a file may stand where a folder should.
    accessSync(`${folder}/.`);
    const made = folder === dirname(path) ? '' : ', where the bot makes what is missing';
    return ok(`store: ${folder} can be written to${made}`);
  } catch {
    // Whatever the system calls it, the cure is the same.
    return notOk(
      `store: this user cannot write to ${folder}, or to the files of ${path} in it. Run: chown -R <the bot's user> ${folder}; or set store.url to another place.`,
    );
  }
}

function firstThatExists(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : firstThatExists(dirname(folder));
}

async function checkFile(path: string): Promise<Finding> {
  try {
    const holder = holderOf(path);
    const known = Object.keys(await migrationsFor('sqlite').getMigrations());
    const newer = appliedTo(path, holder !== undefined).filter((name) => !known.includes(name));
    if (newer.length > 0)
      return notOk(
        `store: a newer release has changed ${path} (${newer.join(', ')}). Run that release, or a newer one.`,
      );
    if (holder === undefined) return ok(`store: ${path} is a store, and no bot uses it now`);
    return ok(`store: ${path} is in use by ${holder}; if that is the bot, all is well`);
  } catch (error) {
    return notOk(
      `store: ${path} cannot be read: ${messageOf(error)}. Run this as the bot’s user; if it is damaged, restore a backup.`,
    );
  }
}

/** The steps that made its tables. Nothing is left beside the file: not even what a reader of a write-ahead log leaves. */
function appliedTo(path: string, inUse: boolean): readonly string[] {
  const url = pathToFileURL(path);
  if (!inUse && !existsSync(`${path}-wal`)) url.searchParams.set('immutable', '1');
  using database = new DatabaseSync(url, { readOnly: true });
  const hasTables = database.prepare("select 1 from sqlite_master where name = 'kysely_migration'").get();
  const rows = hasTables ? database.prepare('select name from kysely_migration order by name').all() : [];
  return rows.map(({ name }) => String(name));
}

async function checkPostgres(url: string): Promise<Finding> {
  const pool = openPool(url);
  const { host, pathname } = new URL(url);
  const where = `PostgreSQL at ${host}, database ${pathname.slice(1)}`;
  try {
    const { rows } = await pool.query<{ version: string }>("select current_setting('server_version') as version");
    return versionFinding(where, rows[0]?.version ?? '');
  } catch (error) {
    return notOk(
      `store: ${where} cannot be used: ${messageOf(error)}. Check store.url or DATABASE_URL, and that it runs.`,
    );
  } finally {
    await pool.end();
  }
}

/** Whether PostgreSQL of this version, as it calls itself, is new enough. */
export function versionFinding(where: string, version: string): Finding {
  if (Number.parseInt(version, 10) >= OLDEST_POSTGRES) return ok(`store: ${where} answers; version ${version}`);
  return notOk(`store: ${where} is of version ${version}; ${OLDEST_POSTGRES} or newer is needed. Update PostgreSQL.`);
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  return Error.isError(error) ? error.message.replace(/\.$/, '') : 'no reason was given';
}
