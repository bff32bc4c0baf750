import { expect, test } from 'vitest';
import type { Policy } from '../../../src/revocation/rights/policy.ts';
import type { TokenService } from '../../../src/revocation/token-service.ts';
import { quiet } from '../event-loop.ts';
import { ALICE, NOON, sampleProfile, sampleToken, sampleTokens, tokenId } from '../samples.ts';
import { createScriptedTokens, fails, hangs, type ScriptedTokens } from '../scripted-tokens.ts';
import { type Heart, startHeart } from '../start-heart.ts';

/** A heart with one more profile, `prod-eu`, that knows the tokens 3 and up. */
async function startWithAnother({
  policy = {},
  forceAllowed = false,
}: {
  policy?: Partial<Policy>;
  forceAllowed?: boolean;
} = {}) {
  const heart = await startHeart(forceAllowed ? { policy: { force: { users: [ALICE.user] } } } : {});
  const other = addProfile(heart, 'prod-eu', policy);
  return { heart, other };
}

function addProfile(heart: Heart, name: string, policy: Partial<Policy> = {}): ScriptedTokens {
  const other = createScriptedTokens(sampleTokens(5).slice(2), heart.clock.now);
  const get: TokenService['get'] = heart.tokens.get;
  heart.tokens.get = (request) => (request.profile === name ? other.get(request) : get(request));
  heart.profiles.set(name, sampleProfile(policy, { name, concurrency: 2 }));
  return other;
}

const asked = (...numbers: number[]) => ({ tokenIds: numbers.map(tokenId) });

test('a plan says on which other profile a token is that its own does not know', async () => {
  const { heart } = await startWithAnother();

  expect(await heart.plan(asked(1, 4, 3, 9))).toMatchObject({
    state: 'pending',
    elsewhere: [
      { id: tokenId(4), profile: 'prod-eu', revoked: false },
      { id: tokenId(3), profile: 'prod-eu', revoked: false },
    ],
  });
});

test('also where nothing is left to revoke, and whether it is revoked there', async () => {
  const { heart, other } = await startWithAnother();
  other.put(sampleToken(3, { revokedAt: NOON }));

  expect(await heart.plan(asked(3))).toMatchObject({
    state: 'refused',
    elsewhere: [{ id: tokenId(3), profile: 'prod-eu', revoked: true }],
  });
});

test('reads there and does nothing else', async () => {
  const { heart, other } = await startWithAnother();

  const plan = await heart.plan(asked(1, 3, 4, 5, 6));
  await heart.confirm(plan);
  await heart.finish(plan);

  expect(other.calls.map(({ doing }) => doing)).toEqual(['reading', 'reading', 'reading', 'reading']);
  expect(heart.tokens.revoking).toEqual([tokenId(1)]);
});

test('never more than two at a time, and at most a hundred: revocations that run there come first', async () => {
  const heart = await startHeart({ policy: { maxTokens: 1_000 } });
  const other = addProfile(heart, 'prod-eu');
  heart.profiles.set('prod-eu', sampleProfile({}, { name: 'prod-eu', concurrency: 16 }));

  const plan = await heart.plan({ tokenIds: sampleTokens(150).map(({ id }) => id) });

  expect(plan.elsewhere?.map(({ id }) => id)).toEqual([3, 4, 5].map(tokenId));
  expect(other.calls.map(({ request }) => request.tokenId)).toEqual(
    sampleTokens(102)
      .slice(2)
      .map(({ id }) => id),
  );
  expect(other.mostAtOnce).toBe(2);
});

test('is not looked for where there is no other profile', async () => {
  const heart = await startHeart();

  expect((await heart.plan(asked(1, 3))).elsewhere).toBeUndefined();
});

test('asks nobody where every token was found', async () => {
  const { heart, other } = await startWithAnother();

  expect((await heart.plan(asked(1, 2))).elsewhere).toEqual([]);
  expect(other.calls).toEqual([]);
});

test.each([
  ['where they may not revoke', { start: { users: [], usergroups: [] } }],
  [
    'where they may only look',
    { start: { users: [], usergroups: [] }, audit: { users: [ALICE.user], usergroups: [] } },
  ],
  ['that works in other channels', { channels: ['C0OTHER'] }],
])('does not look on a profile %s', async (_where, policy) => {
  const { heart, other } = await startWithAnother({ policy });

  expect((await heart.plan(asked(1, 3))).elsewhere).toEqual([]);
  expect(other.calls).toEqual([]);
});

test('a profile that does not answer keeps nobody waiting for more than two seconds, and hides no other', async () => {
  const { heart, other } = await startWithAnother();
  addProfile(heart, 'prod-us');
  other.onGet(tokenId(3), hangs());
  const planned = heart.plan(asked(1, 3));
  await quiet();

  heart.clock.advance(2_000);

  expect((await planned).elsewhere).toEqual([{ id: tokenId(3), profile: 'prod-us', revoked: false }]);
});

test.each(['unauthenticated', 'busy', 'limited'] as const)('one that fails as %s is passed over', async (kind) => {
  const { heart, other } = await startWithAnother();
  other.onGet(tokenId(3), fails(kind));

  expect(await heart.plan(asked(1, 3))).toMatchObject({ state: 'pending', elsewhere: [] });
  expect(heart.faults).toEqual([]);
});

test('whoever uses --force waits for it only where nothing can be revoked', async () => {
  const { heart, other } = await startWithAnother({ forceAllowed: true });

  await heart.plan({ ...asked(1, 3), force: true });
  expect(other.calls).toEqual([]);
  const plan = await heart.plan({ ...asked(4), force: true });

  expect(plan).toMatchObject({ state: 'refused', elsewhere: [{ id: tokenId(4), profile: 'prod-eu', revoked: false }] });
});
