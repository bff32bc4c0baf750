import { type Kysely, sql } from 'kysely';

/** Finding tokens, choosing them, and hearing of them. */
export async function second(db: Kysely<unknown>): Promise<void> {
  // What forgets old reply addresses looks for them by their age.
  await sql`create index plan_reply on plan (response_url_at) where response_url_at is not null`.execute(db);
}
