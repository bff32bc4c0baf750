import type { Kysely } from 'kysely';
import type { Transaction } from '../revocation/store.ts';
import { chained } from './audit-chain.ts';
import type { Tables } from './schema.ts';

/** Appending to the audit log. */
export function auditSteps(db: Kysely<Tables>): Pick<Transaction, 'audit'> {
  return {
    async audit(entries) {
      if (entries.length === 0) return;
      const head = await db
        .selectFrom('audit')
        .select(['seq', 'hash'])
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      await db.insertInto('audit').values(chained(head, entries)).execute();
    },
  };
}

/** Remembering what Slack delivered, and forgetting it again. */
export function deliverySteps(db: Kysely<Tables>): Pick<Transaction, 'firstDelivery' | 'forget'> {
  return {
    async firstDelivery(key, now) {
      const inserted = await db
        .insertInto('seen')
        .values({ key, at: now.getTime() })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .returning('key')
        .execute();
      return inserted.length === 1;
    },
    async forget({ deliveries, replies }) {
      await db.deleteFrom('seen').where('at', '<', deliveries.getTime()).execute();
      await db
        .updateTable('plan')
        .set({ response_url: null, response_url_at: null })
        .where('response_url_at', '<', replies.getTime())
        .execute();
    },
  };
}
