import { type Kysely, sql } from 'kysely';
import type { Transaction } from '../revocation/store.ts';
import { IS_LEFT } from './rotation-overview-steps.ts';
import { itemOf } from './rows.ts';
import type { Tables } from './schema.ts';

type OverviewSteps = Pick<Transaction, 'openWork' | 'unknownItems' | 'auditHead' | 'heartbeat' | 'tryAudit'>;

/** What those who look after the bot want to know of the store. */
export function overviewSteps(db: Kysely<Tables>): OverviewSteps {
  return {
    async openWork() {
      const count = db.fn.countAll<number>().as('count');
      const undecided = ['draft', 'pending', 'claimed'] as const;
      const plans = db.selectFrom('plan').select(count).where('state', 'in', undecided);
      const revocations = db.selectFrom('revocation').select(count).where('state', '=', 'running');
      const items = db.selectFrom('item').select(count).where('state', '<>', 'done');
      const announcements = db.selectFrom('announcement').select(count).where('done_at', 'is', null);
      const rotations = db.selectFrom('rotation').select(count).where(IS_LEFT).where('state', '=', 'open');
      return {
        plans: Number((await plans.executeTakeFirstOrThrow()).count),
        revocations: Number((await revocations.executeTakeFirstOrThrow()).count),
        items: Number((await items.executeTakeFirstOrThrow()).count),
        announcements: Number((await announcements.executeTakeFirstOrThrow()).count),
        rotations: Number((await rotations.executeTakeFirstOrThrow()).count),
      };
    },
    async unknownItems(since) {
      const rows = await db
        .selectFrom('item')
        .selectAll()
        .where('outcome', '=', 'unknown')
        .where('done_at', '>=', since.getTime())
        .orderBy('done_at', 'desc')
        .execute();
      return rows.map(itemOf);
    },
    async auditHead() {
      const head = await db
        .selectFrom('audit')
        .select(['seq', 'hash'])
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      return head && { seq: Number(head.seq), hash: head.hash };
    },
    async heartbeat(now) {
      await db
        .insertInto('seen')
        .values({ key: 'heartbeat', at: now.getTime() })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ at: now.getTime() }))
        .execute();
    },
    async tryAudit(now) {
      await sql`savepoint try_audit`.execute(db);
      // A number that no entry has, so that nobody who appends one waits for this.
      const entry = { seq: -1, at: now.getTime(), actor: 'bot', action: 'try', subject: '', detail: '{}' };
      await db
        .insertInto('audit')
        .values({ ...entry, prev_hash: '', hash: '' })
        .execute();
      await sql`rollback to savepoint try_audit`.execute(db);
      await sql`release savepoint try_audit`.execute(db);
    },
  };
}
