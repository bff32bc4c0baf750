import type { Kysely } from 'kysely';
import type { Transaction } from '../revocation/store.ts';
import { planOf, planRow } from './rows.ts';
import type { Tables } from './schema.ts';

type PlanSteps = Pick<
  Transaction,
  'plan' | 'addPlan' | 'movePlan' | 'twin' | 'plansIn' | 'runningPlans' | 'setReply' | 'useReply'
>;

/** Keeping plans, and where people are told of them. */
export function planSteps(db: Kysely<Tables>, audit: Transaction['audit']): PlanSteps {
  return {
    async plan(id) {
      const row = await db.selectFrom('plan').selectAll().where('id', '=', id).executeTakeFirst();
      return row && planOf(row);
    },
    async addPlan(plan, entry) {
      await db.insertInto('plan').values(planRow(plan)).execute();
      await audit([entry]);
    },
    async movePlan(plan, from, entry) {
      const { id, ...row } = planRow(plan);
      // The state in the WHERE clause decides between two that saw the same click.
      const moved = await db
        .updateTable('plan')
        .set(row)
        .where('id', '=', id)
        .where('state', '=', from)
        .returning('id')
        .execute();
      if (moved.length === 0) return false;
      await audit([entry]);
      return true;
    },
    async twin(key, since) {
      const row = await db
        .selectFrom('plan')
        .selectAll()
        .where('twin_key', '=', key)
        .where('created_at', '>', since.getTime())
        .where('state', 'in', ['draft', 'pending'])
        .orderBy('created_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && planOf(row);
    },
    async plansIn(states) {
      const rows = await db.selectFrom('plan').selectAll().where('state', 'in', states).orderBy('created_at').execute();
      return rows.map(planOf);
    },
    async runningPlans() {
      const rows = await db
        .selectFrom('plan')
        .innerJoin('revocation', 'revocation.id', 'plan.id')
        .selectAll('plan')
        .where('revocation.state', '=', 'running')
        .execute();
      return rows.map(planOf);
    },
    async setReply(id, reply) {
      const columns = {
        response_url: reply?.url ?? null,
        response_url_uses: reply?.uses ?? 0,
        response_url_at: reply?.openedAt.getTime() ?? null,
        response_url_replaces: reply?.replaces ? 1 : 0,
      };
      await db.updateTable('plan').set(columns).where('id', '=', id).execute();
    },
    async useReply(id, url, limit) {
      const used = await db
        .updateTable('plan')
        .set((plan) => ({ response_url_uses: plan('response_url_uses', '+', 1) }))
        .where('id', '=', id)
        .where('response_url', '=', url)
        .where('response_url_uses', '<', limit)
        .returning('id')
        .execute();
      return used.length === 1;
    },
  };
}
