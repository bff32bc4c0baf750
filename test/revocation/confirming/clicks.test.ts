import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../src/revocation/plan.ts';
import { quiet } from '../event-loop.ts';
import { ALICE, BOB, later, sampleProfile, sampleTokens, tokenId } from '../samples.ts';
import { fails, happensBut, held } from '../scripted-tokens.ts';
import { EXPIRES_AFTER_MS, type Heart, outcomes, startHeart } from '../start-heart.ts';

async function shown(): Promise<{ heart: Heart; plan: Plan }> {
  const heart = await startHeart();
  return { heart, plan: await heart.plan() };
}

describe('a click on Revoke', () => {
  test('takes the plan, durably, with its reply address and its audit entry', async () => {
    const { heart, plan } = await shown();

    const taken = await heart.clicks.claim(heart.click(plan, { replyUrl: 'https://hooks.slack.com/actions/9' }));

    expect(taken).toMatchObject({ kind: 'taken', plan: { id: plan.id, state: 'claimed' } });
    expect(await heart.stored(plan.id)).toMatchObject({
      state: 'claimed',
      decidedBy: ALICE.user,
      decidedAt: heart.clock.now(),
      reply: { url: 'https://hooks.slack.com/actions/9', uses: 0, openedAt: heart.clock.now(), replaces: true },
    });
    expect(heart.store.audit.at(-1)).toMatchObject({ actor: ALICE.user, action: 'plan claimed', subject: plan.id });
  });

  test('invariant 4: a plan is confirmed once, though fifty clicks come at the same time', async () => {
    const { heart, plan } = await shown();

    const taken = await Promise.all(Array.from({ length: 50 }, () => heart.clicks.claim(heart.click(plan))));

    expect(taken.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
    expect(taken.filter(({ kind }) => kind === 'decided')).toHaveLength(49);
    expect(heart.store.actions().filter((action) => action === 'plan claimed')).toHaveLength(1);
  });

  test('invariant 4: a click that Slack delivers again, or somebody replays, does nothing', async () => {
    const { heart, plan } = await shown();
    const click = heart.click(plan);
    await heart.clicks.claim(click);

    expect(await heart.clicks.claim(click)).toEqual({ kind: 'repeated' });
    expect(await heart.clicks.cancel(click)).toEqual({ kind: 'repeated' });
  });

  test('a later click reads what the plan came to, who decided and when', async () => {
    const { heart, plan } = await shown();
    await heart.clicks.claim(heart.click(plan));
    heart.clock.advance(5_000);

    expect(await heart.clicks.claim(heart.click(plan))).toMatchObject({
      kind: 'decided',
      plan: { state: 'claimed', decidedBy: ALICE.user, decidedAt: later(0) },
    });
  });

  test('confirm and cancel race: one wins, the other reads which', async () => {
    const { heart, plan } = await shown();

    const both = await Promise.all([heart.clicks.cancel(heart.click(plan)), heart.clicks.claim(heart.click(plan))]);

    expect(both).toMatchObject([
      { kind: 'taken', plan: { state: 'cancelled' } },
      { kind: 'decided', plan: { state: 'cancelled' } },
    ]);
  });

  test.each(['before', 'undone', 'at the audit'] as const)(
    'invariant 6: is not taken when the store fails (%s), and can be clicked again',
    async (fault) => {
      const { heart, plan } = await shown();
      const click = heart.click(plan);
      heart.store.failAt(heart.store.begun + 1, fault);

      await expect(heart.clicks.claim(click)).rejects.toThrow('scripted');

      expect(await heart.stored(plan.id)).toEqual(plan);
      expect((await heart.clicks.claim(click)).kind).toBe('taken');
    },
  );
});

describe('a click is refused', () => {
  test.each([
    ['from another person', BOB],
    ['from a person of that ID in another workspace', { ...ALICE, team: 'T0OTHER' }],
  ])('%s; it is audited and moves nothing', async (_whose, who) => {
    const { heart, plan } = await shown();

    for (const button of ['claim', 'cancel', 'stop', 'again'] as const) {
      expect(await heart.clicks[button](heart.click(plan, { who }))).toEqual({ kind: 'foreign' });
    }
    expect(await heart.stored(plan.id)).toEqual(plan);
    expect(heart.store.audit.at(-1)).toMatchObject({
      actor: who.user,
      action: 'click refused',
      subject: plan.id,
      detail: { why: 'foreign', team: who.team },
    });
  });

  test('from another person without using up the delivery of the one who asked', async () => {
    const { heart, plan } = await shown();
    const click = heart.click(plan);

    await heart.clicks.claim({ ...click, who: BOB });

    expect((await heart.clicks.claim(click)).kind).toBe('taken');
  });

  test('on a plan nobody knows', async () => {
    const { heart, plan } = await shown();

    for (const planId of ['f'.repeat(32), '']) {
      expect(await heart.clicks.claim({ ...heart.click(plan), planId })).toEqual({ kind: 'unknown' });
    }
    expect(heart.store.actions().slice(-2)).toEqual(['click refused', 'click refused']);
  });

  test('in a channel the policy does not name any more, and when the profile is gone', async () => {
    const { heart, plan } = await shown();
    heart.profiles.set('default', sampleProfile({ channels: ['C0INCIDENT'] }));
    expect(await heart.clicks.claim(heart.click(plan))).toEqual({
      kind: 'refused',
      message: expect.stringMatching(/from this channel.*Nothing was revoked\.$/),
      denial: 'channel',
    });

    heart.profiles.clear();
    expect(await heart.clicks.claim(heart.click(plan))).toEqual({
      kind: 'refused',
      message: 'There is no profile default any more. Nothing was revoked.',
    });
  });
});

describe('a plan that has expired', () => {
  test('cannot be confirmed, not even a millisecond too late', async () => {
    const { heart, plan } = await shown();
    heart.clock.advance(EXPIRES_AFTER_MS);

    expect(await heart.clicks.claim(heart.click(plan))).toMatchObject({ kind: 'decided', plan: { state: 'expired' } });
    expect((await heart.stored(plan.id)).state).toBe('expired');
    expect(heart.store.actions().at(-1)).toBe('plan expired');
  });

  test('can be confirmed a millisecond before', async () => {
    const { heart, plan } = await shown();
    heart.clock.advance(EXPIRES_AFTER_MS - 1);

    expect((await heart.clicks.claim(heart.click(plan))).kind).toBe('taken');
  });

  test('invariant 14: stays expired when the clock is set back afterwards, or was set back since it was made', async () => {
    const { heart, plan } = await shown();
    heart.clock.step(-3_600_000);
    expect(await heart.clicks.claim(heart.click(plan))).toMatchObject({ plan: { state: 'expired' } });

    heart.clock.step(3_600_000);
    expect(await heart.clicks.claim(heart.click(plan))).toMatchObject({ kind: 'decided', plan: { state: 'expired' } });
  });
});

describe('Cancel', () => {
  test('ends the plan, once', async () => {
    const { heart, plan } = await shown();

    expect(await heart.clicks.cancel(heart.click(plan))).toMatchObject({ kind: 'taken', plan: { state: 'cancelled' } });
    expect(await heart.clicks.claim(heart.click(plan))).toMatchObject({
      kind: 'decided',
      plan: { state: 'cancelled' },
    });
    expect(heart.store.actions().slice(-1)).toEqual(['plan cancelled']);
    expect(heart.tokens.revoking).toEqual([]);
  });
});

describe('New plan', () => {
  test('gives the operator the plan to ask for anew, whatever became of it', async () => {
    const { heart, plan } = await shown();
    await heart.clicks.cancel(heart.click(plan));
    const click = heart.click(plan);

    expect(await heart.clicks.again(click)).toMatchObject({ kind: 'taken', plan: { id: plan.id, state: 'cancelled' } });
    expect(await heart.clicks.again(click)).toEqual({ kind: 'repeated' });
  });
});

describe('Stop the rest', () => {
  /** Six tokens, two at a time with two waiting at hand: the first is under way, the second lost its answer, the third failed once. */
  async function running() {
    const heart = await startHeart({ tokens: sampleTokens(6), profile: { concurrency: 2 } });
    const plan = await heart.plan({ tokenIds: [1, 2, 3, 4, 5, 6].map(tokenId) });
    const underWay = held();
    heart.tokens.onRevoke(tokenId(1), underWay.answer);
    heart.tokens.onRevoke(tokenId(2), happensBut('lost'));
    heart.tokens.onRevoke(tokenId(3), fails('busy', { answered: true }));
    const blocked = held();
    for (const number of [4, 5, 6]) heart.tokens.onRevoke(tokenId(number), blocked.answer);
    await heart.confirm(plan);
    await quiet();
    return { heart, plan, underWay, blocked };
  }

  test('ends what waits, lets what is under way end, and looks up what is in doubt', async () => {
    const { heart, plan, underWay, blocked } = await running();

    expect((await heart.clicks.stop(heart.click(plan))).kind).toBe('stopped');
    heart.wake();
    underWay.release();
    blocked.release();

    expect(outcomes(await heart.finish(plan)).map((outcome) => outcome.replace(/ \(.*/, ''))).toEqual([
      'revoked',
      'revoked',
      'failed',
      'revoked',
      'revoked',
      'revoked',
    ]);
    expect(heart.tokens.revoking.filter((id) => id === tokenId(2))).toHaveLength(1);
    expect(await heart.revocation(plan.id)).toMatchObject({ state: 'done', stoppedBy: ALICE.user });
    expect(heart.heard().at(-1)).toBe('result');
  });

  test('what has not left yet is not sent; what was tried and is not in doubt has failed', async () => {
    const heart = await startHeart({ tokens: sampleTokens(4), profile: { concurrency: 1 } });
    const plan = await heart.plan({ tokenIds: [1, 2, 3, 4].map(tokenId) });
    heart.tokens.onRevoke(tokenId(1), fails('busy', { answered: true }));
    const underWay = held();
    heart.tokens.onRevoke(tokenId(2), underWay.answer);
    heart.tokens.onRevoke(tokenId(3), held().answer);
    await heart.confirm(plan);
    await quiet();

    await heart.clicks.stop(heart.click(plan));

    expect(outcomes(await heart.items(plan.id))).toEqual([
      'failed (the cluster did not do it; stopped before another try)',
      'leased',
      'leased',
      'not sent (stopped)',
    ]);
    expect(heart.tokens.revoking).not.toContain(tokenId(4));
  });

  test('what stays in doubt is unknown, and is not sent again', async () => {
    const heart = await startHeart({ tokens: sampleTokens(1) });
    const plan = await heart.plan({ tokenIds: [tokenId(1)] });
    heart.tokens.onRevoke(tokenId(1), fails('lost'));
    await heart.confirm(plan);
    await quiet();

    await heart.clicks.stop(heart.click(plan));
    const items = await heart.finish(plan);

    expect(items).toMatchObject([{ outcome: 'unknown' }]);
    expect(heart.tokens.revoking).toEqual([tokenId(1)]);
    expect(await heart.revocation(plan.id)).toMatchObject({ state: 'attention' });
  });

  test('of everything ends the revocation at once', async () => {
    const heart = await startHeart();
    const plan = await heart.plan();
    for (const number of [1, 2]) heart.tokens.onRevoke(tokenId(number), fails('busy'));
    await heart.confirm(plan);
    await quiet();

    await heart.clicks.stop(heart.click(plan));
    heart.wake();
    await quiet();

    expect(await heart.revocation(plan.id)).toMatchObject({ state: 'done', stoppedBy: ALICE.user });
    expect(heart.heard().at(-1)).toBe('result');
    expect(heart.store.actions().slice(-2)).toEqual(['revocation stopped', 'revocation finished']);
  });

  test('moves the reply to the click, so that people hear of it there', async () => {
    const { heart, plan } = await running();

    await heart.clicks.stop(heart.click(plan, { replyUrl: 'https://hooks.slack.com/actions/stop' }));

    expect((await heart.stored(plan.id)).reply).toMatchObject({
      url: 'https://hooks.slack.com/actions/stop',
      uses: 0,
      replaces: true,
    });
  });

  test('a second time, or when it is over, does nothing', async () => {
    const { heart, plan, underWay, blocked } = await running();
    await heart.clicks.stop(heart.click(plan));

    expect((await heart.clicks.stop(heart.click(plan))).kind).toBe('decided');
    underWay.release();
    blocked.release();
    await heart.finish(plan);
    expect((await heart.clicks.stop(heart.click(plan))).kind).toBe('decided');
  });

  test('of a plan that was never confirmed does nothing', async () => {
    const { heart, plan } = await shown();

    expect((await heart.clicks.stop(heart.click(plan))).kind).toBe('decided');
    expect(await heart.stored(plan.id)).toEqual(plan);
  });
});

describe('where the policy asks for the name of the profile', () => {
  async function named() {
    const heart = await startHeart({ policy: { typeToConfirm: { wildcardWrite: false, above: 1 } } });
    return { heart, plan: await heart.plan() };
  }

  test('a click alone moves nothing, and its message is the one that is told', async () => {
    const { heart, plan } = await named();

    const claim = await heart.clicks.claim(heart.click(plan, { replyUrl: 'https://hooks.slack.com/actions/9' }));

    expect(claim).toMatchObject({ kind: 'name needed', why: 'This plan revokes more than 1 token.' });
    expect(await heart.stored(plan.id)).toMatchObject({
      state: 'pending',
      reply: { url: 'https://hooks.slack.com/actions/9', replaces: true },
    });
  });

  test('another name moves nothing, and is audited without what was typed', async () => {
    const { heart, plan } = await named();

    expect(await heart.clicks.claim(heart.click(plan, { typed: 'Default' }))).toMatchObject({ kind: 'name needed' });
    expect((await heart.stored(plan.id)).state).toBe('pending');
    expect(heart.store.audit.at(-1)).toMatchObject({ action: 'click refused', detail: { why: 'name needed' } });
    expect(JSON.stringify(heart.store.audit.at(-1))).not.toContain('Default');
  });

  test('the name claims it, and the result goes where the first click came from', async () => {
    const { heart, plan } = await named();
    await heart.clicks.claim(heart.click(plan, { replyUrl: 'https://hooks.slack.com/actions/9' }));

    const claim = await heart.clicks.claim(heart.click(plan, { typed: 'default', replyUrl: undefined }));

    expect(claim).toMatchObject({ kind: 'taken', plan: { reply: { url: 'https://hooks.slack.com/actions/9' } } });
  });

  test('cancelling needs no name', async () => {
    const { heart, plan } = await named();

    expect(await heart.clicks.cancel(heart.click(plan))).toMatchObject({ kind: 'taken' });
  });
});

test.each([
  ['in a dialog', ''],
  ['in direct messages', 'D0ALICE001'],
])('a click %s counts as one in the channel its plan belongs to', async (_where, channel) => {
  const heart = await startHeart({ policy: { channels: [ALICE.channel] } });
  const plan = await heart.plan();

  const claim = await heart.clicks.claim(heart.click(plan, { who: { ...ALICE, channel }, dialog: 'V1' }));

  expect(claim).toMatchObject({ kind: 'taken', plan: { dialog: 'V1' } });
});

test('Cancel and Stop revoke nothing, and count in every channel, also when the policy names others since', async () => {
  const heart = await startHeart({ policy: { channels: [ALICE.channel] } });
  const elsewhere = { who: { ...ALICE, channel: 'C0002' } };
  const waiting = await heart.plan({ tokenIds: [tokenId(1)] });
  const running = await heart.plan({ tokenIds: [tokenId(2)] });
  heart.tokens.onRevoke(tokenId(2), fails('busy', { answered: true }));
  await heart.confirm(running);
  await quiet();
  heart.profiles.set('default', sampleProfile({ channels: ['C0INCIDENT'] }));

  const cancelled = await heart.clicks.cancel(heart.click(waiting, elsewhere));
  const stopped = await heart.clicks.stop(heart.click(running, elsewhere));

  expect(cancelled).toMatchObject({ kind: 'taken', plan: { state: 'cancelled' } });
  expect(stopped.kind).toBe('stopped');
  expect(heart.store.actions()).not.toContain('click refused');
});

test('a click on Revoke in another channel does not', async () => {
  const heart = await startHeart({ policy: { channels: [ALICE.channel] } });
  const plan = await heart.plan();

  const claim = await heart.clicks.claim(heart.click(plan, { who: { ...ALICE, channel: 'C0002' } }));

  expect(claim).toMatchObject({ kind: 'refused' });
});
