import { describe, expect, test } from 'vitest';
import { reference } from '../../../src/revocation/ids.ts';
import { quiet } from '../event-loop.ts';
import { ALICE, BOB, later, sampleProfile, sampleToken, sampleTokens, tokenId } from '../samples.ts';
import { fails, hangs } from '../scripted-tokens.ts';
import { type Heart, outcomes, SEND_WITHIN_MS, startHeart } from '../start-heart.ts';

const ON_CALL = { start: { users: [], usergroups: ['S0ONCALL'] } };

/** Nothing may have happened to any token, and the operator must know. */
function expectNothingRevoked(heart: Heart): void {
  expect(heart.tokens.revoking).toEqual([]);
  expect(heart.heard().at(-1)).toBe('ended');
  expect(heart.store.actions()).not.toContain('revocation confirmed');
}

describe('a click that is still allowed, on tokens that are as shown', () => {
  test('starts the revocation, with an audit entry that holds the rule, the members and the tokens', async () => {
    const heart = await startHeart({ policy: ON_CALL });
    heart.directory.groups.set('S0ONCALL', [ALICE.user, BOB.user]);
    const plan = await heart.plan();
    await heart.confirm(plan);

    expect(outcomes(await heart.finish(plan))).toEqual(['revoked', 'revoked']);
    expect((await heart.stored(plan.id)).state).toBe('confirmed');
    expect(heart.store.audit.find(({ action }) => action === 'revocation confirmed')).toMatchObject({
      actor: ALICE.user,
      subject: plan.id,
      detail: {
        rule: 'start.usergroups S0ONCALL',
        members: [ALICE.user, BOB.user],
        membersReadAt: heart.clock.now(),
        tokenIds: [tokenId(1), tokenId(2)],
        forced: false,
      },
    });
  });

  test('invariant 5: what is revoked is a subset of what was shown', async () => {
    const heart = await startHeart({ tokens: sampleTokens(4) });
    heart.tokens.put(sampleToken(2, { revokedAt: later(-1) }));
    heart.tokens.onGet(tokenId(3), fails('busy'));
    const plan = await heart.plan({ tokenIds: [1, 2, 3, 9].map(tokenId) });
    // What was not live then does not matter, whatever becomes of it.
    heart.tokens.put(sampleToken(2));
    heart.tokens.put(sampleToken(9));

    await heart.confirm(plan);
    await heart.finish(plan);

    expect(heart.tokens.revoking).toEqual([tokenId(1)]);
  });

  test('is checked once, though the check was begun twice', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    const taken = await heart.clicks.claim(heart.click(plan));
    if (taken.kind !== 'taken') throw new Error(taken.kind);

    await Promise.all([heart.confirmation.check(taken.plan), heart.confirmation.check(taken.plan)]);
    await heart.finish(plan);

    expect(heart.store.actions().filter((action) => action === 'revocation confirmed')).toHaveLength(1);
    expect(heart.tokens.revoking).toEqual([tokenId(1), tokenId(2)]);
    expect(heart.heard().filter((about) => about === 'result')).toHaveLength(1);
  });
});

describe('tokens that are not as they were shown', () => {
  test('another description ends the plan, with the difference', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    heart.tokens.put(sampleToken(2, { description: 'vector' }));

    await heart.confirm(plan);
    await quiet();

    expect(await heart.stored(plan.id)).toMatchObject({
      state: 'changed',
      ending:
        'Tokens changed since this plan was shown. Nothing was revoked. 00000002: its description was “telegraf 2” and is now “vector”.',
    });
    expectNothingRevoked(heart);
  });

  test('other permissions end the plan, with the difference', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    heart.tokens.put(sampleToken(1, { permissions: [{ action: 'write', resource: '*' }] }));

    await heart.confirm(plan);
    await quiet();

    expect(await heart.stored(plan.id)).toMatchObject({
      state: 'changed',
      ending: expect.stringContaining('00000001: its permissions were write metrics and are now write *.'),
    });
    expectNothingRevoked(heart);
  });

  test('the audit entry of a change holds no descriptions', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    heart.tokens.put(sampleToken(2, { description: 'vector' }));
    await heart.confirm(plan);

    const entry = heart.store.audit.find(({ action }) => action === 'plan changed');
    expect(entry?.detail).toMatchObject({ changed: [tokenId(2)] });
    expect(JSON.stringify(heart.store.audit)).not.toContain('vector');
  });

  test('gone since: settled without a DELETE, and the rest goes on', async () => {
    const heart = await startHeart({ tokens: sampleTokens(3) });
    const plan = await heart.plan({ tokenIds: [1, 2, 3].map(tokenId) });
    heart.tokens.remove(tokenId(1));
    heart.tokens.put(sampleToken(2, { revokedAt: later(-500) }));

    await heart.confirm(plan);
    const items = await heart.finish(plan);

    expect(outcomes(items)).toEqual([
      'already revoked (no longer active)',
      'already revoked (revoked since the plan was shown)',
      'revoked',
    ]);
    expect(items[1]?.revokedAt).toEqual(later(-500));
    expect(heart.tokens.revoking).toEqual([tokenId(3)]);
  });

  test('all gone since: it ends at once, with a result', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    heart.tokens.remove(tokenId(1));
    heart.tokens.remove(tokenId(2));

    await heart.confirm(plan);
    await quiet();

    expect(await heart.revocation(plan.id)).toMatchObject({ state: 'done', finishedAt: later(0) });
    expect(heart.heard().at(-1)).toBe('result');
    expect(heart.tokens.revoking).toEqual([]);
  });

  test('partly unreadable: those are not sent, with the reason, and the rest goes on', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    heart.tokens.onGet(tokenId(1), fails('denied'));

    await heart.confirm(plan);

    expect(outcomes(await heart.finish(plan))).toEqual([
      'not sent (could not be checked again: the cluster forbids reading it)',
      'revoked',
    ]);
  });

  test('wholly unreadable, no answer within 10 s: refused, nothing was revoked', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    for (const number of [1, 2]) heart.tokens.onGet(tokenId(number), hangs());

    const confirmed = heart.confirm(plan);
    await quiet();
    heart.clock.advance(10_000);
    await confirmed;
    await quiet();

    expect(await heart.stored(plan.id)).toMatchObject({
      state: 'refused',
      ending: 'The tokens could not be checked again: the cluster did not answer in time. Nothing was revoked.',
    });
    expectNothingRevoked(heart);
  });

  test('a refused management token: refused, and said to be the problem', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    heart.tokens.onGet(tokenId(1), fails('unauthenticated'));

    await heart.confirm(plan);
    await quiet();

    expect(await heart.stored(plan.id)).toMatchObject({
      state: 'refused',
      ending: expect.stringContaining('own management token'),
    });
    expectNothingRevoked(heart);
  });

  test('taken by another revocation meanwhile: not sent, and that one is named', async () => {
    const heart = await startHeart({ policy: { force: { users: [ALICE.user] } } });
    const plan = await heart.plan();
    heart.tokens.onRevoke(tokenId(1), fails('busy'));
    const other = await heart.plan({ tokenIds: [tokenId(1)], force: true });
    await quiet();

    await heart.confirm(plan);

    expect(outcomes(await heart.finish(plan))).toEqual([
      `not sent (revocation ${reference(other.id)} has it)`,
      'revoked',
    ]);
    expect(outcomes(await heart.finish(other))).toEqual(['revoked']);
  });
});

describe('invariant 3: no revocation but by a person whose membership was just read', () => {
  test('who left the group since the plan was shown is refused, and told', async () => {
    const heart = await startHeart({ policy: ON_CALL });
    heart.directory.groups.set('S0ONCALL', [ALICE.user]);
    const plan = await heart.plan();
    heart.directory.groups.set('S0ONCALL', []);

    await heart.confirm(plan);
    await quiet();

    expect(await heart.stored(plan.id)).toMatchObject({
      state: 'refused',
      ending: expect.stringMatching(/^You are not on the list.* Nothing was revoked\.$/),
    });
    expect(heart.store.audit.at(-1)).toMatchObject({ action: 'plan refused', detail: { denial: 'not listed' } });
    expectNothingRevoked(heart);
  });

  test('a lookup that fails at the click is a refusal', async () => {
    const heart = await startHeart({ policy: ON_CALL });
    heart.directory.groups.set('S0ONCALL', [ALICE.user]);
    const plan = await heart.plan();
    heart.directory.silent.add('S0ONCALL');

    await heart.confirm(plan);
    await quiet();

    expectNothingRevoked(heart);
  });

  test('who must not is refused also while the cluster does not answer', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    heart.directory.people.set(ALICE.user, { deactivated: true });
    for (const number of [1, 2]) heart.tokens.onGet(tokenId(number), fails('unauthenticated'));

    await heart.confirm(plan);
    await quiet();

    expect(await heart.stored(plan.id)).toMatchObject({
      ending: 'Your account is deactivated. Nothing was revoked.',
    });
  });

  test('a reading that is older than 30 s when the confirmation takes effect is made anew', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    const ages = [31_000, 31_000, 30_000];
    const { person } = heart.directory;
    let asked = 0;
    heart.directory.person = (user, maxAgeMs) => {
      heart.directory.ageMs = ages[asked] ?? 0;
      asked += 1;
      return person(user, maxAgeMs);
    };

    await heart.confirm(plan);
    await heart.finish(plan);

    expect(asked).toBe(3);
    expect(heart.store.audit.find(({ action }) => action === 'revocation confirmed')?.detail).toMatchObject({
      membersReadAt: later(-30_000),
    });
  });

  test('asks for a reading at most 15 s old when the tokens were read, so that it is fresh enough', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();

    await heart.confirm(plan);

    expect(heart.directory.asked.at(-1)).toEqual({ id: ALICE.user, maxAgeMs: 15_000 });
  });

  test('what the policy protects since the plan was shown is not revoked', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    heart.profiles.set('default', sampleProfile({ protected: ['id:00000001-*'] }));

    await heart.confirm(plan);
    await quiet();

    expect(await heart.stored(plan.id)).toMatchObject({
      state: 'refused',
      ending: expect.stringContaining('protects 00000001'),
    });
    expectNothingRevoked(heart);
  });
});

describe('a click that was taken, and whose check was interrupted', () => {
  async function claimed() {
    const heart = await startHeart();
    const plan = await heart.plan();
    await heart.clicks.claim(heart.click(plan));
    return { heart, plan };
  }

  test('is checked by the process that comes next', async () => {
    const { heart, plan } = await claimed();

    await heart.again().resume();

    expect(outcomes(await heart.finish(plan))).toEqual(['revoked', 'revoked']);
    expect(heart.heard().at(-1)).toBe('result');
  });

  test('is refused when that takes longer than a confirmation lasts', async () => {
    const { heart, plan } = await claimed();
    heart.clock.advance(SEND_WITHIN_MS + 1);

    await heart.again().resume();
    await quiet();

    expect(await heart.stored(plan.id)).toMatchObject({
      state: 'refused',
      ending: 'The bot was interrupted for too long after the click. Nothing was revoked.',
    });
    expectNothingRevoked(heart);
  });

  test('is refused when its profile left the configuration', async () => {
    const { heart, plan } = await claimed();
    heart.profiles.clear();

    await heart.again().resume();
    await quiet();

    expect(await heart.stored(plan.id)).toMatchObject({
      ending: 'There is no profile default any more. Nothing was revoked.',
    });
    expectNothingRevoked(heart);
  });
});
