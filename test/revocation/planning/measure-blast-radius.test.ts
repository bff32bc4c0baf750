import { describe, expect, test } from 'vitest';
import type { LostAccess } from '../../../src/revocation/planning/blast-radius.ts';
import { quiet } from '../event-loop.ts';
import { ALICE, sampleProfile, sampleToken, sampleTokens, tokenId } from '../samples.ts';
import { fails, hangs, held } from '../scripted-tokens.ts';
import { startHeart } from '../start-heart.ts';

const lost = (...names: string[]): LostAccess => ({ names, more: 0, unnamed: false });

test('a plan says what no other token can do once it is done', async () => {
  const tokens = [
    sampleToken(1, { permissions: [{ action: 'write', resource: 'metrics' }] }),
    sampleToken(2, { permissions: [{ action: 'read', resource: 'logs' }] }),
    sampleToken(3, { permissions: [{ action: 'read', resource: 'logs' }] }),
  ];
  const heart = await startHeart({ tokens });

  const plan = await heart.plan();

  expect(plan).toMatchObject({ state: 'pending', blastRadius: { unwritable: lost('metrics'), unreadable: lost() } });
  expect(heart.tokens.listings).toMatchObject([{ profile: 'default' }]);
});

describe('a token that', () => {
  test('a running revocation is about to revoke does not stay', async () => {
    const heart = await startHeart();
    const running = await heart.plan({ tokenIds: [tokenId(1)] });
    heart.tokens.onRevoke(tokenId(1), fails('busy', { answered: true }));
    await heart.confirm(running);
    await quiet();

    const plan = await heart.plan({ tokenIds: [tokenId(2)] });

    expect(plan.blastRadius).toMatchObject({ unwritable: lost('metrics') });
  });

  test('somebody has just confirmed does not stay', async () => {
    const heart = await startHeart();
    const claimed = await heart.plan({ tokenIds: [tokenId(1)] });
    await heart.clicks.claim(heart.click(claimed));

    const plan = await heart.plan({ tokenIds: [tokenId(2)] });

    expect(plan.blastRadius).toMatchObject({ unwritable: lost('metrics') });
  });

  test('waits for a click, or was spared when its revocation was stopped, stays', async () => {
    const heart = await startHeart({ tokens: sampleTokens(3) });
    const stopped = await heart.plan({ tokenIds: [tokenId(1)] });
    heart.tokens.onRevoke(tokenId(1), fails('busy', { answered: true }));
    await heart.confirm(stopped);
    await quiet();
    await heart.clicks.stop(heart.click(stopped));

    const last = await heart.plan({ tokenIds: [tokenId(2), tokenId(3)] });
    await heart.clicks.cancel(heart.click(last));
    await heart.plan({ tokenIds: [tokenId(1)] });
    const other = await heart.plan({ tokenIds: [tokenId(2), tokenId(3)], reason: 'again' });

    expect(last.blastRadius).toMatchObject({ unwritable: lost() });
    expect(other.blastRadius).toMatchObject({ unwritable: lost() });
  });

  test('goes on another profile is another token', async () => {
    const heart = await startHeart();
    heart.profiles.set('other', sampleProfile({}, { name: 'other' }));
    const claimed = await heart.plan({ tokenIds: [tokenId(1)], profile: 'other' });
    await heart.clicks.claim(heart.click(claimed));

    const plan = await heart.plan({ tokenIds: [tokenId(2)] });

    expect(plan.blastRadius).toMatchObject({ unwritable: lost() });
  });
});

test('it is measured while the tokens are read, not after', async () => {
  const heart = await startHeart();
  const slow = held();
  heart.tokens.onGet(tokenId(1), slow.answer);

  const planned = heart.plan();
  await quiet();

  expect(heart.tokens.listings).toHaveLength(1);
  slow.release();
  expect((await planned).blastRadius).toBeDefined();
});

test('a slow list keeps a plan waiting for two seconds, no longer, and is ended', async () => {
  const heart = await startHeart();
  heart.tokens.onList(hangs());
  const planned = heart.plan();
  await quiet();
  heart.clock.advance(1_999);
  await quiet();
  expect(heart.heard()).toEqual([]);

  heart.clock.advance(1);

  expect(await planned).toMatchObject({
    state: 'pending',
    blastRadius: { notChecked: 'the list of tokens took longer than two seconds' },
  });
  expect(heart.tokens.listings[0]?.signal?.aborted).toBe(true);
});

test('where others list the tokens of this profile all the time, a plan says that', async () => {
  const heart = await startHeart();
  heart.tokens.onList(hangs(), hangs());
  const others = [heart.plan({ tokenIds: [tokenId(1)] }), heart.plan({ tokenIds: [tokenId(2)] })];
  await quiet();

  const planned = heart.plan();
  await quiet();
  heart.clock.advance(1_500);

  expect(await planned).toMatchObject({
    state: 'pending',
    blastRadius: { notChecked: 'others are listing the tokens of this profile' },
  });
  expect(heart.tokens.listings).toHaveLength(2);
  heart.clock.advance(500);
  await Promise.all(others);
});

test('a list that heeds nobody does not keep it waiting either', async () => {
  const heart = await startHeart();
  heart.tokens.onList(() => new Promise(() => undefined));
  const planned = heart.plan();
  await quiet();

  heart.clock.advance(2_000);

  expect((await planned).state).toBe('pending');
});

test('a list that fails leaves the plan as it is, and says why', async () => {
  const heart = await startHeart();
  heart.tokens.onList(fails('busy'));

  expect(await heart.plan()).toMatchObject({
    state: 'pending',
    blastRadius: { notChecked: 'the cluster could not answer' },
  });
});

test('nothing waits for it where nothing is left to revoke', async () => {
  const heart = await startHeart({ tokens: [] });
  heart.tokens.onList(hangs());

  const plan = await heart.plan();

  expect(plan.state).toBe('refused');
  expect(plan.blastRadius).toBeUndefined();
  expect(heart.tokens.listings[0]?.signal?.aborted).toBe(true);
});

test('whoever uses --force does not wait for it: no list is asked for', async () => {
  const heart = await startHeart({ policy: { force: { users: [ALICE.user] } } });

  await heart.plan({ force: true });

  expect(heart.tokens.listings).toEqual([]);
});

test('a management token that is refused ends the plan, whatever becomes of the list', async () => {
  const heart = await startHeart();
  heart.tokens.onGet(tokenId(1), fails('unauthenticated'));
  heart.tokens.onList(fails('unauthenticated'));

  expect((await heart.plan()).ending).toContain('rejected the bot');
});
