import { describe, expect, test } from 'vitest';
import { quiet } from '../event-loop.ts';
import { ALICE, BOB, later, sampleToken, sampleTokens, tokenId } from '../samples.ts';
import { fails, hangs } from '../scripted-tokens.ts';
import { EXPIRES_AFTER_MS, outcomes, startHeart } from '../start-heart.ts';

describe('a request', () => {
  test('is written down, with its audit entry, before anybody but the store is asked', async () => {
    const heart = await startHeart();

    const drafted = await heart.draft();

    if (drafted.kind !== 'drafted') throw new Error(drafted.kind);
    expect(await heart.stored(drafted.plan.id)).toMatchObject({
      state: 'draft',
      tokens: [],
      createdAt: heart.clock.now(),
      expiresAt: later(EXPIRES_AFTER_MS),
      reply: { url: 'https://hooks.slack.com/commands/1', uses: 0, replaces: false },
    });
    expect(heart.store.audit).toMatchObject([
      {
        actor: ALICE.user,
        action: 'plan asked for',
        subject: drafted.plan.id,
        detail: { tokenIds: [tokenId(1), tokenId(2)], reason: 'leaked in a build log', force: false, channel: 'C0001' },
      },
    ]);
    expect([...heart.tokens.calls, ...heart.directory.asked]).toEqual([]);
  });

  test('is accepted once, however often Slack delivers it', async () => {
    const heart = await startHeart();
    const kinds = [];
    for (let time = 0; time < 3; time += 1) kinds.push((await heart.draft({}, { key: 'the same' })).kind);

    expect(kinds).toEqual(['drafted', 'repeated', 'repeated']);
    expect(heart.store.actions()).toEqual(['plan asked for']);
  });

  test('is not accepted when its audit entry cannot be written', async () => {
    const heart = await startHeart();
    heart.store.failAt(1, 'at the audit');

    await expect(heart.draft({}, { key: 'one' })).rejects.toThrow('the disk is full');

    // Nothing of it stayed: neither the plan nor the delivery.
    expect(await heart.behind((transaction) => transaction.plansIn(['draft']))).toEqual([]);
    expect((await heart.draft({}, { key: 'one' })).kind).toBe('drafted');
  });
});

describe('the same request within 60 s', () => {
  test('gives the plan that is already open, while it is prepared and while it waits', async () => {
    const heart = await startHeart();
    const drafted = await heart.draft();
    if (drafted.kind !== 'drafted') throw new Error(drafted.kind);
    expect(await heart.draft()).toMatchObject({ kind: 'twin', plan: { id: drafted.plan.id, state: 'draft' } });
    await heart.plans.prepare(drafted.plan);

    heart.clock.advance(59_999);

    expect(await heart.draft({ tokenIds: [tokenId(2), tokenId(1)], reason: 'typed again' })).toMatchObject({
      kind: 'twin',
      plan: { id: drafted.plan.id, state: 'pending', reason: 'leaked in a build log' },
    });
  });

  test('is a new one a minute later', async () => {
    const heart = await startHeart();
    await heart.plan();

    heart.clock.advance(60_000);

    expect((await heart.draft()).kind).toBe('drafted');
  });

  test.each([
    ['by somebody else', { requester: BOB }],
    ['from another channel', { requester: { ...ALICE, channel: 'C0002' } }],
    ['with another token', { tokenIds: [tokenId(1)] }],
    ['with --force', { force: true }],
  ])('is a new one %s', async (_how, request) => {
    const heart = await startHeart();
    await heart.plan();

    expect((await heart.draft(request)).kind).toBe('drafted');
  });

  test('is a new one once the plan was cancelled', async () => {
    const heart = await startHeart();
    await heart.clicks.cancel(heart.click(await heart.plan()));

    expect((await heart.draft()).kind).toBe('drafted');
  });
});

describe('a request is refused at once, and audited', () => {
  test.each([
    ['for a profile that does not exist', {}, { profile: 'nowhere' }, 'There is no profile nowhere.'],
    ['from another workspace', {}, { requester: { ...ALICE, team: 'T0OTHER' } }, 'does not serve your workspace'],
    [
      'from a channel the policy does not name',
      { channels: ['C0INCIDENT'] },
      {},
      'cannot be revoked from this channel',
    ],
    [
      'for more tokens than the policy allows',
      { maxTokens: 1 },
      {},
      'You asked for 2 tokens. The policy of this profile allows 1',
    ],
    ['for a protected ID', { protected: ['id:00000002-*'] }, {}, 'protects 00000002 (id:00000002-*)'],
  ])('%s', async (_why, policy, request, message) => {
    const heart = await startHeart({ policy });

    expect(await heart.draft(request)).toEqual({ kind: 'refused', message: expect.stringContaining(message) });
    expect(heart.store.audit).toMatchObject([
      { actor: ALICE.user, action: 'request refused', detail: { ending: expect.stringContaining(message) } },
    ]);
    expect(await heart.behind((transaction) => transaction.plansIn(['draft', 'pending']))).toEqual([]);
  });
});

describe('the plan that is shown', () => {
  test('holds what the cluster said of every token, and says so to the operator', async () => {
    const heart = await startHeart({ tokens: sampleTokens(3) });
    heart.tokens.put(sampleToken(2, { revokedAt: later(-1_000) }));
    heart.tokens.onGet(tokenId(3), fails('denied'));
    const tokenIds = [4, 3, 2, 1].map(tokenId);

    const plan = await heart.plan({ tokenIds });

    expect(plan.state).toBe('pending');
    expect(plan.tokens.map(({ id, found }) => [id, found])).toEqual([
      [tokenId(4), 'not found'],
      [tokenId(3), 'unreadable'],
      [tokenId(2), 'already revoked'],
      [tokenId(1), 'live'],
    ]);
    expect(heart.told).toMatchObject([
      { news: { about: 'plan', plan: { id: plan.id } }, reply: { url: 'https://hooks.slack.com/commands/1' } },
    ]);
    expect(heart.store.audit.at(-1)).toMatchObject({
      action: 'plan shown',
      detail: { rule: 'start.users U0ALICE', live: 1 },
    });
    expect(heart.tokens.revoking).toEqual([]);
  });

  test('names the rule and the members that let a group through', async () => {
    const heart = await startHeart({ policy: { start: { users: [], usergroups: ['S0ONCALL'] } } });
    heart.directory.groups.set('S0ONCALL', [ALICE.user, BOB.user]);

    await heart.plan();

    expect(heart.store.audit.at(-1)?.detail).toMatchObject({
      rule: 'start.usergroups S0ONCALL',
      members: [ALICE.user, BOB.user],
      membersReadAt: heart.clock.now(),
    });
  });

  test('says how many more revocations the hourly budget allows', async () => {
    const heart = await startHeart();
    heart.tokens.revocationsLeft = 1;

    expect((await heart.plan()).revocationsLeft).toBe(1);
  });

  test('of nothing to revoke cannot be confirmed, and is shown as one', async () => {
    const heart = await startHeart({ tokens: [] });

    const plan = await heart.plan();

    expect(plan).toMatchObject({ state: 'refused', ending: 'There is nothing to revoke.' });
    expect(heart.heard()).toEqual(['plan']);
    expect((await heart.clicks.claim(heart.click(plan))).kind).toBe('decided');
  });

  test('says which tokens another revocation has right now', async () => {
    const heart = await startHeart();
    const first = await heart.plan();
    heart.tokens.onRevoke(tokenId(1), fails('busy'), hangs());
    heart.tokens.onRevoke(tokenId(2), fails('busy'), hangs());
    await heart.confirm(first);
    await quiet();

    const second = await heart.plan({ tokenIds: [tokenId(2), tokenId(3)] });

    expect(second.tokens).toEqual([
      { id: tokenId(2), found: 'in progress', revocation: first.id },
      { id: tokenId(3), found: 'not found' },
    ]);
  });

  test('is shown once, though its preparation was begun twice', async () => {
    const heart = await startHeart();
    const drafted = await heart.draft();
    if (drafted.kind !== 'drafted') throw new Error(drafted.kind);

    await Promise.all([heart.plans.prepare(drafted.plan), heart.plans.prepare(drafted.plan)]);
    await quiet();

    expect(heart.heard()).toEqual(['plan']);
    expect(heart.store.actions()).toEqual(['plan asked for', 'plan shown']);
  });
});

describe('a plan ends before it is shown', () => {
  test('when the operator may not start, and no token is read for them', async () => {
    const heart = await startHeart({ policy: { start: { users: [BOB.user], usergroups: [] } } });

    const plan = await heart.plan();

    expect(plan).toMatchObject({ state: 'refused', ending: expect.stringContaining('You are not on the list') });
    expect(heart.heard()).toEqual(['ended']);
    expect(heart.tokens.calls).toEqual([]);
    expect(heart.store.audit.at(-1)).toMatchObject({ action: 'plan refused', detail: { denial: 'not listed' } });
  });

  test('when Slack does not say who the operator is', async () => {
    const heart = await startHeart();
    heart.directory.silent.add(ALICE.user);

    expect(await heart.plan()).toMatchObject({
      state: 'refused',
      ending: expect.stringContaining('nobody is let through'),
    });
  });

  test('when the cluster rejects the management token: that is said to be the problem', async () => {
    const heart = await startHeart();
    heart.tokens.onGet(tokenId(2), fails('unauthenticated'));

    expect(await heart.plan()).toMatchObject({
      state: 'refused',
      ending: expect.stringMatching(/own management token for default: it is expired or wrong\. Nothing was revoked/),
    });
  });

  test('when a live token is protected by its description; others of that description do not matter', async () => {
    const heart = await startHeart({ policy: { protected: ['description:*telegraf 1*'] } });

    expect(await heart.plan()).toMatchObject({
      state: 'refused',
      ending: expect.stringContaining('protects 00000001 (description:*telegraf 1*)'),
    });
    heart.tokens.put(sampleToken(1, { revokedAt: later(-1) }));
    heart.clock.advance(60_000);
    expect(await heart.plan()).toMatchObject({ state: 'pending' });
  });

  test('when its profile left the configuration, or the bot was away until it expired', async () => {
    const heart = await startHeart();
    const drafted = await heart.draft();
    if (drafted.kind !== 'drafted') throw new Error(drafted.kind);
    heart.clock.advance(EXPIRES_AFTER_MS);
    await heart.plans.prepare(drafted.plan);

    expect(await heart.stored(drafted.plan.id)).toMatchObject({
      state: 'refused',
      ending: 'The bot was interrupted before it could show this plan.',
    });
    const other = await heart.draft({ tokenIds: [tokenId(1)] });
    if (other.kind !== 'drafted') throw new Error(other.kind);
    heart.profiles.clear();
    await heart.plans.prepare(other.plan);
    expect(await heart.stored(other.plan.id)).toMatchObject({ ending: 'There is no profile default any more.' });
  });
});

describe('--force', () => {
  const policy = { force: { users: [ALICE.user] } };

  test('revokes without a click, where the policy lets this person, and shares the result', async () => {
    const heart = await startHeart({ policy });

    const plan = await heart.plan({ force: true });

    expect(outcomes(await heart.finish(plan))).toEqual(['revoked', 'revoked']);
    expect(await heart.stored(plan.id)).toMatchObject({
      state: 'confirmed',
      decidedBy: ALICE.user,
      decidedAt: later(0),
    });
    expect(heart.heard().toSorted()).toEqual(['result', 'shared result']);
    expect(heart.store.audit).toContainEqual(
      expect.objectContaining({ action: 'revocation confirmed', detail: expect.objectContaining({ forced: true }) }),
    );
  });

  test('still looks at every token first, and touches only what is live', async () => {
    const heart = await startHeart({ policy });
    heart.tokens.put(sampleToken(1, { revokedAt: later(-1) }));
    heart.tokens.onGet(tokenId(3), fails('lost'));

    const plan = await heart.plan({ force: true, tokenIds: [1, 2, 3, 4].map(tokenId) });
    await heart.finish(plan);

    expect(heart.tokens.revoking).toEqual([tokenId(2)]);
  });

  test('is refused where the policy does not let this person, before any token is read', async () => {
    const heart = await startHeart();

    expect(await heart.plan({ force: true })).toMatchObject({
      state: 'refused',
      ending: expect.stringContaining('does not let you use --force'),
    });
    expect(heart.tokens.calls).toEqual([]);
  });

  test('is no way around protection or around nothing to revoke', async () => {
    const guarded = await startHeart({ policy: { ...policy, protected: ['description:telegraf 2'] } });
    const empty = await startHeart({ policy, tokens: [] });

    expect(await guarded.plan({ force: true })).toMatchObject({ ending: expect.stringContaining('protects 00000002') });
    expect(await empty.plan({ force: true })).toMatchObject({
      state: 'refused',
      ending: 'There is nothing to revoke.',
    });
    expect([...guarded.tokens.revoking, ...empty.tokens.revoking]).toEqual([]);
    expect([...guarded.heard(), ...empty.heard()]).toEqual(['ended', 'plan']);
  });
});
