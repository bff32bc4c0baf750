import { expect, test } from 'vitest';
import { createUnfinished } from '../../../src/revocation/confirming/unfinished.ts';
import { quiet } from '../event-loop.ts';
import { tokenId } from '../samples.ts';
import { startHeart } from '../start-heart.ts';

async function given(prepare: () => Promise<void> = async () => undefined) {
  const heart = await startHeart();
  const done: string[] = [];
  const unfinished = createUnfinished({
    ...{ store: heart.store, clock: heart.clock, pollMs: 1_000 },
    prepare: async ({ id }) => {
      done.push(`prepare ${id}`);
      await prepare();
    },
    check: async ({ id }) => {
      done.push(`check ${id}`);
    },
    onRunning: (plans) => done.push(...plans.map(({ id }) => `follow ${id}`)),
    onFault: (error, doing) => done.push(`${doing}: ${error}`),
  });
  const drafted = await heart.draft({ tokenIds: [tokenId(1)] });
  if (drafted.kind !== 'drafted') throw new Error(drafted.kind);
  const pass = async (ms: number) => {
    heart.clock.advance(ms);
    await quiet();
  };
  return { heart, unfinished, done, pass, plan: drafted.plan };
}

test('drafts are prepared and claims are checked, also those that come later', async () => {
  const { heart, unfinished, done, pass, plan } = await given();
  await unfinished.start();
  const claimed = await heart.plan({ tokenIds: [tokenId(2)] });
  await heart.clicks.claim(heart.click(claimed));
  await pass(1_000);

  expect(done).toContain(`prepare ${plan.id}`);
  expect(done).toContain(`check ${claimed.id}`);
  unfinished.stop();
});

test('what is under way is not begun a second time: who asks for it joins in', async () => {
  const gate = Promise.withResolvers<void>();
  const { unfinished, done, pass, plan } = await given(() => gate.promise);
  await unfinished.start();
  const joined = unfinished.prepare(plan);
  await pass(1_000);
  await pass(1_000);

  expect(done).toEqual([`prepare ${plan.id}`]);
  gate.resolve();
  await joined;
  unfinished.stop();
});

test('what failed is tried again after a moment, and not at once', async () => {
  const { unfinished, done, pass, plan } = await given(async () => {
    throw new Error('the store is gone');
  });
  await unfinished.start();
  await quiet();
  const failed = [`prepare ${plan.id}`, `preparing ${plan.id}: Error: the store is gone`];
  await pass(4_000);
  expect(done).toEqual(failed);

  await pass(1_000);
  await pass(1_000);

  expect(done).toEqual([...failed, ...failed]);
  unfinished.stop();
});

test('a look that fails is a fault, and the next one comes', async () => {
  const { heart, unfinished, done, pass, plan } = await given();
  heart.store.failAt(heart.store.begun + 1, 'before');
  await unfinished.start();
  expect(done).toEqual(['looking for what was left behind: Error: scripted: the store is gone']);

  await pass(1_000);

  expect(done).toContain(`prepare ${plan.id}`);
  unfinished.stop();
});

test('a revocation that was taken over is followed, and nothing is looked for once it is stopped', async () => {
  const { heart, unfinished, done, pass, plan } = await given();
  await heart.behind((transaction) => transaction.releaseLeases(heart.clock.now()));
  unfinished.stop();
  await unfinished.start();
  await pass(60_000);

  expect(done).toEqual([`prepare ${plan.id}`]);
});
