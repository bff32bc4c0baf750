import { afterEach, describe, expect, test } from 'vitest';
import { announceResult, closeIfDone } from '../../src/revocation/running/stopping.ts';
import type { Store } from '../../src/revocation/store.ts';
import { breakIn } from '../../src/store/audit-chain.ts';
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres.ts';
import { administer, rowsOf, withPostgres } from '../support/postgres.ts';
import { auditOf } from './audit-of.ts';
import { storeContract } from './contract.ts';
import { later, NOON, sampleEntry, sampleItem, samplePlan, sampleRevocation } from './samples.ts';

const opened: Store[] = [];
const LEASE = { profile: 'default', limit: 10, now: NOON, leaseUntil: later(15_000) };

async function open(url: string): Promise<PostgresStore> {
  const store = await openPostgresStore(url);
  opened.push(store);
  return store;
}

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

withPostgres((server) => {
  /** Two bots' stores on one new database. */
  async function two() {
    const url = await server().newDatabase();
    const [one, other] = [await open(url), await open(url)];
    return { url, one, other };
  }

  /** A running revocation with this many tokens. */
  async function running(store: Store, count: number) {
    const plan = samplePlan({ state: 'confirmed' });
    const items = Array.from({ length: count }, (_, n) => sampleItem(plan, `${n}`.padStart(36, '0')));
    await store.transaction(async (t) => {
      await t.addPlan(plan, sampleEntry('asked'));
      await t.addRevocation(sampleRevocation(plan), items);
    });
    return plan;
  }

  describe('PostgreSQL', () => storeContract(async () => open(await server().newDatabase())));

  describe('several bots on one PostgreSQL', () => {
    test('may start at the same moment on an empty database', async () => {
      const url = await server().newDatabase();

      const stores = await Promise.all(Array.from({ length: 4 }, () => open(url)));

      for (const store of stores) expect(await store.transaction((t) => t.plansIn(['draft']))).toEqual([]);
      expect(await rowsOf(url, 'select name from kysely_migration')).toHaveLength(2);
    });

    test('invariant 15: append to one audit chain that never forks', async () => {
      const { url, one, other } = await two();

      await Promise.all(
        Array.from({ length: 60 }, (_, n) =>
          (n % 2 ? one : other).transaction(async (t) => {
            await t.firstDelivery(`${n}`, NOON);
            await t.audit([sampleEntry(`first of ${n}`), sampleEntry(`second of ${n}`)]);
          }),
        ),
      );

      const rows = await auditOf(url);
      expect(rows).toHaveLength(120);
      expect(breakIn(rows)).toBeUndefined();
    });

    test('invariant 11: never lease the same item', async () => {
      const { one, other } = await two();
      await running(one, 40);

      const claims = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          (n % 2 ? one : other).transaction((t) => t.claimItems({ ...LEASE, limit: 4 })),
        ),
      );
      const rest = await one.transaction((t) => t.claimItems({ ...LEASE, limit: 100 }));

      const ids = [...claims.flat(), ...rest].map(({ item }) => item.tokenId);
      expect(ids).toHaveLength(40);
      expect(new Set(ids).size).toBe(40);
    });

    test('do not wait for the items another one is just leasing', async () => {
      const { one, other } = await two();
      await running(one, 2);

      const second = await one.transaction(async (t) => {
        await t.claimItems({ ...LEASE, limit: 1 });
        return other.transaction((o) => o.claimItems(LEASE));
      });

      expect(second.map(({ item }) => item.tokenId)).toEqual(['1'.padStart(36, '0')]);
    });

    test('invariant 2: end a revocation once when each settles its last token in the same moment', async () => {
      const { url, one, other } = await two();
      const plan = await running(one, 2);
      const claimed = await one.transaction((t) => t.claimItems(LEASE));

      await Promise.all(
        claimed.map(({ item }, n) =>
          (n ? one : other).transaction(async (t) => {
            await t.writeItem({ ...item, state: 'done', outcome: 'revoked', doneAt: NOON });
            const revocation = await t.revocation(plan.id);
            if (revocation) await closeIfDone(t, plan, revocation, NOON);
          }),
        ),
      );

      expect((await one.transaction((t) => t.revocation(plan.id)))?.state).toBe('done');
      expect((await auditOf(url)).filter(({ action }) => action === 'revocation finished')).toHaveLength(1);
    });

    test('make one plan of two equal requests in the same moment', async () => {
      const { one, other } = await two();
      const { twinKey } = await import('../../src/revocation/plan.ts');

      const drafted = await Promise.all(
        [one, other].map((store) =>
          store.transaction(async (t) => {
            const plan = samplePlan();
            if (await t.twin(twinKey(plan), later(-60_000))) return 'twin';
            await t.addPlan(plan, sampleEntry('asked'));
            return 'drafted';
          }),
        ),
      );

      expect(drafted.sort()).toEqual(['drafted', 'twin']);
    });

    test('invariant 18: start nothing that a freeze did not see', async () => {
      const { url, one, other } = await two();
      await running(one, 1);
      const order: string[] = [];

      let freezing: Promise<unknown> | undefined;
      await one.transaction(async (t) => {
        expect(await t.freeze()).toBeUndefined();
        freezing ??= other
          .transaction((o) => o.addFreeze({ by: 'U0CAROL', reason: '', at: NOON }))
          .then(() => order.push('frozen'));
        await expect.poll(async () => order.length > 0 || (await waiting(url)), { timeout: 10_000 }).toBe(true);
        await t.claimItems(LEASE);
        order.push('claimed');
      });
      await freezing;

      expect(order).toEqual(['claimed', 'frozen']);
      expect(await one.transaction((t) => t.freeze())).toMatchObject({ by: 'U0CAROL' });
    });
  });

  describe('a plan', () => {
    test('is left to the bot that keeps it, as long as that one is heard of', async () => {
      const { one, other } = await two();
      const plan = samplePlan({ state: 'draft' });
      await one.transaction((t) => t.adopt());
      await one.transaction((t) => t.addPlan(plan, sampleEntry('asked')));

      expect(await other.transaction((t) => t.adopt())).toEqual([]);
      expect(await other.transaction((t) => t.undecided())).toEqual([]);
      expect((await one.transaction((t) => t.undecided())).map(({ id }) => id)).toEqual([plan.id]);
    });

    test('is taken over, once, when its bot is not heard of any more', async () => {
      const { url, one, other } = await two();
      const third = await open(url);
      const plan = samplePlan({ state: 'claimed' });
      await one.transaction((t) => t.adopt());
      await one.transaction((t) => t.addPlan(plan, sampleEntry('asked')));
      await administer(url, 'update bot set alive_until = 0');

      const adopted = await Promise.all([other, third].map((store) => store.transaction((t) => t.adopt())));

      expect(adopted.flat().map(({ id }) => id)).toEqual([plan.id]);
      expect(await one.transaction((t) => t.undecided())).toEqual([]);
    });

    test('is taken over at once when its bot leaves', async () => {
      const { one, other } = await two();
      const plan = samplePlan({ state: 'draft' });
      await one.transaction((t) => t.adopt());
      await one.transaction((t) => t.addPlan(plan, sampleEntry('asked')));

      await one.close();
      opened.splice(opened.indexOf(one), 1);

      expect((await other.transaction((t) => t.adopt())).map(({ id }) => id)).toEqual([plan.id]);
    });

    test('is told of by its keeper alone; who kept it before does not send, and uses none of its addresses', async () => {
      const { url, one, other } = await two();
      const plan = samplePlan({ state: 'confirmed' });
      await one.transaction(async (t) => {
        await t.adopt();
        await t.addPlan(plan, sampleEntry('asked'));
        await announceResult(t, plan, NOON);
      });
      const due = (store: Store) => store.transaction((t) => t.dueAnnouncements(NOON, 10));
      const [announcement, ...more] = await due(one);
      if (!announcement) throw new Error('nothing was due');
      expect([more, await due(other)]).toEqual([[], []]);

      await administer(url, 'update bot set alive_until = 0');
      await other.transaction((t) => t.adopt());
      const begin = (store: Store) =>
        store.transaction((t) => t.postponeAnnouncement({ ...announcement, attempt: 1, runAt: later(1) }));

      expect(await begin(one)).toBe(false);
      expect(await one.transaction((t) => t.useReply(plan.id, plan.reply?.url ?? '', 5))).toBe(false);
      expect([await due(one), await due(other)]).toEqual([[], [announcement]]);
      expect(await begin(other)).toBe(true);
      expect(await begin(other)).toBe(false);
    });

    test('goes to the bot that was given its newest address, or moved it', async () => {
      const { one, other } = await two();
      const plan = samplePlan({ state: 'pending' });
      await one.transaction((t) => t.addPlan(plan, sampleEntry('asked')));

      await other.transaction((t) => t.movePlan({ ...plan, state: 'claimed' }, 'pending', sampleEntry('claimed')));
      expect(await other.transaction((t) => t.undecided())).toHaveLength(1);

      await one.transaction((t) => t.setReply(plan.id, plan.reply));
      expect(await one.transaction((t) => t.undecided())).toHaveLength(1);
      expect(await other.transaction((t) => t.undecided())).toEqual([]);
    });
  });

  test('time is the database’s, whatever the machine’s clock shows', async () => {
    const { url, one } = await two();
    await one.transaction((t) => t.plansIn(['draft']));

    const before = one.clock.now().getTime();
    const [row] = await rowsOf(url, 'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now');
    await one.transaction((t) => t.plansIn(['draft']));

    expect(before).toBeLessThanOrEqual(Number(row?.now) + 1);
    expect(one.clock.now().getTime()).toBeGreaterThanOrEqual(Math.floor(Number(row?.now)));
  });

  test('the audit log refuses to be changed, shortened or emptied, even by hand', async () => {
    const { url, one } = await two();
    await one.transaction((t) => t.audit([sampleEntry('asked')]));

    for (const change of ["update audit set actor = 'U0NOBODY'", 'delete from audit', 'truncate audit'])
      await expect(administer(url, change)).rejects.toThrow('only grows');
  });

  test('due work is found by an index, however much is done', async () => {
    const { url, one } = await two();
    await running(one, 5);
    await administer(
      url,
      `insert into plan select md5(n::text), 'default', 'U', 'T', 'C', '', '', '{}', 'confirmed', 0, 0, null, null, null, 0, null, 0, 'gone'
         from generate_series(1, 5000) n;
       insert into revocation select md5(n::text), 'done', 0, 0, null from generate_series(1, 5000) n;
       insert into item (revocation_id, profile, token_id, state, attempt, fence, run_at, sent, lost, note, status, done_at)
         select md5(n::text), 'default', 'token ' || n, 'done', 1, 1, 0, 1, 0, '', '', 0 from generate_series(1, 5000) n;
       insert into announcement select md5(n::text), 'result', 1, 0, 0 from generate_series(1, 5000) n;
       analyze`,
    );

    const plans = await Promise.all(
      [
        "select id from item where profile = 'default' and state <> 'done' and ((state = 'ready' and run_at <= 1) or (state = 'leased' and lease_until <= 1)) order by run_at, id limit 32 for update skip locked",
        "select min(run_at) filter (where state = 'ready' and run_at > 1) from item where state <> 'done'",
        "select * from announcement where done_at is null and run_at <= 1 and plan_id in (select id from plan where keeper = 'me') order by run_at limit 8",
        "update plan set keeper = 'me' where id in (select id from plan where state in ('draft', 'claimed') union all select id from revocation where state = 'running' union all select plan_id from announcement where done_at is null) and keeper is null",
      ].map((query) => rowsOf(url, `explain ${query}`)),
    );

    for (const lines of plans) {
      const text = lines.map((line) => line['QUERY PLAN']).join('\n');
      expect(text).toContain('Index');
      expect(text).not.toMatch(/Seq Scan on (item|announcement|plan|revocation)/);
    }
  });
});

/** Whether somebody waits for a lock in this database. */
async function waiting(url: string): Promise<boolean> {
  const locks = await rowsOf(
    url,
    'select 1 from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())',
  );
  return locks.length > 0;
}
