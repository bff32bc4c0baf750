import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readStoreSettings } from '../src/config.ts';
import { backupStore } from '../src/store/backup-store.ts';
import { copyStore } from '../src/store/copy-store.ts';
import type { StoreSettings } from '../src/store/open-store.ts';
import { openPool, prepareDatabase } from '../src/store/postgres-pool.ts';

const HELP = `Looks after the bot's store.

Usage: npm run store -- copy --from sqlite:PATH --to postgres://USER@HOST/DATABASE
       npm run store -- backup --from sqlite:PATH --to FILE
       npm run store -- migrate --to postgres://USER@HOST/DATABASE

  copy        copies the store of a bot that is stopped into an empty database, with its audit log, or copies nothing
  backup      writes a copy to a new file, also while the bot runs; for PostgreSQL use pg_dump
  migrate     makes or changes the tables, for a bot whose own database user may not
  --from URL  the SQLite store
  --to URL    the database; otherwise DATABASE_URL, which keeps a password out of the list of processes. PGPASSWORD works too
  -h, --help  this text`;

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const { from, to = process.env.DATABASE_URL } = values;
  const [command = '', ...more] = positionals;
  if (values.help || more.length > 0 || !['copy', 'backup', 'migrate'].includes(command)) {
    console.log(HELP);
    return values.help ? 0 : 1;
  }
  if (command === 'migrate') return migrate(database(to));
  const path = sqliteFile(from);
  if (command === 'backup') return backup(path, values.to);
  return copy(path, database(to));
}

async function copy(path: string, url: string): Promise<number> {
  const { plan, revocation, audit } = await copyStore(path, url);
  console.log(`copied: ${plan} plans, ${revocation} revocations, ${audit} audit entries; the audit chain holds.`);
  console.log('Now set store.url or DATABASE_URL to the database and start the bot. The old file was not changed.');
  return 0;
}

function backup(path: string, file: string | undefined): number {
  if (file === undefined || file === '') throw new Error('Say where to write the backup: --to FILE.');
  const head = backupStore(path, resolve(file));
  console.log(
    `backed up to ${resolve(file)}, ${head ? `audit head ${head.seq}:${head.hash}` : 'the audit log is empty'}`,
  );
  return 0;
}

async function migrate(url: string): Promise<number> {
  const pool = openPool(url);
  try {
    await prepareDatabase(pool, url);
  } finally {
    await pool.end();
  }
  console.log('The tables are those of this release.');
  return 0;
}

function sqliteFile(from: string | undefined): string {
  const settings = from === undefined ? undefined : settingsOf(from);
  if (settings?.kind === 'sqlite') return settings.path;
  throw new Error('Say which store with --from sqlite:PATH. A PostgreSQL store is backed up with pg_dump.');
}

function database(to: string | undefined): string {
  const settings = to === undefined ? undefined : settingsOf(to);
  if (settings?.kind === 'postgres') return settings.url;
  throw new Error('Say which database with --to postgres://USER@HOST/DATABASE, or with DATABASE_URL.');
}

function settingsOf(url: string): StoreSettings {
  return readStoreSettings({ file: '', env: {}, url });
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : 'The store cannot be used.');
  process.exitCode = 1;
}
