import { type Kysely, sql } from 'kysely';
import type { Transaction } from '../revocation/store.ts';
import type { Engine } from './engine.ts';
import { planOf } from './rows.ts';
import type { Tables } from './schema.ts';

type KeeperSteps = Pick<Transaction, 'adopt' | 'undecided' | 'releaseLeases'>;

/** A process that has not been heard of for so long is gone. It is heard of when a third of that has passed. */
const ALIVE_MS = 15_000;
const HEARD_AFTER_MS = 5_000;
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

/** PostgreSQL's own clock, in milliseconds of the epoch: the one clock that every process agrees on. */
const DATABASE_NOW = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** Who looks after a plan: the process that moved it last, until another one takes over what it left behind. */
export function keeperSteps(db: Kysely<Tables>, { keeper, shared, hold }: Engine): KeeperSteps {
  /** Plans that somebody must still do something about. */
  const unfinished = db
    .selectFrom('plan')
    .select('id')
    .where('state', 'in', ['draft', 'claimed'])
    .unionAll(db.selectFrom('revocation').select('id').where('state', '=', 'running'))
    .unionAll(db.selectFrom('announcement').select('plan_id as id').where('done_at', 'is', null));

  /** Says that this process is there, by the database's clock. */
  async function beHeard(): Promise<void> {
    await db
      .insertInto('bot')
      .values({ id: keeper, alive_until: sql`${DATABASE_NOW} + ${sql.lit(ALIVE_MS)}` })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet((bot) => ({ alive_until: bot.ref('excluded.alive_until') }))
          .whereRef('bot.alive_until', '<', sql`excluded.alive_until - ${sql.lit(HEARD_AFTER_MS)}`),
      )
      .execute();
  }

  return {
    async adopt() {
      // One after the other: each must see who is there before it judges who is gone.
      await hold(db, 'adopting plans', 'alone');
      if (shared) await beHeard();
      const rows = await db
        .updateTable('plan')
        .set({ keeper })
        .where('id', 'in', unfinished)
        .where(({ or, eb, not, exists, selectFrom }) => {
          const living = selectFrom('bot').select('id').whereRef('bot.id', '=', 'plan.keeper');
          const gone = not(exists(living.where('alive_until', '>', DATABASE_NOW)));
          return or([eb('keeper', 'is', null), ...(shared ? [gone] : [])]);
        })
        .returningAll()
        .execute();
      return rows.map(planOf);
    },
    async undecided() {
      const rows = await db
        .selectFrom('plan')
        .selectAll()
        .where('state', 'in', ['draft', 'claimed'])
        .where('keeper', '=', keeper)
        .orderBy('created_at')
        .execute();
      return rows.map(planOf);
    },
    async releaseLeases(now) {
      const at = now.getTime();
      const released = await db
        .updateTable('item')
        .set({ state: 'ready', run_at: at, lease_owner: null, lease_until: null, sent: 1, lost: 1 })
        .where('state', '=', 'leased')
        .$if(shared, (items) => items.where('lease_owner', '=', keeper))
        .returning('id')
        .execute();
      await db
        .updateTable('plan')
        .set({ keeper: null })
        .where('id', 'in', unfinished)
        .$if(shared, (plans) => plans.where('keeper', '=', keeper))
        .execute();
      if (shared)
        await db
          .deleteFrom('bot')
          .where('alive_until', '<', at - FORGOTTEN_AFTER_MS)
          .execute();
      // Whatever waited for its next try does so no longer: the clock it waited by may have been another one.
      else {
        await db
          .updateTable('item')
          .set({ run_at: at })
          .where('state', '=', 'ready')
          .where('run_at', '>', at)
          .execute();
      }
      return released.length;
    },
  };
}
