import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Store, StoreBusyError, StoreUnsureError } from '../../src/revocation/store.ts';
import { breakIn } from '../../src/store/audit-chain.ts';
import { openPostgresStore } from '../../src/store/postgres.ts';
import { openCommitProxy } from '../support/commit-proxy.ts';
import { openFaultProxy } from '../support/fault-proxy.ts';
import { administer, rowsOf, withThrowawayPostgres } from '../support/postgres.ts';
import { auditOf } from './audit-of.ts';
import { later, NOON, sampleEntry, samplePlan } from './samples.ts';

const opened: Store[] = [];

async function open(url: string): Promise<Store> {
  const store = await openPostgresStore(url);
  opened.push(store);
  return store;
}

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

withThrowawayPostgres((server) => {
  async function throughProxy() {
    const url = await server().newDatabase();
    const proxy = await openCommitProxy(url);
    return { url, proxy, store: await open(proxy.url) };
  }

  /** A store behind a link that can be broken; both are gone when the test has finished. */
  async function throughLink() {
    const url = await server().newDatabase();
    const proxy = await openFaultProxy(() => ({ port: Number(new URL(url).port) }));
    onTestFinished(() => proxy.close());
    return { url, proxy, store: await open(url.replace(/:\d+\//, `:${proxy.port}/`)) };
  }

  describe('a COMMIT whose answer is lost', () => {
    test('is read back: the work was done, once, and is not done again', async () => {
      const { url, proxy, store } = await throughProxy();
      let runs = 0;
      proxy.failNext('answer lost');

      const result = await store.transaction(async (t) => {
        runs += 1;
        await t.audit([sampleEntry('asked')]);
        return 'done';
      });

      expect([result, runs, proxy.faults]).toEqual(['done', 1, 1]);
      expect(await auditOf(url)).toHaveLength(1);
    });

    test('is read back before Slack is acknowledged, too', async () => {
      const { url, proxy, store } = await throughProxy();
      proxy.failNext('answer lost');

      await store.transaction((t) => t.audit([sampleEntry('asked')]), { withinMs: 1_500 });

      expect(await auditOf(url)).toHaveLength(1);
    });

    test('matters to nobody where nothing was written', async () => {
      const { proxy, store } = await throughProxy();
      proxy.failNext('answer lost');

      expect(await store.transaction((t) => t.plansIn(['draft']))).toEqual([]);
      expect(proxy.faults).toBe(1);
    });

    test('and that cannot be read back is neither success nor failure', async () => {
      const { proxy, store } = await throughProxy();
      proxy.failNext('all lost');

      const unsure = store.transaction((t) => t.audit([sampleEntry('asked')]), { withinMs: 1_500 });

      await expect(unsure).rejects.toBeInstanceOf(StoreUnsureError);
    });
  });

  describe('a COMMIT that never arrives', () => {
    test('is followed by another run of the work', async () => {
      const { url, proxy, store } = await throughProxy();
      let runs = 0;
      proxy.failNext('never arrives');

      await store.transaction(async (t) => {
        runs += 1;
        await t.audit([sampleEntry(`run ${runs}`)]);
      });

      expect((await auditOf(url)).map(({ action }) => action)).toEqual(['run 2']);
    });

    test('or arrives when its time is over, does nothing', async () => {
      const { url, proxy, store } = await throughProxy();
      proxy.failNext({ lateMs: 1_200 });

      const late = store.transaction((t) => t.audit([sampleEntry('asked')]), { withinMs: 300 });

      await expect(late).rejects.toThrow();
      await store.transaction((t) => t.firstDelivery('after', NOON));
      await expect.poll(() => openTransactions(url), { timeout: 5_000 }).toBe(0);
      expect(await auditOf(url)).toEqual([]);
    });
  });

  describe('a transaction that cannot go on', () => {
    test('is run again when two stood in each other’s way', async () => {
      const url = await server().newDatabase();
      const [one, other] = [await open(url), await open(url)];
      const [first, second] = [samplePlan(), samplePlan()];
      await one.transaction(async (t) => {
        for (const plan of [first, second]) await t.addPlan(plan, sampleEntry('asked'));
      });
      const both = Promise.withResolvers<void>();
      let waiting = 0;
      const crossing = (store: Store, [from, to]: readonly [typeof first, typeof first]) =>
        store.transaction(async (t) => {
          await t.setReply(from.id, undefined);
          waiting += 1;
          if (waiting === 2) both.resolve();
          await both.promise;
          await t.setReply(to.id, undefined);
        });

      await Promise.all([crossing(one, [first, second]), crossing(other, [second, first])]);

      expect(waiting).toBeGreaterThan(2);
    });

    test('is run again when its connection is cut before the COMMIT', async () => {
      const url = await server().newDatabase();
      const store = await open(url);
      let runs = 0;

      await store.transaction(async (t) => {
        runs += 1;
        await t.firstDelivery('trigger', NOON);
        if (runs === 1) await cutAll(url);
        await t.audit([sampleEntry(`run ${runs}`)]);
      });

      expect((await auditOf(url)).map(({ action }) => action)).toEqual(['run 2']);
      expect(await store.transaction((t) => t.firstDelivery('trigger', later(1)))).toBe(false);
    });

    test('is given up in time where PostgreSQL says nothing, and is not carried out later', async () => {
      const { url, proxy, store } = await throughLink();

      const silent = store.transaction(
        async (t) => {
          await t.firstDelivery('trigger', NOON);
          proxy.break({ kind: 'blackhole' });
          await t.audit([sampleEntry('asked')]);
        },
        { withinMs: 400 },
      );

      await expect(silent).rejects.toBeInstanceOf(StoreBusyError);
      proxy.mend();
      await expect.poll(() => openTransactions(url), { timeout: 5_000 }).toBe(0);
      expect(await auditOf(url)).toEqual([]);
      expect(await store.transaction((t) => t.firstDelivery('trigger', NOON))).toBe(true);
    });

    test('is run again when its connection stands still, though nobody ended it', async () => {
      const { url, proxy, store } = await throughLink();
      let runs = 0;

      await store.transaction(async (t) => {
        runs += 1;
        await t.firstDelivery('trigger', NOON);
        if (runs === 1) proxy.break({ kind: 'half-open' });
        await t.audit([sampleEntry(`run ${runs}`)]);
      });

      expect((await auditOf(url)).map(({ action }) => action)).toEqual(['run 2']);
      expect(await store.transaction((t) => t.firstDelivery('trigger', later(1)))).toBe(false);
    });

    test('does not keep a store from closing when its connection stands still', async () => {
      const { proxy, store } = await throughLink();
      proxy.break({ kind: 'half-open' });
      opened.splice(0);

      await expect(store.close()).resolves.toBeUndefined();
    });

    test('does not keep others waiting for ever: PostgreSQL ends what has gone silent', async () => {
      const url = await server().newDatabase();
      const store = await open(url);
      const frozen = Promise.withResolvers<void>();
      const plan = samplePlan();
      await store.transaction((t) => t.addPlan(plan, sampleEntry('asked')));
      let runs = 0;
      const silent = store.transaction(async (t) => {
        runs += 1;
        await t.setReply(plan.id, undefined);
        if (runs === 1) await frozen.promise;
      });

      await store.transaction((t) => t.setReply(plan.id, undefined));
      frozen.resolve();
      await silent;

      expect(runs).toBe(2);
    });
  });

  test('PostgreSQL restarted under load loses nothing, doubles nothing, and keeps one chain', async () => {
    const url = await server().newDatabase();
    const store = await open(url);
    const written: Promise<void>[] = [];
    for (let n = 0; n < 60; n += 1) {
      written.push(
        store.transaction(async (t) => {
          await t.firstDelivery(`delivery ${n}`, NOON);
          await t.audit([sampleEntry(`step ${n}`)]);
        }),
      );
      if (n === 20) await server().stop();
      if (n === 25) await server().start();
      if (n === 40) {
        await server().crash();
        await server().start();
      }
    }

    await Promise.all(written);

    const rows = await auditOf(url);
    expect(new Set(rows.map(({ action }) => action)).size).toBe(60);
    expect(rows).toHaveLength(60);
    expect(breakIn(rows)).toBeUndefined();
  });

  test('a database that is not there is named, without the password', async () => {
    await expect(openPostgresStore('postgres://bot:hunter2@127.0.0.1:1/bots')).rejects.toThrow(
      /PostgreSQL at 127\.0\.0\.1, database bots cannot be reached: (?!.*hunter2)/,
    );
  });
});

async function openTransactions(url: string): Promise<number> {
  const rows = await rowsOf(
    url,
    "select pid from pg_stat_activity where datname = current_database() and state like '%transaction%'",
  );
  return rows.length;
}

async function cutAll(url: string): Promise<void> {
  await administer(
    url,
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
}
