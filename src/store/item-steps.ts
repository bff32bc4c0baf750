import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { ClaimedItem, ItemClaim, Transaction } from '../revocation/store.ts';
import type { Engine } from './engine.ts';
import { itemOf, itemRow, revocationOf, revocationRow } from './rows.ts';
import type { ItemRow, Tables } from './schema.ts';

type ItemSteps = Pick<
  Transaction,
  | 'addRevocation'
  | 'revocation'
  | 'items'
  | 'openItems'
  | 'held'
  | 'setRevocation'
  | 'claimItems'
  | 'writeItem'
  | 'nextItemAt'
>;

/** Keeping revocations and the work they are made of. */
export function itemSteps(db: Kysely<Tables>, engine: Engine, plan: Transaction['plan']): ItemSteps {
  const revocationWith = (id: string) => db.selectFrom('revocation').selectAll().where('id', '=', id);

  return {
    async revocation(id) {
      // Whoever ends or stops one decides on what it reads here: two that did so at once would miss each other's writes.
      const row = await revocationWith(id)
        .$if(engine.shared, (query) => query.forNoKeyUpdate())
        .executeTakeFirst();
      return row && revocationOf(row);
    },
    async addRevocation(revocation, items) {
      await db.insertInto('revocation').values(revocationRow(revocation)).execute();
      await db.insertInto('item').values(items.map(itemRow)).execute();
    },
    async setRevocation(revocation) {
      const { id, ...row } = revocationRow(revocation);
      await db.updateTable('revocation').set(row).where('id', '=', id).execute();
    },
    async items(id) {
      const rows = await db.selectFrom('item').selectAll().where('revocation_id', '=', id).orderBy('id').execute();
      return rows.map(itemOf);
    },
    async openItems(id) {
      const { count } = await db
        .selectFrom('item')
        .select((item) => item.fn.countAll<number>().as('count'))
        .where('revocation_id', '=', id)
        .where('state', '<>', 'done')
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async held(profile, tokenIds) {
      if (tokenIds?.length === 0) return new Map();
      const all = db
        .selectFrom('item')
        .select(['token_id', 'revocation_id'])
        .where('profile', '=', profile)
        .where('state', '<>', 'done');
      const rows = await (tokenIds ? all.where('token_id', 'in', tokenIds) : all).execute();
      return new Map(rows.map((row) => [row.token_id, row.revocation_id]));
    },
    async claimItems(claim) {
      const rows = await leased(db, engine, claim);
      const claimed = new Map<string, Pick<ClaimedItem, 'plan' | 'revocation'>>();
      for (const id of new Set(rows.map((row) => row.revocation_id))) {
        const of = { plan: await plan(id), revocation: await revocationWith(id).executeTakeFirst() };
        if (of.plan && of.revocation) claimed.set(id, { plan: of.plan, revocation: revocationOf(of.revocation) });
      }
      return rows.flatMap((row) => {
        const of = claimed.get(row.revocation_id);
        return of ? [{ item: itemOf(row), leaseUntil: claim.leaseUntil, ...of }] : [];
      });
    },
    async writeItem(item) {
      const written = await db
        .updateTable('item')
        .set(itemRow(item))
        .where('revocation_id', '=', item.revocationId)
        .where('token_id', '=', item.tokenId)
        // A stale owner's fence is older, and what is done stays done.
        .where('fence', '=', item.fence)
        .where('state', '<>', 'done')
        .returning('id')
        .execute();
      return written.length === 1;
    },
    async nextItemAt(now) {
      const at = now.getTime();
      const { ready, leased } = await db
        .selectFrom('item')
        .select((item) => [
          item.fn.min('run_at').filterWhere('state', '=', 'ready').filterWhere('run_at', '>', at).as('ready'),
          item.fn
            .min('lease_until')
            .filterWhere('state', '=', 'leased')
            .filterWhere('lease_until', '>', at)
            .as('leased'),
        ])
        .where('state', '<>', 'done')
        .executeTakeFirstOrThrow();
      const times = [ready, leased].flatMap((time) => (time === null ? [] : [Number(time)]));
      return times.length === 0 ? undefined : new Date(Math.min(...times));
    },
  };
}

/** Due items, or such whose lease ran out, leased to the claimer in the order they were asked for. */
async function leased(
  db: Kysely<Tables>,
  { keeper, shared }: Engine,
  { profile, limit, now, leaseUntil }: ItemClaim,
): Promise<ItemRow[]> {
  const at = now.getTime();
  const due = (item: ExpressionBuilder<Tables, 'item'>) =>
    item.or([
      item.and([item('state', '=', 'ready'), item('run_at', '<=', at)]),
      item.and([item('state', '=', 'leased'), item('lease_until', '<=', at)]),
    ]);
  // An owner that vanished may have sent its request.
  const vanished = sql<number>`case when state = 'leased' then 1 else 0 end`;
  const rows = await db
    .with('due', (query) =>
      query
        .selectFrom('item')
        .select('id')
        .where('profile', '=', profile)
        .where('state', '<>', 'done')
        .where(due)
        .orderBy('run_at')
        .orderBy('id')
        .limit(limit)
        .$if(shared, (items) => items.forUpdate().skipLocked()),
    )
    .updateTable('item')
    .set((item) => ({
      state: 'leased',
      attempt: item('attempt', '+', 1),
      fence: item('fence', '+', 1),
      sent: sql<number>`case when sent = 1 then 1 else ${vanished} end`,
      lost: sql<number>`case when lost = 1 then 1 else ${vanished} end`,
      started_at: sql<number>`coalesce(started_at, ${at})`,
      lease_owner: keeper,
      lease_until: leaseUntil.getTime(),
    }))
    .where('id', 'in', (item) => item.selectFrom('due').select('due.id'))
    .returningAll()
    .execute();
  return rows.sort((a, b) => a.id - b.id);
}
