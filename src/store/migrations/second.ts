import { type Kysely, sql } from 'kysely';

/** Finding tokens, choosing them, and hearing of them. */
export async function second(db: Kysely<unknown>): Promise<void> {
  // What forgets old reply addresses looks for them by their age.
  await sql`create index plan_reply on plan (response_url_at) where response_url_at is not null`.execute(db);

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
}
