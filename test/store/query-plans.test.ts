import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, test } from 'vitest';
import { newReminder } from '../../src/revocation/rotating/rotation.ts';
import type { Transaction } from '../../src/revocation/store.ts';
import { migrationsFor } from '../../src/store/migrations.ts';
import type { Tables } from '../../src/store/schema.ts';
import { sqliteDriver } from '../../src/store/sqlite-driver.ts';
import { stepsOn } from '../../src/store/transaction.ts';
import {
  later,
  NOON,
  sampleEntry,
  sampleItem,
  samplePlan,
  sampleRevocation,
  sampleRotation,
  TOKEN_IDS,
} from './samples.ts';

/** How SQLite goes about every statement of these steps: one line for each table it looks into. */
async function plansOf(steps: (transaction: Transaction) => Promise<unknown>): Promise<readonly string[]> {
  const database = new DatabaseSync(':memory:');
  const statements: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  const db = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: sqliteDriver(database) }),
    log: ({ query: { sql, parameters } }) => void statements.push({ sql, parameters }),
  });
  const { error } = await new Migrator({ db, provider: migrationsFor('sqlite') }).migrateToLatest();
  if (error) throw error;
  statements.splice(0);
  await steps(stepsOn(db, { keeper: 'the only one', shared: false, hold: async () => undefined }).steps);
  const plans = statements.flatMap(({ sql, parameters }) =>
    database.prepare(`explain query plan ${sql}`).all(...parameters.filter(isValue)),
  );
  await db.destroy();
  return plans.map(({ detail }) => String(detail));
}

function isValue(value: unknown): value is SQLInputValue {
  return value === null || ['string', 'number', 'bigint'].includes(typeof value);
}

/** What is read from one end to the other: more and more, as the store grows. A partial index holds open work only. */
function scans(plans: readonly string[]): readonly string[] {
  return plans.filter((detail) =>
    /^SCAN (?:plan|revocation|item|announcement|audit|seen|rotation|reminder)\b(?!.* INDEX )/.test(detail),
  );
}

test('however many plans there were, a message is not searched for among them', async () => {
  const plan = samplePlan();
  const announcement = { planId: plan.id, about: 'plan', attempt: 1, runAt: later(1_000) } as const;

  const plans = await plansOf(async (transaction) => {
    await transaction.addPlan(plan, sampleEntry('plan asked for'));
    await transaction.announce(plan.id, 'plan', NOON);
    await transaction.dueAnnouncements(NOON, 8);
    await transaction.nextAnnouncementAt(NOON);
    expect(await transaction.postponeAnnouncement(announcement)).toBe(true);
    await transaction.finishAnnouncement(announcement, NOON);
  });

  expect(plans).toContainEqual(expect.stringContaining('announcement_due'));
  expect(scans(plans)).toEqual([]);
});

test('however many plans there were, the way from a command to its result reads none of them', async () => {
  const plan = samplePlan();
  const items = TOKEN_IDS.map((tokenId) => sampleItem(plan, tokenId));

  const plans = await plansOf(async (transaction) => {
    await transaction.firstDelivery('key', NOON);
    await transaction.twin('twin', NOON);
    await transaction.addPlan(plan, sampleEntry('plan asked for'));
    await transaction.movePlan({ ...plan, state: 'confirmed' }, plan.state, sampleEntry('revocation confirmed'));
    await transaction.held(plan.profile, TOKEN_IDS);
    await transaction.held(plan.profile);
    await transaction.addRevocation(sampleRevocation(plan), items);
    await transaction.claimItems({ profile: plan.profile, limit: 8, now: NOON, leaseUntil: later(15_000) });
    await transaction.nextItemAt(NOON);
    await transaction.openItems(plan.id);
    await transaction.items(plan.id);
  });

  expect(plans.length).toBeGreaterThan(5);
  expect(scans(plans)).toEqual([]);
});

test('however many plans there were, what one person has open is found without reading those of others', async () => {
  const person = { user: 'U0ALICE', team: 'T0001' };

  const plans = await plansOf(async (transaction) => {
    await transaction.ownPlans(person, ['draft', 'pending', 'claimed'], 1_000);
    await transaction.ownRunning(person, 5);
    await transaction.ownEnded(person, 10);
    await transaction.ownTroubles(person, NOON, 20);
    await transaction.ownUndelivered(person, 10);
  });

  expect(plans).toContainEqual(expect.stringContaining('plan_operator'));
  expect(scans(plans)).toEqual([]);
});

test('however many plans one person had, what runs and what was not delivered is found among what is open', async () => {
  const person = { user: 'U0ALICE', team: 'T0001' };

  const running = await plansOf((transaction) => transaction.ownRunning(person, 5));
  const undelivered = await plansOf((transaction) => transaction.ownUndelivered(person, 10));

  const byId = 'SEARCH plan USING INDEX sqlite_autoindex_plan_1 (id=?)';
  expect(running.slice(0, 2)).toEqual(['SCAN revocation USING COVERING INDEX revocation_running', byId]);
  expect(undelivered.slice(0, 2)).toEqual([
    expect.stringMatching(/^SCAN announcement USING INDEX announcement_due/),
    byId,
  ]);
});

test('however many plans there were, what is forgotten is found by its age', async () => {
  const plans = await plansOf((transaction) => transaction.forget({ deliveries: NOON, replies: NOON }));

  expect(plans).toContainEqual(expect.stringContaining('plan_reply'));
  expect(plans).toContainEqual(expect.stringContaining('seen_at'));
  expect(scans(plans)).toEqual([]);
});

test('however long the audit log is, one look at it reads a stretch of it by its numbers', async () => {
  const filter = { since: NOON, token: 'a0eebc99', user: 'U0ALICE001', profiles: ['default'] };

  const plans = await plansOf((transaction) =>
    transaction.auditEntries({ first: 1, last: 2_000, newestFirst: true, limit: 500 }, filter),
  );

  expect(plans.length).toBeGreaterThan(0);
  for (const plan of plans) expect(plan).toMatch(/^SEARCH audit USING INDEX \S+ \(seq>\? AND seq<\?\)/);
});

test('however much was rotated, what is open and what is due is found without reading the rest', async () => {
  const plan = samplePlan({ state: 'confirmed' });
  const items = TOKEN_IDS.map((tokenId) => sampleItem(plan, tokenId, { state: 'done', outcome: 'revoked' }));
  const rotations = TOKEN_IDS.map((tokenId) => sampleRotation(plan, tokenId));
  const reminder = newReminder(plan.id, NOON);

  const plans = await plansOf(async (transaction) => {
    await transaction.addPlan(plan, sampleEntry('plan asked for'));
    await transaction.addRevocation(sampleRevocation(plan, { state: 'done' }), items);
    await transaction.addRotations(reminder, rotations);
    await transaction.dueReminders(NOON, 4);
    await transaction.nextReminderAt(NOON);
    await transaction.reminder(plan.id);
    await transaction.moveReminder({ ...reminder, attempt: 1 }, reminder);
    await transaction.rotations(plan.id);
    await transaction.rotation(rotations[0]?.id ?? '');
    await transaction.moveRotations([rotations[0]?.id ?? ''], ['open'], { state: 'rotated', closedAt: NOON });
    expect(await transaction.ownRotations({ user: 'U0ALICE', team: 'T0001' }, NOON, 10)).toHaveLength(1);
    await transaction.othersRotations({ user: 'U0ALICE', team: 'T0001' }, NOON, 10);
    await transaction.countRotations(NOON);
    await transaction.untoldRotations();
    await transaction.forgetRotations(NOON);
  });

  expect(plans).toContainEqual(expect.stringContaining('reminder_due'));
  for (const found of [
    /^SEARCH rotation USING COVERING INDEX rotation_left \(revocation_id=\?/,
    /^SCAN rotation USING COVERING INDEX rotation_left/,
    /^SEARCH reminder USING INDEX reminder_operator \(operator=\? AND team=\?\)/,
    /^SEARCH reminder USING INDEX reminder_due \(run_at=\? AND opened_at<\?\)/,
  ])
    expect(plans).toContainEqual(expect.stringMatching(found));
  expect(scans(plans)).toEqual([]);
});
