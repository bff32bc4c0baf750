import { type Kysely, type SqlBool, sql } from 'kysely';
import type { Person } from '../revocation/looking/desk-steps.ts';
import type { LeftRotations, RotationSteps } from '../revocation/rotating/rotation-steps.ts';
import type { Tables } from './schema.ts';

type OverviewSteps = Pick<
  RotationSteps,
  'ownRotations' | 'othersRotations' | 'countRotations' | 'untoldRotations' | 'forgetRotations'
>;

/** Whether a rotation is open or was given up, in the very words of the index that holds no others. */
export const IS_LEFT = sql<SqlBool>`rotation.state in ('open', 'given up')`;

/** Each may have had a thousand tokens. The next ones follow with the next look. */
const FORGOTTEN_AT_ONCE = 10;

/** What is left to rotate, and for whom. None of it reads what plans hold. */
export function rotationOverviewSteps(db: Kysely<Tables>): OverviewSteps {
  /** Open, or given up since then. */
  const left = (since: Date) =>
    db
      .selectFrom('rotation')
      .where(IS_LEFT)
      .where(({ or, eb }) => or([eb('rotation.state', '=', 'open'), eb('rotation.closed_at', '>=', since.getTime())]));

  async function leftOf(is: 'in' | 'not in', person: Person, since: Date, limit: number): Promise<LeftRotations[]> {
    const own = db
      .selectFrom('reminder')
      .select('revocation_id')
      .where('operator', '=', person.user)
      .where('team', '=', person.team);
    const rows = await left(since)
      .where('rotation.revocation_id', is, own)
      .groupBy('rotation.revocation_id')
      .select(({ fn, selectFrom }) => [
        'rotation.revocation_id as id',
        fn.min('rotation.profile').as('profile'),
        fn.min('rotation.opened_at').as('opened_at'),
        fn.countAll<number>().as('count'),
        sql<number>`sum(case rotation.state when 'open' then 1 else 0 end)`.as('open'),
        selectFrom('reminder')
          .select('reminder.operator')
          .whereRef('reminder.revocation_id', '=', 'rotation.revocation_id')
          .as('operator'),
      ])
      .orderBy('opened_at', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ id, profile, opened_at, count, open, operator }) => ({
      ...{ revocationId: id, profile, operator: operator ?? '', openedAt: new Date(Number(opened_at)) },
      ...{ open: Number(open), givenUp: Number(count) - Number(open) },
    }));
  }

  return {
    ownRotations: (person, since, limit) => leftOf('in', person, since, limit),
    othersRotations: (person, since, limit) => leftOf('not in', person, since, limit),
    async countRotations(since) {
      const rows = await left(since)
        .select((rotation) => [
          'profile',
          'state',
          rotation.fn.countAll<number>().as('count'),
          rotation.fn.min('opened_at').as('oldest'),
        ])
        .groupBy(['profile', 'state'])
        .execute();
      return rows.map(({ profile, state, count, oldest }) => ({
        ...{ profile, state, count: Number(count) },
        oldest: new Date(Number(oldest)),
      }));
    },
    async untoldRotations() {
      return db
        .selectFrom('reminder')
        .where('refused', '=', sql.lit(1))
        .where('run_at', 'is not', null)
        .innerJoin('plan', 'plan.id', 'reminder.revocation_id')
        .select(['plan.id', 'plan.profile', 'plan.operator'])
        .orderBy('reminder.opened_at', 'desc')
        .execute();
    },
    async forgetRotations(before) {
      const at = before.getTime();
      const over = await db
        .selectFrom('reminder')
        .select('revocation_id')
        .where('run_at', 'is', null)
        .where('opened_at', '<', at)
        .where(({ not, exists, selectFrom }) => {
          const one = selectFrom('rotation').select('id').whereRef('revocation_id', '=', 'reminder.revocation_id');
          return not(exists(one.where(({ or, eb }) => or([eb('closed_at', 'is', null), eb('closed_at', '>=', at)]))));
        })
        .limit(FORGOTTEN_AT_ONCE)
        .execute();
      const ids = over.map(({ revocation_id }) => revocation_id);
      if (ids.length === 0) return;
      await db.deleteFrom('rotation').where('revocation_id', 'in', ids).execute();
      await db.deleteFrom('reminder').where('revocation_id', 'in', ids).execute();
    },
  };
}
