import { describe, expect, test } from 'vitest';
import { quiet } from '../event-loop.ts';
import { ALICE, sampleTokens, tokenId } from '../samples.ts';
import { fails, held } from '../scripted-tokens.ts';
import { type Heart, startHeart } from '../start-heart.ts';

/** A revocation of six tokens of which some never answer, so that it goes on for as long as the test likes. */
async function running(concurrency = 2) {
  const heart = await startHeart({ tokens: sampleTokens(6), profile: { concurrency } });
  const plan = await heart.plan({ tokenIds: [1, 2, 3, 4, 5, 6].map(tokenId), timeoutMs: 300_000 });
  const last = held();
  // Tried again and again, so that no lease runs out.
  heart.tokens.onRevoke(
    tokenId(6),
    fails('throttled', { retryAfterMs: 60_000 }),
    fails('throttled', { retryAfterMs: 60_000 }),
    last.answer,
  );
  await heart.confirm(plan);
  await quiet();
  return { heart, plan, last };
}

async function at(heart: Heart, ms: number): Promise<readonly string[]> {
  heart.clock.advance(ms);
  await quiet();
  return heart.heard();
}

describe('progress', () => {
  test('is told after 1.5 s, 10 s and 60 s, in place of the plan, and the result comes last', async () => {
    const { heart, plan, last } = await running();
    expect(heart.heard()).toEqual(['plan', 'checking']);

    expect(await at(heart, 1_499)).toHaveLength(2);
    expect(await at(heart, 1)).toEqual(['plan', 'checking', 'progress']);
    expect(await at(heart, 8_499)).toHaveLength(3);
    expect(await at(heart, 1)).toHaveLength(4);
    expect(await at(heart, 49_999)).toHaveLength(4);
    expect(await at(heart, 1)).toHaveLength(5);
    last.release();
    await heart.finish(plan);

    expect(heart.heard()).toEqual(['plan', 'checking', 'progress', 'progress', 'progress', 'result']);
    for (const { reply } of heart.told.slice(1)) expect(reply?.replaces).toBe(true);
  });

  test('uses the click’s response URL once for checking, at most three times for progress, and leaves one for the result', async () => {
    const { heart, plan, last } = await running();
    for (let tick = 0; tick < 20; tick += 1) {
      heart.progress.paused('default');
      await at(heart, 1_000);
    }
    last.release();
    await heart.finish(plan);

    expect(heart.heard()).toEqual(['plan', 'checking', 'progress', 'progress', 'progress', 'result']);
    expect(heart.told.at(-1)?.reply).toBeDefined();
    expect((await heart.stored(plan.id)).reply?.uses).toBe(5);
  });

  test('says how far it is', async () => {
    const { heart } = await running();
    await at(heart, 1_500);

    const { news } = heart.told.at(-1) ?? {};
    if (news?.about !== 'progress') throw new Error(`told of ${news?.about}`);
    expect(news.items.map(({ outcome }) => outcome)).toEqual([
      ...Array.from({ length: 5 }, () => 'revoked'),
      undefined,
    ]);
    expect(news).toMatchObject({ pause: undefined, revocation: { state: 'running' } });
  });

  test('of a revocation that is over is not told', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    await heart.confirm(plan);
    await heart.finish(plan);

    heart.progress.tell(plan);
    heart.progress.paused('default');
    await at(heart, 120_000);

    expect(heart.heard()).toEqual(['plan', 'checking', 'result']);
  });

  test('never overtakes the result, however slow its sending is', async () => {
    const { heart, plan, last } = await running();
    const slow = Promise.withResolvers<void>();
    heart.deliveries.push(() => slow.promise);
    await at(heart, 1_500);
    last.release();
    await heart.finish(plan);
    expect(heart.heard()).toEqual(['plan', 'checking']);

    slow.resolve();
    await quiet();

    expect(heart.heard()).toEqual(['plan', 'checking', 'progress', 'result']);
  });

  test('that cannot be sent is left out, and logged', async () => {
    const { heart } = await running();
    heart.deliveries.push(async () => {
      throw new Error('scripted: Slack is away');
    });

    await at(heart, 1_500);

    expect(heart.heard()).toEqual(['plan', 'checking']);
    expect(heart.faults.join()).toContain('Slack is away');
    expect(await at(heart, 8_500)).toEqual(['plan', 'checking', 'progress']);
  });

  test('is not told where no message can be replaced, as after --force', async () => {
    const heart = await startHeart({ policy: { force: { users: [ALICE.user] } } });
    heart.tokens.onRevoke(tokenId(1), fails('throttled', { retryAfterMs: 30_000 }));
    const plan = await heart.plan({ force: true });

    await at(heart, 10_000);
    expect(heart.heard()).toEqual([]);
    await heart.finish(plan);

    expect(heart.heard().toSorted()).toEqual(['result', 'shared result']);
  });

  test('is not told any more once it is stopped', async () => {
    const { heart } = await running();

    heart.progress.stop();

    expect(await at(heart, 120_000)).toEqual(['plan', 'checking']);
  });
});

describe('a click on Stop the rest', () => {
  test('brings five new uses, and is answered there', async () => {
    const { heart, plan } = await running();
    await at(heart, 60_000);
    heart.wake();
    await quiet();

    await heart.clicks.stop(heart.click(plan, { replyUrl: 'https://hooks.slack.com/actions/stop' }));
    heart.wake();
    heart.progress.tell(plan);
    await heart.finish(plan);

    expect(heart.told.at(-1)).toMatchObject({
      news: { about: 'result', revocation: { stoppedBy: ALICE.user } },
      reply: { url: 'https://hooks.slack.com/actions/stop' },
    });
  });
});

test('checking is not told of a plan that has already gone on', async () => {
  const heart = await startHeart();
  const plan = await heart.plan();
  await heart.clicks.cancel(heart.click(plan));

  heart.progress.checking(plan);
  await quiet();

  expect(heart.heard()).toEqual(['plan']);
});

test('invariant 12: a revocation that is over is not followed any longer', async () => {
  const heart = await startHeart({ policy: { force: { users: [ALICE.user] } } });
  heart.tokens.onRevoke(
    tokenId(1),
    fails('throttled', { retryAfterMs: 60_000 }),
    fails('throttled', { retryAfterMs: 60_000 }),
  );
  const long = await heart.plan({ tokenIds: [tokenId(1)], timeoutMs: 300_000 });
  await heart.confirm(long);
  const forced = await heart.plan({ tokenIds: [tokenId(2)], force: true });
  await heart.finish(forced);
  await heart.finish(long);
  await at(heart, 60_000);
  const before = heart.store.begun;

  heart.progress.paused('default');
  await at(heart, 0);

  expect(heart.store.begun).toBe(before);
});

test('a revocation that goes on after a start is followed', async () => {
  const { heart, plan } = await running();
  heart.progress.stop();

  await heart.again().start();
  await at(heart, 1_500);

  expect(heart.told.at(-1)?.news).toMatchObject({ about: 'progress', plan: { id: plan.id } });
});
