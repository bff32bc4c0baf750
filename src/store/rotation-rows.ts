import type { Insertable, Selectable } from 'kysely';
import { z } from 'zod';
import type { Reminder, Rotation } from '../revocation/rotating/rotation.ts';
import type { ReminderTable, RotationTable } from './schema.ts';

const described = z.object({ description: z.string(), databases: z.array(z.string()) });

/** A rotation as the table holds it, without its place among those of its revocation. */
export function rotationRow(rotation: Rotation): Omit<Insertable<RotationTable>, 'position'> {
  return {
    id: rotation.id,
    revocation_id: rotation.revocationId,
    profile: rotation.profile,
    token_id: rotation.tokenId,
    state: rotation.state,
    opened_at: rotation.openedAt.getTime(),
    closed_by: rotation.closedBy ?? null,
    closed_at: rotation.closedAt?.getTime() ?? null,
    described: rotation.described ? JSON.stringify(rotation.described) : null,
  };
}

/** The rotation a row holds. */
export function rotationOf(row: Selectable<RotationTable>): Rotation {
  return {
    id: row.id,
    revocationId: row.revocation_id,
    profile: row.profile,
    tokenId: row.token_id,
    state: row.state,
    openedAt: new Date(Number(row.opened_at)),
    closedBy: row.closed_by ?? undefined,
    closedAt: row.closed_at === null ? undefined : new Date(Number(row.closed_at)),
    described: row.described === null ? undefined : described.parse(JSON.parse(row.described)),
  };
}

/** A reminder as the table holds it, without whose it is. */
export function reminderRow(reminder: Reminder): Omit<Insertable<ReminderTable>, 'operator' | 'team'> {
  const { revocationId, openedAt, round, attempt, runAt, refused } = reminder;
  return {
    ...{ revocation_id: revocationId, opened_at: openedAt.getTime(), round, attempt },
    ...{ run_at: runAt?.getTime() ?? null, refused: refused ? 1 : 0 },
  };
}

/** The reminder a row holds. */
export function reminderOf(row: Selectable<ReminderTable>): Reminder {
  const { revocation_id, round, attempt, run_at, refused } = row;
  return {
    ...{ revocationId: revocation_id, openedAt: new Date(Number(row.opened_at)), round, attempt },
    ...{ runAt: run_at === null ? undefined : new Date(Number(run_at)), refused: refused === 1 },
  };
}
