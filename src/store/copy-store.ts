import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely';
import { createChainCheck } from './audit-chain.ts';
import { openPool, prepareDatabase } from './postgres-pool.ts';
import type { Tables } from './schema.ts';
import { holdAlone } from './single-process.ts';
import { sqliteDriver } from './sqlite-driver.ts';

const ROWS_AT_ONCE = 500;

/** In an order in which every row finds those it refers to. Who is alive is not copied. */
const TABLES = [
  'plan',
  'revocation',
  'item',
  'announcement',
  'freeze',
  'seen',
  'home',
  'selection',
  'notice',
  'rotation',
  'reminder',
  'audit',
] as const satisfies readonly (keyof Tables)[];

type CopiedTable = (typeof TABLES)[number];

/** How many rows of each table were copied. */
export type Copied = Readonly<Record<CopiedTable, number>>;

/**
 * Copies a whole SQLite store that no bot uses into an empty PostgreSQL database, all or nothing, with its audit chain.
 * Throws, in words for people, when the store is in use, the database is not empty, or the chain is broken.
 */
export async function copyStore(path: string, url: string): Promise<Copied> {
  if (!existsSync(path)) throw new Error(`There is no store at ${path}.`);
  const hold = await holdAlone(path);
  const source = new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqliteDriver(new DatabaseSync(path)) }) });
  const pool = openPool(url);
  const target = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await prepareDatabase(pool, url);
    await checkRelease(source, target);
    return await target.transaction().execute((transaction) => copyTables(source, transaction));
  } finally {
    await Promise.all([source.destroy(), target.destroy()]);
    hold.release();
  }
}

async function copyTables(source: Kysely<Tables>, target: Kysely<Tables>): Promise<Copied> {
  for (const table of TABLES) {
    // Nobody writes to it until all is there.
    await sql`lock table ${sql.table(table)} in exclusive mode`.execute(target);
    if ((await countOf(target, table)) > 0)
      throw new Error(`The database is not empty: it has rows in the table ${table}. Nothing was copied.`);
  }
  const copied = {
    plan: 0,
    revocation: 0,
    item: 0,
    announcement: 0,
    freeze: 0,
    seen: 0,
    home: 0,
    selection: 0,
    notice: 0,
    rotation: 0,
    reminder: 0,
    audit: 0,
  };
  for (const table of TABLES) copied[table] = await copyTable(source, target, table);
  // The next item gets a number of its own.
  await sql`select setval(pg_get_serial_sequence('item', 'id'), (select coalesce(max(id), 0) + 1 from item), false)`.execute(
    target,
  );
  await checkChain(target, copied.audit);
  return copied;
}

async function copyTable(source: Kysely<Tables>, target: Kysely<Tables>, table: CopiedTable): Promise<number> {
  for (let copied = 0; ; ) {
    const { rows } = await sql<Record<string, string | number | null>>`
      select * from ${sql.table(table)} order by rowid limit ${ROWS_AT_ONCE} offset ${copied}`.execute(source);
    const [first] = rows;
    if (!first) return copied;
    const columns = Object.keys(first);
    const values = rows.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`);
    const names = sql.join(columns.map((column) => sql.ref(column)));
    await sql`insert into ${sql.table(table)} (${names}) values ${sql.join(values)}`.execute(target);
    copied += rows.length;
  }
}

async function checkChain(target: Kysely<Tables>, expected: number): Promise<void> {
  const check = createChainCheck();
  for (let after = 0; ; ) {
    const rows = await target
      .selectFrom('audit')
      .selectAll()
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(ROWS_AT_ONCE)
      .execute();
    for (const row of rows) {
      const broken = check.next(row);
      if (broken)
        throw new Error(`The audit log is broken: entry ${broken.seq} ${broken.problem}. Nothing was copied.`);
    }
    const last = rows.at(-1);
    if (!last) break;
    after = last.seq;
  }
  if ((check.head?.seq ?? 0) !== expected) throw new Error('The audit log did not arrive whole. Nothing was copied.');
}

/** Both must have the tables of this release. */
async function checkRelease(source: Kysely<Tables>, target: Kysely<Tables>): Promise<void> {
  const [from, to] = await Promise.all([source, target].map(migrationsOf));
  if (from !== to)
    throw new Error('The store is of another release: start the bot of this one on it once, stop it, and copy again.');
}

async function migrationsOf(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name).join();
}

async function countOf(db: Kysely<Tables>, table: CopiedTable): Promise<number> {
  const { count } = await db
    .selectFrom(table)
    .select((rows) => rows.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}
