import { type Kysely, sql } from 'kysely';
import type { Transaction } from '../revocation/store.ts';
import type { Engine } from './engine.ts';
import { planOf, planRow } from './rows.ts';
import type { PlanRow, Tables } from './schema.ts';

type PlanSteps = Pick<
  Transaction,
  'plan' | 'addPlan' | 'movePlan' | 'twin' | 'plansIn' | 'runningPlans' | 'setReply' | 'useReply'
>;

/** Keeping plans, and where people are told of them. */
export function planSteps(db: Kysely<Tables>, engine: Engine, audit: Transaction['audit']): PlanSteps {
  const { keeper } = engine;
  return {
    async plan(id) {
      const row = await db.selectFrom('plan').selectAll().where('id', '=', id).executeTakeFirst();
      return row && planOf(row);
    },
    async addPlan(plan, entry) {
      await db
        .insertInto('plan')
        .values({ ...planRow(plan), keeper })
        .execute();
      await audit([entry]);
    },
    async movePlan(plan, from, entry) {
      const { id, ...row } = planRow(plan);
      // The state in the WHERE clause decides between two that saw the same click.
      const moved = await db
        .updateTable('plan')
        // What was used of an address meanwhile stays used.
        .set({ ...row, keeper, response_url_uses: usesOf(row) })
        .where('id', '=', id)
        .where('state', '=', from)
        .returning('id')
        .execute();
      if (moved.length === 0) return false;
      await audit([entry]);
      return true;
    },
    async twin(key, since) {
      // Two requests that come at once to two processes must not both find none.
      await engine.hold(db, key, 'alone');
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
        // Whoever stops them all holds something of each: two that do it must not hold each other up.
        .orderBy('plan.id')
        .execute();
      return rows.map(planOf);
    },
    async setReply(id, reply) {
      const columns = {
        response_url: reply?.url ?? null,
        response_url_uses: reply?.uses ?? 0,
        response_url_at: reply?.openedAt.getTime() ?? null,
        response_url_replaces: reply?.replaces ? 1 : 0,
        response_url_channel: reply?.channel ?? null,
        // The process that was given an address is the one that uses it.
        ...(reply && { keeper }),
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
        .where('keeper', '=', keeper)
        .returning('id')
        .execute();
      return used.length === 1;
    },
  };
}

function usesOf({ response_url, response_url_uses }: Omit<PlanRow, 'id' | 'keeper'>) {
  return sql<number>`case when response_url = ${response_url} then response_url_uses else ${response_url_uses} end`;
}
