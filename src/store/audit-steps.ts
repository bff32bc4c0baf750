import type { Kysely } from 'kysely';
import type { AuditEntry, Transaction } from '../revocation/store.ts';
import { chained } from './audit-chain.ts';
import type { Engine } from './engine.ts';
import type { Tables } from './schema.ts';

/** Rows of one INSERT: a statement takes a limited number of values. */
const ROWS_AT_ONCE = 1_000;

/**
 * Appending to the audit log. The entries of a transaction are collected and written at its end, all at once: the end of
 * the chain is held by one transaction at a time, and so for as short as can be, after all other rows.
 */
export function auditSteps(
  db: Kysely<Tables>,
  engine: Engine,
): Pick<Transaction, 'audit'> & { appendAudit(): Promise<void> } {
  const collected: AuditEntry[] = [];
  return {
    async audit(entries) {
      collected.push(...entries);
    },
    async appendAudit() {
      if (collected.length === 0) return;
      await engine.hold(db, 'the end of the audit log', 'alone');
      const head = await db
        .selectFrom('audit')
        .select(['seq', 'hash'])
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      const rows = chained(head, collected.splice(0));
      for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
        await db
          .insertInto('audit')
          .values(rows.slice(from, from + ROWS_AT_ONCE))
          .execute();
      }
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
