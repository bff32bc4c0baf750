import type { ExpressionBuilder, Kysely, Selectable } from 'kysely';
import type { PlanId } from '../revocation/ids.ts';
import { CLOSABLE, type Reminder, type Rotation } from '../revocation/rotation.ts';
import type { RotationSteps } from '../revocation/rotation-steps.ts';
import type { Engine } from './engine.ts';
import { planOf } from './rows.ts';
import type { ReminderTable, RotationTable, Tables } from './schema.ts';

/** A result that cannot be shared does not keep people from hearing of the rotations for longer. */
const SHARED_WITHIN_MS = 10 * 60_000;

/** Keeping rotations, and when people are reminded of them. */
export function rotationSteps(db: Kysely<Tables>, { shared }: Engine): RotationSteps {
  const rotationsOf = (id: PlanId) =>
    db.selectFrom('rotation').selectAll().where('revocation_id', '=', id).orderBy('position');

  return {
    async addRotations(reminder, rotations) {
      await db.insertInto('reminder').values(reminderRow(reminder)).execute();
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
      const { round, attempt, run_at } = reminderRow(reminder);
      const moved = await db
        .updateTable('reminder')
        .set({ round, attempt, run_at })
        .where('revocation_id', '=', reminder.revocationId)
        .where('round', '=', from.round)
        .where('attempt', '=', from.attempt)
        .where('run_at', from.runAt ? '=' : 'is', reminderRow(from).run_at)
        .returning('revocation_id')
        .execute();
      return moved.length === 1;
    },
    ...timing(db),
    ...overview(db),
  };
}

function timing(db: Kysely<Tables>): Pick<RotationSteps, 'dueReminders' | 'nextReminderAt'> {
  return {
    async dueReminders(now, limit) {
      const isWaiting = ({ or, eb, not, exists, selectFrom, and }: ExpressionBuilder<Tables, 'reminder'>) => {
        const untold = selectFrom('announcement')
          .select('plan_id')
          .whereRef('plan_id', '=', 'reminder.revocation_id')
          .where('done_at', 'is', null);
        return or([
          eb('round', '>', 0),
          and([
            not(exists(untold.where('about', '=', 'result'))),
            or([not(exists(untold)), eb('opened_at', '<=', now.getTime() - SHARED_WITHIN_MS)]),
          ]),
        ]);
      };
      const rows = await db
        .selectFrom('reminder')
        .selectAll()
        .where('run_at', '<=', now.getTime())
        .where(isWaiting)
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

function overview(db: Kysely<Tables>): Pick<RotationSteps, 'openRotations' | 'countRotations'> {
  /** Given up lately, or open. */
  const isLeft =
    (since: Date) =>
    ({ or, and, eb }: ExpressionBuilder<Tables, 'rotation'>) =>
      and([
        eb('rotation.state', 'in', CLOSABLE),
        or([eb('rotation.state', '=', 'open'), eb('rotation.closed_at', '>=', since.getTime())]),
      ]);

  return {
    async openRotations(since, limit) {
      const left = db.selectFrom('rotation').selectAll('rotation').where(isLeft(since));
      const reminders = await db
        .selectFrom('reminder')
        .selectAll()
        .where('revocation_id', 'in', left.clearSelect().select('rotation.revocation_id'))
        .orderBy('opened_at', 'desc')
        .limit(limit)
        .execute();
      const ids = reminders.map(({ revocation_id }) => revocation_id);
      if (ids.length === 0) return [];
      const plans = await db.selectFrom('plan').selectAll().where('id', 'in', ids).execute();
      const rows = await left.where('rotation.revocation_id', 'in', ids).orderBy('position').execute();
      return reminders.flatMap((reminder) => {
        const plan = plans.find(({ id }) => id === reminder.revocation_id);
        const rotations = rows.filter(({ revocation_id }) => revocation_id === reminder.revocation_id).map(rotationOf);
        return plan ? [{ plan: planOf(plan), reminder: reminderOf(reminder), rotations }] : [];
      });
    },
    async countRotations(since) {
      const rows = await db
        .selectFrom('rotation')
        .select((rotation) => [
          'profile',
          'state',
          rotation.fn.countAll<number>().as('count'),
          rotation.fn.min('opened_at').as('oldest'),
        ])
        .where(isLeft(since))
        .groupBy(['profile', 'state'])
        .execute();
      return rows.map(({ profile, state, count, oldest }) => ({
        ...{ profile, state, count: Number(count) },
        oldest: new Date(Number(oldest)),
      }));
    },
  };
}

function rotationRow(rotation: Rotation): Omit<RotationTable, 'position'> {
  return {
    id: rotation.id,
    revocation_id: rotation.revocationId,
    profile: rotation.profile,
    token_id: rotation.tokenId,
    state: rotation.state,
    opened_at: rotation.openedAt.getTime(),
    closed_by: rotation.closedBy ?? null,
    closed_at: rotation.closedAt?.getTime() ?? null,
  };
}

function rotationOf(row: Selectable<RotationTable>): Rotation {
  return {
    id: row.id,
    revocationId: row.revocation_id,
    profile: row.profile,
    tokenId: row.token_id,
    state: row.state,
    openedAt: new Date(Number(row.opened_at)),
    closedBy: row.closed_by ?? undefined,
    closedAt: row.closed_at === null ? undefined : new Date(Number(row.closed_at)),
  };
}

function reminderRow({ revocationId, openedAt, round, attempt, runAt }: Reminder): ReminderTable {
  return {
    ...{ revocation_id: revocationId, opened_at: openedAt.getTime(), round, attempt },
    run_at: runAt?.getTime() ?? null,
  };
}

function reminderOf(row: Selectable<ReminderTable>): Reminder {
  const { revocation_id, round, attempt, run_at } = row;
  return {
    ...{ revocationId: revocation_id, openedAt: new Date(Number(row.opened_at)), round, attempt },
    runAt: run_at === null ? undefined : new Date(Number(run_at)),
  };
}
