import type { Kysely } from 'kysely';
import type { Transaction } from '../revocation/store.ts';
import type { Engine } from './engine.ts';
import type { Tables } from './schema.ts';

/** The table has one row at most. */
const ONLY = 1;
const LOCK = 'freeze';

/** Keeping the freeze, of which there is one at most. */
export function freezeSteps(
  db: Kysely<Tables>,
  engine: Engine,
): Pick<Transaction, 'freeze' | 'addFreeze' | 'removeFreeze'> {
  return {
    async freeze() {
      // Whoever finds none has written what it starts before one can come.
      await engine.hold(db, LOCK, 'together');
      const row = await db.selectFrom('freeze').selectAll().executeTakeFirst();
      return row && { by: row.frozen_by, reason: row.reason, at: new Date(Number(row.frozen_at)) };
    },
    async addFreeze({ by, reason, at }) {
      await engine.hold(db, LOCK, 'alone');
      const added = await db
        .insertInto('freeze')
        .values({ id: ONLY, frozen_by: by, reason, frozen_at: at.getTime() })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returning('id')
        .execute();
      return added.length === 1;
    },
    async removeFreeze() {
      await db.deleteFrom('freeze').execute();
    },
  };
}
