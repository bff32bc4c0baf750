import type { ExpressionBuilder, Kysely } from 'kysely';
import type { PlanId } from '../revocation/ids.ts';
import type { RotationSteps } from '../revocation/rotating/rotation-steps.ts';
import type { Engine } from './engine.ts';
import { rotationOverviewSteps } from './rotation-overview-steps.ts';
import { reminderOf, reminderRow, rotationOf, rotationRow } from './rotation-rows.ts';
import type { Tables } from './schema.ts';

/** A result that cannot be told does not keep people from hearing of the rotations for longer. */
const TOLD_WITHIN_MS = 10 * 60_000;

/** Keeping rotations, and when people are reminded of them. */
export function rotationSteps(db: Kysely<Tables>, { shared }: Engine): RotationSteps {
  const rotationsOf = (id: PlanId) =>
    db.selectFrom('rotation').selectAll().where('revocation_id', '=', id).orderBy('position');

  return {
    async addRotations(reminder, rotations) {
      const { operator, team } = await db
        .selectFrom('plan')
        .select(['operator', 'team'])
        .where('id', '=', reminder.revocationId)
        .executeTakeFirstOrThrow();
      await db
        .insertInto('reminder')
        .values({ ...reminderRow(reminder), operator, team })
        .execute();
      const rows = rotations.map((rotation, position) => ({ ...rotationRow(rotation), position }));
      if (rows.length > 0) await db.insertInto('rotation').values(rows).execute();
    },
    async rotation(id) {
      const row = await db.selectFrom('rotation').selectAll().where('id', '=', id).executeTakeFirst();
      return row && rotationOf(row);
    },
    async rotations(revocationId) {
      return (await rotationsOf(revocationId).execute()).map(rotationOf);
    },
    async moveRotations(ids, from, { state, closedBy, closedAt }) {
      if (ids.length === 0) return [];
      const moved = await db
        .updateTable('rotation')
        .set({ state, closed_by: closedBy ?? null, closed_at: closedAt?.getTime() ?? null })
        .where('id', 'in', ids)
        .where('state', 'in', from)
        .returning('id')
        .execute();
      return moved.map(({ id }) => id);
    },
    async reminder(revocationId) {
      const row = await db
        .selectFrom('reminder')
        .selectAll()
        .where('revocation_id', '=', revocationId)
        // Two that close the last two at once must see each other.
        .$if(shared, (query) => query.forNoKeyUpdate())
        .executeTakeFirst();
      return row && reminderOf(row);
    },
    async moveReminder(reminder, from) {
      const { round, attempt, run_at, refused } = reminderRow(reminder);
      const moved = await db
        .updateTable('reminder')
        .set({ round, attempt, run_at, refused })
        .where('revocation_id', '=', reminder.revocationId)
        .where('round', '=', from.round)
        .where('attempt', '=', from.attempt)
        .where('run_at', from.runAt ? '=' : 'is', from.runAt?.getTime() ?? null)
        .returning('revocation_id')
        .execute();
      return moved.length === 1;
    },
    ...timing(db),
    ...rotationOverviewSteps(db),
  };
}

function timing(db: Kysely<Tables>): Pick<RotationSteps, 'dueReminders' | 'nextReminderAt'> {
  return {
    async dueReminders(now, limit) {
      /** The first message stands below the result, which comes before it. */
      const hasPlace = ({ or, eb, not, exists, selectFrom }: ExpressionBuilder<Tables, 'reminder'>) => {
        const result = selectFrom('announcement').select('about').whereRef('plan_id', '=', 'reminder.revocation_id');
        return or([
          eb('round', '>', 0),
          eb('opened_at', '<=', now.getTime() - TOLD_WITHIN_MS),
          exists(result.where('about', '=', 'shared result').where('posted_ts', 'is not', null)),
          not(exists(result.where('done_at', 'is', null))),
        ]);
      };
      const rows = await db
        .selectFrom('reminder')
        .selectAll()
        .where('run_at', '<=', now.getTime())
        .where(hasPlace)
        .orderBy('run_at')
        .limit(limit)
        .execute();
      return rows.map(reminderOf);
    },
    async nextReminderAt(now) {
      const { at } = await db
        .selectFrom('reminder')
        .select((reminder) => reminder.fn.min('run_at').as('at'))
        .where('run_at', '>', now.getTime())
        .executeTakeFirstOrThrow();
      return at === null ? undefined : new Date(Number(at));
    },
  };
}
