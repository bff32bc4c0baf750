import { describe, expect, test } from 'vitest';
import { keepHouse, takeOver, undecided } from '../../src/revocation/housekeeping.ts';
import { newReminder, newRotations, over } from '../../src/revocation/rotating/rotation.ts';
import { quiet } from './event-loop.ts';
import { NOON, samplePlan, tokenId, workItem } from './samples.ts';
import { held } from './scripted-tokens.ts';
import { EXPIRES_AFTER_MS, type Heart, startHeart } from './start-heart.ts';

function housed(heart: Heart): { readonly faults: string[]; stop(): void } {
  const faults: string[] = [];
  const stop = keepHouse({
    store: heart.store,
    clock: heart.clock,
    onFault: (error, doing) => faults.push(`${doing}: ${error}`),
  });
  return { faults, stop };
}

async function pass(heart: Heart, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10_000) {
    heart.clock.advance(10_000);
    await quiet();
  }
}

describe('keeping house', () => {
  test('expires plans nobody confirmed, with an audit entry, and tells nobody', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    housed(heart);

    await pass(heart, EXPIRES_AFTER_MS - 10_000);
    expect((await heart.stored(plan.id)).state).toBe('pending');
    await pass(heart, 40_000);

    expect((await heart.stored(plan.id)).state).toBe('expired');
    expect(heart.store.actions().at(-1)).toBe('plan expired');
    expect(heart.heard()).toEqual(['plan']);
  });

  test('forgets who opened the App Home when they have not for six weeks', async () => {
    const heart = await startHeart();
    const person = { user: 'U0ALICE', team: 'T0001' };
    const remembered = () => heart.behind((transaction) => transaction.hasHome(person));
    await heart.behind((transaction) => transaction.rememberHome(person, heart.clock.now()));
    const house = housed(heart);
    const weeks = 6 * 7 * 24 * 3_600_000;

    heart.clock.step(weeks - 60_000);
    await pass(heart, 30_000);
    const before = await remembered();
    await pass(heart, 60_000);
    house.stop();

    expect([before, await remembered()]).toEqual([true, false]);
  });

  test('forgets rotations 90 days after they were closed', async () => {
    const heart = await startHeart();
    const plan = samplePlan({ state: 'confirmed' });
    const revocation = { id: plan.id, state: 'done', createdAt: NOON, finishedAt: NOON } as const;
    const [rotation] = newRotations(plan, [workItem({ revocationId: plan.id, outcome: 'revoked' })], NOON);
    const entry = { at: NOON, actor: 'U0ALICE', action: 'asked', subject: plan.id, detail: {} };
    await heart.behind(async (transaction) => {
      await transaction.addPlan(plan, entry);
      await transaction.addRevocation(revocation, [workItem({ revocationId: plan.id, state: 'done' })]);
      await transaction.addRotations(over(newReminder(plan.id, NOON)), rotation ? [rotation] : []);
      const end = { state: 'rotated', closedAt: heart.clock.now() } as const;
      await transaction.moveRotations([rotation?.id ?? ''], ['open'], end);
    });
    const remembered = () => heart.behind(async (transaction) => (await transaction.rotations(plan.id)).length);
    const house = housed(heart);

    heart.clock.step(90 * 24 * 3_600_000 - 60_000);
    await pass(heart, 30_000);
    const before = await remembered();
    await pass(heart, 60_000);
    house.stop();

    expect([before, await remembered()]).toEqual([1, 0]);
  });

  test('leaves claimed, running and decided plans alone', async () => {
    const heart = await startHeart();
    const claimed = await heart.plan({ tokenIds: [tokenId(1)] });
    const cancelled = await heart.plan({ tokenIds: [tokenId(2)] });
    await heart.clicks.claim(heart.click(claimed));
    await heart.clicks.cancel(heart.click(cancelled));
    housed(heart);

    await pass(heart, EXPIRES_AFTER_MS + 60_000);

    expect((await heart.stored(claimed.id)).state).toBe('claimed');
    expect((await heart.stored(cancelled.id)).state).toBe('cancelled');
  });

  test('erases response URLs after half an hour', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    housed(heart);

    await pass(heart, 1_790_000);
    expect((await heart.stored(plan.id)).reply).toBeDefined();
    await pass(heart, 60_000);

    expect((await heart.stored(plan.id)).reply).toBeUndefined();
  });

  test('invariant 4: remembers deliveries for a day, longer than any can be replayed', async () => {
    const heart = await startHeart();
    await heart.draft({}, { key: 'the same' });
    housed(heart);

    heart.clock.advance(24 * 3_600_000 - 1);
    await quiet();
    expect((await heart.draft({}, { key: 'the same' })).kind).toBe('repeated');
    await pass(heart, 60_000);

    expect((await heart.draft({}, { key: 'the same' })).kind).toBe('drafted');
  });

  test('goes on after a fault', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    heart.clock.advance(EXPIRES_AFTER_MS);
    heart.store.failAt(heart.store.begun + 1, 'undone');
    const { faults } = housed(heart);
    await pass(heart, 10_000);
    expect(faults).toEqual(['expiring plans: Error: scripted: the commit failed']);

    await pass(heart, 30_000);

    expect((await heart.stored(plan.id)).state).toBe('expired');
  });

  test('ends when it is stopped', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    housed(heart).stop();

    await pass(heart, EXPIRES_AFTER_MS + 60_000);

    expect((await heart.stored(plan.id)).state).toBe('pending');
  });
});

describe('a start', () => {
  test('takes over what runs: leases are given back, as sent and lost, due at once', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    heart.tokens.onRevoke(tokenId(1), held().answer);
    await heart.confirm(plan);
    await quiet();

    const plans = await takeOver(heart.store, heart.clock);

    expect(plans.map(({ id }) => id)).toEqual([plan.id]);
    expect(await heart.items(plan.id)).toMatchObject([
      { state: 'ready', attempt: 1, sent: true, lost: true, runAt: heart.clock.now() },
      { state: 'done', outcome: 'revoked' },
    ]);
  });

  test('finds drafts that were never shown, and clicks that were never checked', async () => {
    const heart = await startHeart();
    const drafted = await heart.draft({ tokenIds: [tokenId(1)] });
    const claimed = await heart.plan({ tokenIds: [tokenId(2)] });
    await heart.clicks.claim(heart.click(claimed));
    if (drafted.kind !== 'drafted') throw new Error(drafted.kind);

    const left = await undecided(heart.store);

    expect(left.drafts.map(({ id }) => id)).toEqual([drafted.plan.id]);
    expect(left.claimed.map(({ id }) => id)).toEqual([claimed.id]);
  });

  test('invariant 10: shows the drafts and finishes the clicks', async () => {
    const heart = await startHeart();
    const drafted = await heart.draft({ tokenIds: [tokenId(1)] });
    const claimed = await heart.plan({ tokenIds: [tokenId(2)] });
    await heart.clicks.claim(heart.click(claimed));
    if (drafted.kind !== 'drafted') throw new Error(drafted.kind);
    const next = heart.again();

    await next.start();
    await next.resume();
    await heart.finish(claimed);

    expect((await heart.stored(drafted.plan.id)).state).toBe('pending');
    expect(heart.tokens.revoking).toEqual([tokenId(2)]);
    expect(heart.heard().toSorted()).toEqual(['plan', 'plan', 'result']);
  });
});
