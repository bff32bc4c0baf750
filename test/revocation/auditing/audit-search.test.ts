import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AuditPage, Turn } from '../../../src/revocation/auditing/audit-pages.ts';
import { type AuditRecord, auditLine, shows, tokensOf } from '../../../src/revocation/auditing/audit-record.ts';
import { searchAudit } from '../../../src/revocation/auditing/audit-search.ts';
import { type AuditQuery, createAuditTrail } from '../../../src/revocation/auditing/audit-trail.ts';
import type { Profile } from '../../../src/revocation/rights/policy.ts';
import type { AuditEntry, Store } from '../../../src/revocation/store.ts';
import { chained } from '../../../src/store/audit-chain.ts';
import { auditRecord } from '../../../src/store/audit-reading-steps.ts';
import { IN_MEMORY, openSqliteStore } from '../../../src/store/sqlite.ts';
import { NOON } from '../../store/samples.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { ON_CALL } from '../../support/start-bot.ts';

const TOKEN = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
const WHO = { user: 'U0ALICE001', team: 'T0EXAMPLE1', channel: 'C0INC04711' };

const entry = (overrides: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ at: NOON, actor: 'bot', action: 'step', subject: 'plan', detail: { profile: 'default' } },
  ...overrides,
});

async function storeWith(entries: readonly AuditEntry[]): Promise<Store> {
  const store = await openSqliteStore(IN_MEMORY);
  onTestFinished(() => store.close());
  await store.transaction((transaction) => transaction.audit(entries));
  return store;
}

/** A store whose log is so long, of entries that look as they do but are in no chain; every ten thousandth is about a token. */
async function longLog(length: number): Promise<Store> {
  const directory = mkdtempSync(join(tmpdir(), 'long-log-'));
  const path = join(directory, 'bot.db');
  await (await openSqliteStore(path)).close();
  const database = new DatabaseSync(path);
  database.exec(`
    with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${length})
    insert into audit select n, ${NOON.getTime()} + n, 'bot', 'step', 'plan',
      '{"profile":"default","note":"' || case n % 10000 when 5000 then '${TOKEN}' else 'a token like any other' end || '"}',
      '', '' from numbers`);
  database.close();
  const store = await openSqliteStore(path);
  onTestFinished(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });
  return store;
}

/** A trail that lets everybody read, and what it answers. */
function trailOn(store: Store) {
  const profile: Profile = { name: 'default', production: false, concurrency: 1, policy: ON_CALL };
  const trail = createAuditTrail({
    ...{ store, clock: createFakeClock(), profiles: new Map([['default', profile]]) },
    authorizer: { mayAudit: async () => ({ allowed: true, rule: 'everybody', readAt: NOON }) },
  });
  let deliveries = 0;
  const key = () => {
    deliveries += 1;
    return { key: `delivery ${deliveries}` };
  };
  return {
    async page(query: AuditQuery, turn: Turn = { to: 'latest' }): Promise<AuditPage> {
      const page = await trail.page(WHO, query, turn, key());
      if (page.kind !== 'page') throw new Error(page.kind);
      return page;
    },
    async export(query: AuditQuery) {
      const found = await trail.export(WHO, query, key());
      if (found.kind !== 'export') throw new Error(found.kind);
      return found;
    },
  };
}

describe('a search', () => {
  test('goes through the log stretch by stretch, and stops where all is older', async () => {
    const times = Array.from({ length: 6_500 }, (_, index) => entry({ at: new Date(NOON.getTime() + index) }));
    const store = await storeWith(times);
    const filter = { since: new Date(NOON.getTime() + 5_900) };
    const route = { start: 6_500, direction: 'to earlier', head: 6_500, most: 100_000 } as const;

    const seqs: number[] = [];
    const nexts: number[] = [];
    for await (const { records, next } of searchAudit(store, filter, route)) {
      seqs.push(...records.map(({ seq }) => seq));
      nexts.push(next);
    }

    expect(seqs).toEqual(Array.from({ length: 600 }, (_, index) => 6_500 - index));
    // The stretch before the last is read in two, since it holds more than is returned at once.
    expect(nexts).toEqual([6_000, 4_000, 2_000]);
  });

  test('ends at its bound, and says where to go on', async () => {
    const store = await storeWith(Array.from({ length: 5_000 }, () => entry()));
    const route = { start: 1, direction: 'to later', head: 5_000, most: 2_000 } as const;
    const filter = { since: NOON, user: 'U0NOBODY01' };

    const found = [];
    for await (const { next, over } of searchAudit(store, filter, route)) found.push({ next, over });

    expect(found).toEqual([{ next: 2_001, over: false }]);
  });

  test('lets others have their turn between any two stretches', async () => {
    const store = await storeWith(Array.from({ length: 20_000 }, () => entry()));
    let turns = 0;
    let timer = setImmediate(function count() {
      turns += 1;
      timer = setImmediate(count);
    });
    onTestFinished(() => clearImmediate(timer));

    let stretches = 0;
    const route = { start: 20_000, direction: 'to earlier', head: 20_000, most: 20_000 } as const;
    for await (const _ of searchAudit(store, { since: NOON, user: 'U0NOBODY01' }, route)) stretches += 1;

    expect(stretches).toBe(10);
    expect(turns).toBeGreaterThanOrEqual(stretches);
  });
});

describe('a log of 450,000 entries', { timeout: 60_000 }, () => {
  test('is looked through as far as one page goes, and page by page to its beginning', async () => {
    const { page } = trailOn(await longLog(450_000));
    const query = { since: NOON, token: '11111111' };

    const first = await page(query);
    const second = await page(query, { to: 'earlier', than: first.earlier ?? 0 });
    const third = await page(query, { to: 'earlier', than: second.earlier ?? 0 });

    expect([first, second, third].map(({ stoppedAfter }) => stoppedAfter)).toEqual([200_000, 200_000, undefined]);
    expect([first.records, second.records, third.records]).toEqual([[], [], []]);
    expect(third.earlier).toBeUndefined();
    expect(third.later).toBe((second.earlier ?? 0) - 1);
  });

  test('shows the rare entries of a token, in both directions', async () => {
    const { page } = trailOn(await longLog(450_000));
    const query = { since: NOON, token: TOKEN };

    const latest = await page(query);
    const earlier = await page(query, { to: 'earlier', than: latest.earlier ?? 0 });
    const later = await page(query, { to: 'later', than: earlier.later ?? 0 });

    expect(latest.records.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, n) => 445_000 - n * 10_000));
    expect(earlier.records[0]?.seq).toBe(345_000);
    expect(later.records.map(({ seq }) => seq)).toEqual(latest.records.map(({ seq }) => seq));
  });

  test('is exported as far as a file goes, the newest of it, in the order of the chain', async () => {
    const trail = trailOn(await longLog(450_000));

    const cut = await trail.export({ since: NOON });
    const whole = await trail.export({ since: NOON, token: TOKEN });

    expect(cut.isWhole).toBe(false);
    expect(cut.lines).toHaveLength(20_000);
    expect(JSON.parse(cut.lines.at(-1) ?? '').seq).toBe(450_000);
    expect(JSON.parse(cut.lines[0] ?? '').seq).toBe(430_001);
    expect(cut.oldest).toEqual(new Date(NOON.getTime() + 430_001));
    expect(whole.isWhole).toBe(true);
    expect(whole.lines).toHaveLength(45);
  });
});

test('an export is cut by its size too', async () => {
  const trail = trailOn(
    await storeWith(Array.from({ length: 100 }, () => entry({ detail: { note: 'x'.repeat(200_000) } }))),
  );

  const { lines, isWhole } = await trail.export({ since: NOON });

  expect(isWhole).toBe(false);
  expect(lines.length).toBe(41);
});

test('an empty log has an empty page and an empty export', async () => {
  const store = await openSqliteStore(IN_MEMORY);
  onTestFinished(() => store.close());
  const trail = trailOn(store);

  expect(await trail.page({ since: NOON })).toMatchObject({ records: [], earlier: undefined, later: undefined });
});

describe('an entry', () => {
  const recordOf = (overrides: Partial<AuditEntry>): AuditRecord => {
    const [row] = chained(undefined, [entry(overrides)]);
    if (!row) throw new Error('no row');
    return auditRecord(row);
  };

  test('that was tampered with is no reason to fail, and belongs to no profile', () => {
    const record = { ...recordOf({}), detail: '{"profile":"default"' };

    expect(shows({ since: NOON }, record)).toBe(true);
    expect(shows({ since: NOON, profiles: ['default'] }, record)).toBe(false);
    expect(JSON.parse(auditLine(record)).detail).toBe('{"profile":"default"');
  });

  test.each(['[]', '"default"', 'null', '{"profile":["default"]}', '{"profile":{"toString":"default"}}'])(
    'whose detail is %s belongs to no profile',
    (detail) => {
      expect(shows({ since: NOON, profiles: ['default'] }, { ...recordOf({}), detail })).toBe(false);
    },
  );

  test('names each token once, wherever it stands', () => {
    const other = '11111111-2222-4333-8444-555555555555';

    expect(tokensOf(recordOf({ subject: TOKEN, detail: { tokenIds: [other, TOKEN], note: `x${TOKEN}` } }))).toEqual([
      TOKEN,
      other,
    ]);
  });
});
