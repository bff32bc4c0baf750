import { type Kysely, sql } from 'kysely';
import type { DeskSteps, Person } from '../revocation/looking/desk-steps.ts';
import { OUTCOMES, type Outcome } from '../revocation/revocation.ts';
import { itemOf, revocationOf } from './rows.ts';
import type { Tables } from './schema.ts';

/** A message was begun more than once: at least one sending did not arrive. */
const SENT_AGAIN = 2;

/** What one person asked for, and who looks at it. None of it reads what a plan holds. */
export function deskSteps(db: Kysely<Tables>): DeskSteps {
  async function totalsOf(id: string): Promise<ReadonlyMap<Outcome, number>> {
    const rows = await db
      .selectFrom('item')
      .select(['outcome', (item) => item.fn.countAll<number>().as('count')])
      .where('revocation_id', '=', id)
      .groupBy('outcome')
      .execute();
    const counts = new Map(rows.map(({ outcome, count }) => [outcome, Number(count)]));
    return new Map(
      OUTCOMES.flatMap((outcome) => {
        const count = counts.get(outcome) ?? 0;
        return count > 0 ? [[outcome, count] as const] : [];
      }),
    );
  }

  const planOfPerson = ({ user, team }: Person) =>
    db.selectFrom('plan').where('plan.operator', '=', user).where('plan.team', '=', team);
  // What is open of everybody is less than what one person ever had. SQLite begins a cross join at its first table:
  // https://sqlite.org/optoverview.html#manual_control_of_query_plans_using_cross_join
  const running = db.selectFrom('revocation').where('revocation.state', '=', sql.lit('running')).crossJoin('plan');
  const untold = db.selectFrom('announcement').where('announcement.done_at', 'is', null).crossJoin('plan');

  return {
    async ownPlans(person, states, limit) {
      const rows = await planOfPerson(person)
        .select(['id', 'profile', 'state', 'created_at', 'expires_at'])
        .where('state', 'in', states)
        .orderBy('created_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ id, profile, state, created_at, expires_at }) => ({
        ...{ id, profile, state },
        createdAt: new Date(Number(created_at)),
        expiresAt: new Date(Number(expires_at)),
      }));
    },
    async ownRunning(person, limit) {
      const rows = await running
        .whereRef('plan.id', '=', 'revocation.id')
        .where('plan.operator', '=', person.user)
        .where('plan.team', '=', person.team)
        .select('plan.id')
        .orderBy('plan.created_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },
    async ownEnded(person, limit) {
      const rows = await planOfPerson(person)
        .innerJoin('revocation', 'revocation.id', 'plan.id')
        .selectAll('revocation')
        .select('plan.profile')
        .where('plan.state', '=', 'confirmed')
        .where('revocation.state', '<>', 'running')
        .orderBy('plan.created_at', 'desc')
        .limit(limit)
        .execute();
      const ended = [];
      for (const { profile, ...row } of rows)
        ended.push({ profile, revocation: revocationOf(row), totals: await totalsOf(row.id) });
      return ended;
    },
    async ownTroubles(person, since, limit) {
      const rows = await planOfPerson(person)
        .innerJoin('item', 'item.revocation_id', 'plan.id')
        .selectAll('item')
        .where('plan.state', '=', 'confirmed')
        .where('plan.created_at', '>=', since.getTime())
        .where('item.outcome', 'in', ['unknown', 'failed'])
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('item as later')
                .select('later.id')
                .whereRef('later.token_id', '=', 'item.token_id')
                .whereRef('later.profile', '=', 'item.profile')
                .whereRef('later.done_at', '>', 'item.done_at')
                .where('later.outcome', 'in', ['revoked', 'already revoked', 'not found']),
            ),
          ),
        )
        .orderBy('item.done_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(itemOf);
    },
    async ownUndelivered(person, limit) {
      const rows = await untold
        .whereRef('plan.id', '=', 'announcement.plan_id')
        .where('plan.operator', '=', person.user)
        .where('plan.team', '=', person.team)
        .select(['announcement.plan_id', 'announcement.about', 'announcement.attempt'])
        .where('announcement.attempt', '>=', SENT_AGAIN)
        .orderBy('plan.created_at')
        .limit(limit)
        .execute();
      return rows.map(({ plan_id, about, attempt }) => ({ planId: plan_id, about, attempt }));
    },
    async rememberHome({ user, team }, now) {
      const opened_at = now.getTime();
      await db
        .insertInto('home')
        .values({ user, team, opened_at })
        .onConflict((conflict) => conflict.columns(['user', 'team']).doUpdateSet({ opened_at }))
        .execute();
    },
    async hasHome({ user, team }) {
      const row = await db
        .selectFrom('home')
        .select('user')
        .where('user', '=', user)
        .where('team', '=', team)
        .executeTakeFirst();
      return row !== undefined;
    },
    async homes(limit) {
      return db.selectFrom('home').select(['user', 'team']).orderBy('opened_at', 'desc').limit(limit).execute();
    },
    async forgetHomes(before) {
      await db.deleteFrom('home').where('opened_at', '<', before.getTime()).execute();
    },
  };
}
