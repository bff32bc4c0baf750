import { type Kysely, sql } from 'kysely';
import type { Database } from '../migrations.ts';

/** Plans, revocations, the work on them, what people must be told, and the audit log. */
export async function first(db: Kysely<unknown>, database: Database): Promise<void> {
  await db.schema
    .createTable('plan')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('operator', 'text', (column) => column.notNull())
    .addColumn('team', 'text', (column) => column.notNull())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('twin_key', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('decided_by', 'text')
    .addColumn('decided_at', 'bigint')
    .addColumn('response_url', 'text')
    .addColumn('response_url_uses', 'integer', (column) => column.notNull())
    .addColumn('response_url_at', 'bigint')
    .addColumn('response_url_replaces', 'integer', (column) => column.notNull())
    .addColumn('keeper', 'text')
    .execute();
  await db.schema.createIndex('plan_twin').on('plan').columns(['twin_key', 'created_at']).execute();
  await db.schema.createIndex('plan_state').on('plan').column('state').execute();

  await db.schema
    .createTable('revocation')
    .addColumn('id', 'text', (column) => column.primaryKey().references('plan.id'))
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('finished_at', 'bigint')
    .addColumn('stopped_by', 'text')
    .execute();
  await sql`create index revocation_running on revocation (id) where state = 'running'`.execute(db);

  await work(db, database);
  await auditLog(db, database);

  await db.schema
    .createTable('bot')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('alive_until', 'bigint', (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('seen')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('seen_at').on('seen').column('at').execute();

  await db.schema
    .createTable('freeze')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('frozen_by', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('frozen_at', 'bigint', (column) => column.notNull())
    .execute();
}

async function work(db: Kysely<unknown>, database: Database): Promise<void> {
  await db.schema
    .createTable('item')
    .addColumn('id', database === 'sqlite' ? 'integer' : 'bigint', (column) =>
      database === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey().generatedByDefaultAsIdentity(),
    )
    .addColumn('revocation_id', 'text', (column) => column.notNull().references('revocation.id'))
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('token_id', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('fence', 'integer', (column) => column.notNull())
    .addColumn('run_at', 'bigint', (column) => column.notNull())
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('started_at', 'bigint')
    .addColumn('sent', 'integer', (column) => column.notNull())
    .addColumn('lost', 'integer', (column) => column.notNull())
    .addColumn('outcome', 'text')
    .addColumn('note', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('revoked_at', 'bigint')
    .addColumn('done_at', 'bigint')
    .addUniqueConstraint('item_once', ['revocation_id', 'token_id'])
    .execute();
  // No token is in two running revocations.
  await sql`create unique index item_live on item (profile, token_id) where state <> 'done'`.execute(db);
  await sql`create index item_due on item (profile, state, run_at) where state <> 'done'`.execute(db);

  await db.schema
    .createTable('announcement')
    .addColumn('plan_id', 'text', (column) => column.notNull().references('plan.id'))
    .addColumn('about', 'text', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('run_at', 'bigint', (column) => column.notNull())
    .addColumn('done_at', 'bigint')
    .addPrimaryKeyConstraint('announcement_once', ['plan_id', 'about'])
    .execute();
  await sql`create index announcement_due on announcement (run_at) where done_at is null`.execute(db);
}

async function auditLog(db: Kysely<unknown>, database: Database): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('seq', 'bigint', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('prev_hash', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('audit_subject').on('audit').column('subject').execute();
  if (database === 'sqlite') await onlyGrowsInSqlite(db);
  else await onlyGrowsInPostgres(db);
}

async function onlyGrowsInSqlite(db: Kysely<unknown>): Promise<void> {
  for (const change of ['update', 'delete']) {
    await sql`
      create trigger ${sql.raw(`audit_no_${change}`)} before ${sql.raw(change)} on audit
      begin select raise(abort, 'the audit log only grows'); end`.execute(db);
  }
}

async function onlyGrowsInPostgres(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function audit_only_grows() returns trigger language plpgsql as
    $$ begin raise exception 'the audit log only grows'; end $$`.execute(db);
  await sql`
    create trigger audit_only_grows before update or delete or truncate on audit
    for each statement execute function audit_only_grows()`.execute(db);
}
