import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../src/revocation/plan.ts';
import type { Item, Revocation } from '../../../src/revocation/revocation.ts';
import { attemptItem } from '../../../src/revocation/running/attempt.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { later, NOON, samplePlan, sampleToken, tokenId, workItem } from '../samples.ts';
import { createScriptedTokens, fails, happensBut } from '../scripted-tokens.ts';

const SEND_WITHIN_MS = 1_800_000;

function given({
  item = {},
  plan = {},
  revocation = {},
  leaseUntil = later(86_400_000),
  stillWanted = true,
}: {
  item?: Partial<Item>;
  plan?: Partial<Plan>;
  revocation?: Partial<Revocation>;
  leaseUntil?: Date;
  stillWanted?: boolean;
} = {}) {
  const clock = createFakeClock(NOON);
  const tokens = createScriptedTokens([sampleToken(1)], clock.now);
  const confirmed = samplePlan({ id: 'ab'.repeat(16), state: 'confirmed', decidedAt: NOON, ...plan });
  const claimed = {
    item: workItem(item),
    plan: confirmed,
    revocation: { id: confirmed.id, state: 'running', createdAt: NOON, ...revocation } as const,
    leaseUntil,
  };
  const dependencies = {
    ...{ tokens, clock, sendWithinMs: SEND_WITHIN_MS, random: () => 0.5 },
    stillWanted: async () => stillWanted,
  };
  const takeBack = new AbortController();
  return { clock, tokens, takeBack, attempt: () => attemptItem(dependencies, claimed, takeBack.signal) };
}

describe('the first attempt', () => {
  test('taken back before it was sent does not count', async () => {
    const { tokens, takeBack, attempt } = given();
    takeBack.abort();

    expect(await attempt()).toMatchObject({ next: 'taken back', afterMs: 0 });
    expect(tokens.calls).toEqual([]);
  });

  test('invariant 11: sends nothing once its lease is over, and says that nothing was sent', async () => {
    const { tokens, attempt } = given({ leaseUntil: NOON });

    expect(await attempt()).toMatchObject({ next: 'again', afterMs: 0, sent: false, lost: false });
    expect(tokens.calls).toEqual([]);
  });

  test('sends at once, with all the gateway has to know', async () => {
    const { tokens, attempt } = given();

    expect(await attempt()).toMatchObject({ next: 'settle', outcome: 'revoked', revokedAt: NOON, status: 'HTTP 204' });
    expect(tokens.calls).toEqual([
      {
        doing: 'revoking',
        request: {
          profile: 'default',
          tokenId: tokenId(1),
          timeoutMs: 10_000,
          takeBack: expect.any(AbortSignal),
          operationId: 'ab'.repeat(16),
          person: 'U0ALICE',
          reason: 'leaked in a build log',
          requestId: 'abababab-00000001-1',
        },
      },
    ]);
  });

  test.each<[string, Parameters<typeof given>[0], string]>([
    ['it was stopped', { revocation: { stoppedBy: 'U0ALICE' } }, 'stopped'],
    [
      'it is too long after the confirmation',
      { plan: { decidedAt: later(-SEND_WITHIN_MS - 1) } },
      'too long after the confirmation',
    ],
    ['its time was up', { item: { startedAt: later(-60_001) } }, 'its time was up'],
  ])('sends nothing when %s: not sent', async (_when, state, note) => {
    const { tokens, attempt } = given(state);

    expect(await attempt()).toMatchObject({ outcome: 'not sent', note });
    expect(tokens.calls).toEqual([]);
  });

  test('still sends in the last moment of each', async () => {
    const { attempt } = given({
      plan: { decidedAt: later(-SEND_WITHIN_MS) },
      item: { startedAt: later(-60_000) },
    });

    expect(await attempt()).toMatchObject({ outcome: 'revoked' });
  });
});

describe('a later attempt', () => {
  const second = { attempt: 2, sent: true, lost: true };

  test('looks first, and sends what is still active', async () => {
    const { tokens, attempt } = given({ item: second });

    expect(await attempt()).toMatchObject({ outcome: 'revoked' });
    expect(tokens.calls.map(({ doing }) => doing)).toEqual(['reading', 'revoking']);
  });

  test('looks first, and sends nothing when the lost request had its effect', async () => {
    const { tokens, attempt } = given({ item: second });
    tokens.put(sampleToken(1, { revokedAt: later(1) }));

    expect(await attempt()).toMatchObject({ outcome: 'revoked', revokedAt: later(1) });
    expect(tokens.revoking).toEqual([]);
  });

  test('after a stop only looks, and says why nothing more was sent', async () => {
    const { tokens, attempt } = given({ item: second, revocation: { stoppedBy: 'U0ALICE' } });

    expect(await attempt()).toMatchObject({ outcome: 'unknown', note: 'it is still active' });
    expect(tokens.calls.map(({ doing }) => doing)).toEqual(['reading']);
  });

  test('after a stop still finds out that it was revoked', async () => {
    const { tokens, attempt } = given({ item: second, revocation: { stoppedBy: 'U0ALICE' } });
    tokens.put(sampleToken(1, { revokedAt: later(1) }));

    expect(await attempt()).toMatchObject({ outcome: 'revoked' });
    expect(tokens.revoking).toEqual([]);
  });

  test('after a stop ends as unknown when nobody answers', async () => {
    const { tokens, attempt } = given({ item: second, revocation: { stoppedBy: 'U0ALICE' } });
    tokens.onGet(tokenId(1), fails('busy'));

    expect(await attempt()).toMatchObject({ outcome: 'unknown' });
    expect(tokens.revoking).toEqual([]);
  });

  test('tells an error of the reading from one of the DELETE', async () => {
    const reading = given({ item: { attempt: 2 } });
    reading.tokens.onGet(tokenId(1), fails('lost'));
    const revoking = given({ item: { attempt: 2 } });
    revoking.tokens.onRevoke(tokenId(1), happensBut('lost'));

    expect(await reading.attempt()).toMatchObject({ next: 'again', sent: false, lost: false });
    expect(await revoking.attempt()).toMatchObject({ next: 'again', sent: true, lost: true });
  });
});

describe('how long one attempt takes', () => {
  test.each([
    [60_000, 10_000],
    [4_000, 4_000],
    [1_000, 1_000],
    [1, 1_000],
  ])('--timeout of %i ms: one attempt gets %i ms', async (timeoutMs, ms) => {
    const { tokens, attempt } = given({ plan: { timeoutMs } });

    await attempt();

    expect(tokens.calls.map(({ request }) => request.timeoutMs)).toEqual([ms]);
  });

  test('what the reading took is taken from the DELETE', async () => {
    const { clock, tokens, attempt } = given({ item: { attempt: 2 } });
    tokens.onGet(tokenId(1), async (proceed) => {
      clock.advance(4_000);
      return proceed();
    });

    await attempt();

    expect(tokens.calls.map(({ request }) => request.timeoutMs)).toEqual([5_000, 6_000]);
  });
});

test('a mistake of ours is no outcome', async () => {
  const { tokens, attempt } = given();
  tokens.onRevoke(tokenId(1), async () => {
    throw new TypeError('a mistake');
  });

  await expect(attempt()).rejects.toThrow('a mistake');
});

test('invariant 18: what was looked up first is not sent when it was stopped or frozen meanwhile', async () => {
  const { tokens, attempt } = given({ item: { attempt: 2 }, stillWanted: false });

  expect(await attempt()).toMatchObject({ next: 'again', afterMs: 0, sent: false, lost: false });
  expect(tokens.calls.map(({ doing }) => doing)).toEqual(['reading']);
});
