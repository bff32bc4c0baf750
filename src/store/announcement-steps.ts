import type { ExpressionBuilder, Kysely } from 'kysely';
import type { Transaction } from '../revocation/store.ts';
import type { Engine } from './engine.ts';
import type { Tables } from './schema.ts';

type AnnouncementSteps = Pick<
  Transaction,
  | 'announce'
  | 'dueAnnouncements'
  | 'nextAnnouncementAt'
  | 'postponeAnnouncement'
  | 'finishAnnouncement'
  | 'withdrawAnnouncement'
  | 'sharedMessage'
>;

/** The queue of what people must still be told. */
export function announcementSteps(db: Kysely<Tables>, { keeper }: Engine): AnnouncementSteps {
  // One process tells people of a plan, so that what they read is in order and comes once. Asked for one plan after the
  // other: a list of all that are kept would be read anew for every message, and it only grows.
  const isKept = ({ exists, selectFrom }: ExpressionBuilder<Tables, 'announcement'>) =>
    exists(
      selectFrom('plan')
        .select('plan.id')
        .whereRef('plan.id', '=', 'announcement.plan_id')
        .where('plan.keeper', '=', keeper),
    );
  return {
    async announce(planId, about, now) {
      const queued = await db
        .insertInto('announcement')
        .values({ plan_id: planId, about, attempt: 0, run_at: now.getTime(), queued_at: now.getTime(), done_at: null })
        .onConflict((conflict) => conflict.columns(['plan_id', 'about']).doNothing())
        .returning('plan_id')
        .execute();
      return queued.length === 1;
    },
    async dueAnnouncements(now, limit) {
      const rows = await db
        .selectFrom('announcement')
        .selectAll()
        .where('done_at', 'is', null)
        .where('run_at', '<=', now.getTime())
        .where(isKept)
        .orderBy('run_at')
        // Of one plan, the operator's own result before the one for all.
        .orderBy('about')
        .limit(limit)
        .execute();
      return rows.map(({ plan_id, about, attempt, run_at, queued_at }) => ({
        planId: plan_id,
        about,
        attempt,
        runAt: new Date(Number(run_at)),
        queuedAt: new Date(Number(queued_at)),
      }));
    },
    async nextAnnouncementAt(now) {
      const { at } = await db
        .selectFrom('announcement')
        .select((announcement) => announcement.fn.min('run_at').as('at'))
        .where('done_at', 'is', null)
        .where('run_at', '>', now.getTime())
        .where(isKept)
        .executeTakeFirstOrThrow();
      return at === null ? undefined : new Date(Number(at));
    },
    async postponeAnnouncement({ planId, about, attempt, runAt }) {
      const postponed = await db
        .updateTable('announcement')
        .set({ attempt, run_at: runAt.getTime() })
        .where('plan_id', '=', planId)
        .where('about', '=', about)
        .where('attempt', '=', attempt - 1)
        .where('done_at', 'is', null)
        .where(isKept)
        .returning('plan_id')
        .execute();
      return postponed.length === 1;
    },
    async finishAnnouncement({ planId, about }, now, posted) {
      await db
        .updateTable('announcement')
        .set({ done_at: now.getTime(), posted_channel: posted?.channel ?? null, posted_ts: posted?.ts ?? null })
        .where('plan_id', '=', planId)
        .where('about', '=', about)
        .execute();
    },
    async withdrawAnnouncement({ planId, about }) {
      await db.deleteFrom('announcement').where('plan_id', '=', planId).where('about', '=', about).execute();
    },
    async sharedMessage(planId) {
      const row = await db
        .selectFrom('announcement')
        .select(['posted_channel as channel', 'posted_ts as ts'])
        .where('plan_id', '=', planId)
        .where('about', '=', 'shared result')
        .executeTakeFirst();
      return row?.channel && row.ts ? { channel: row.channel, ts: row.ts } : undefined;
    },
  };
}
