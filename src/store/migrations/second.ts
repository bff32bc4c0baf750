import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';

/** Finding tokens, choosing them, and hearing of them. */
export async function second(db: Kysely<unknown>): Promise<void> {
  // What forgets old reply addresses looks for them by their age.
  await sql`create index plan_reply on plan (response_url_at) where response_url_at is not null`.execute(db);
  // Whether what is sent there can be seen where a result is to be shared.
  await db.schema.alterTable('plan').addColumn('response_url_channel', 'text').execute();

  // The shared result is found again, so that more can be said below it.
  await db.schema.alterTable('announcement').addColumn('posted_channel', 'text').execute();
  await db.schema.alterTable('announcement').addColumn('posted_ts', 'text').execute();
  // A result is shared whenever somebody asks for it: what is given up is measured from then on.
  const queuedAt = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0);
  await db.schema.alterTable('announcement').addColumn('queued_at', 'bigint', queuedAt).execute();
  await sql`update announcement set queued_at = run_at`.execute(db);

  await db.schema
    .createTable('notice')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('run_at', 'bigint', (column) => column.notNull())
    .addColumn('done_at', 'bigint')
    .execute();
  await sql`create index notice_open on notice (at) where done_at is null`.execute(db);

  // What one person asked for, the newest first; and what became of a token later.
  await db.schema
    .createIndex('plan_operator')
    .on('plan')
    .columns(['operator', 'team', 'state', 'created_at'])
    .execute();
  await db.schema.createIndex('item_token').on('item').column('token_id').execute();
  await db.schema
    .createTable('home')
    .addColumn('user', 'text', (column) => column.notNull())
    .addColumn('team', 'text', (column) => column.notNull())
    .addColumn('opened_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('home_once', ['user', 'team'])
    .execute();
  await db.schema
    .createTable('selection')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user', 'text', (column) => column.notNull())
    .addColumn('team', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('selection_age').on('selection').column('created_at').execute();
  await rotations(db);
}

/** What revoked tokens leave to do, and when people are reminded of it. */
async function rotations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('rotation')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('revocation_id', 'text', (column) => column.notNull().references('revocation.id'))
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('token_id', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('opened_at', 'bigint', (column) => column.notNull())
    .addColumn('closed_by', 'text')
    .addColumn('closed_at', 'bigint')
    .addColumn('described', 'text')
    .addUniqueConstraint('rotation_once', ['revocation_id', 'position'])
    .execute();
  // All that overviews read of what is left, however much was rotated.
  await sql`
    create index rotation_left on rotation (revocation_id, state, closed_at, profile, opened_at)
    where state in ('open', 'given up')`.execute(db);
  await db.schema
    .createTable('reminder')
    .addColumn('revocation_id', 'text', (column) => column.primaryKey().references('revocation.id'))
    .addColumn('operator', 'text', (column) => column.notNull())
    .addColumn('team', 'text', (column) => column.notNull())
    .addColumn('opened_at', 'bigint', (column) => column.notNull())
    .addColumn('round', 'integer', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('run_at', 'bigint')
    .addColumn('refused', 'integer', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('reminder_due').on('reminder').columns(['run_at', 'opened_at']).execute();
  await sql`create index reminder_refused on reminder (revocation_id) where refused = 1`.execute(db);
  await db.schema.createIndex('reminder_operator').on('reminder').columns(['operator', 'team']).execute();
}
