import { describe, expect, test } from 'vitest';
import { createWorker } from '../../../src/revocation/running/worker.ts';
import type { RevokeReply } from '../../../src/revocation/token-service.ts';
import { quiet } from '../event-loop.ts';
import {
  ALICE,
  later,
  NOON,
  samplePlan,
  sampleProfile,
  sampleToken,
  sampleTokens,
  tokenId,
  workItem,
} from '../samples.ts';
import type { Answer } from '../scripted-tokens.ts';
import { fails, happensBut, held } from '../scripted-tokens.ts';
import { outcomes, SEND_WITHIN_MS, startHeart } from '../start-heart.ts';

/** A confirmed revocation of so many tokens, about to run. */
async function confirmed(
  count: number,
  script: (heart: Awaited<ReturnType<typeof startHeart>>) => void = () => undefined,
  concurrency = 2,
) {
  const heart = await startHeart({ tokens: sampleTokens(count), profile: { concurrency } });
  const plan = await heart.plan({ tokenIds: sampleTokens(count).map(({ id }) => id) });
  script(heart);
  await heart.confirm(plan);
  return { heart, plan };
}

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

describe('a confirmed revocation', () => {
  test('invariant 2: every token ends in exactly one outcome, and the audit log holds each', async () => {
    const { heart, plan } = await confirmed(20);

    const items = await heart.finish(plan);

    expect(outcomes(items)).toEqual(times(20, 'revoked'));
    expect(heart.tokens.revoking.toSorted()).toEqual(sampleTokens(20).map(({ id }) => id));
    for (const { id } of sampleTokens(20)) {
      const entries = heart.store.audit.filter(({ subject }) => subject === id).map(({ action }) => action);
      expect(entries).toEqual(['revoking token', 'token revoked']);
    }
    expect(heart.store.audit.at(-1)).toMatchObject({
      action: 'revocation finished',
      detail: { outcomes: { revoked: 20 } },
    });
    expect(await heart.revocation(plan.id)).toMatchObject({ state: 'done', finishedAt: NOON });
  });

  test('has at most twice as many tokens under way as the profile allows calls, and fills that', async () => {
    const { heart, plan } = await confirmed(20, undefined, 3);

    await heart.finish(plan);

    expect(heart.tokens.mostAtOnce).toBe(6);
  });

  test('goes on when a token fails', async () => {
    const { heart, plan } = await confirmed(3, ({ tokens }) => {
      tokens.onRevoke(tokenId(1), fails('invalid'));
      tokens.onRevoke(tokenId(2), fails('denied'));
    });

    expect(outcomes(await heart.finish(plan))).toEqual([
      'refused (the cluster called the request invalid)',
      'refused (the cluster forbids it for this token)',
      'revoked',
    ]);
  });

  test('tells the gateway who, why and which attempt', async () => {
    const { heart, plan } = await confirmed(1);
    await heart.finish(plan);

    expect(heart.tokens.calls.at(-1)?.request).toMatchObject({
      operationId: plan.id,
      person: ALICE.user,
      reason: 'leaked in a build log',
      requestId: `${plan.id.slice(0, 8)}-00000001-1`,
    });
  });
});

describe('tries', () => {
  test('a cluster that did not do it is asked six times, with growing pauses, and then it has failed', async () => {
    const { heart, plan } = await confirmed(1, ({ tokens }) =>
      tokens.onRevoke(tokenId(1), ...times(9, fails<RevokeReply>('busy', { answered: true, status: 'HTTP 503' }))),
    );

    const [item] = await heart.finish(plan);

    expect(item).toMatchObject({
      outcome: 'failed',
      note: 'the cluster did not do it',
      status: 'HTTP 503',
      attempt: 6,
      sent: true,
    });
    expect(heart.tokens.revoking).toHaveLength(6);
  });

  test('Retry-After is waited for', async () => {
    const { heart, plan } = await confirmed(1, ({ tokens }) =>
      tokens.onRevoke(tokenId(1), fails('throttled', { retryAfterMs: 20_000 })),
    );
    await quiet();
    heart.clock.advance(19_999);
    await quiet();
    expect(heart.tokens.revoking).toHaveLength(1);

    heart.clock.advance(1);
    await quiet();

    expect(outcomes(await heart.items(plan.id))).toEqual(['revoked']);
  });

  test('a lost answer is looked up: it had happened, and nothing is sent again', async () => {
    const { heart, plan } = await confirmed(1, ({ tokens }) => tokens.onRevoke(tokenId(1), happensBut('lost')));

    expect(await heart.finish(plan)).toMatchObject([{ outcome: 'revoked', revokedAt: NOON }]);
    expect(heart.tokens.revoking).toHaveLength(1);
  });

  test('a lost answer is looked up: it was deleted, as older clusters do', async () => {
    const { heart, plan } = await confirmed(1, ({ tokens }) =>
      tokens.onRevoke(tokenId(1), async () => {
        tokens.remove(tokenId(1));
        throw new Error('a fault of ours, not of the service');
      }),
    );

    expect(await heart.finish(plan)).toMatchObject([{ outcome: 'revoked' }]);
    expect(heart.faults.join()).toContain('a fault of ours');
  });

  test('a lost answer is looked up: still active, so it is sent again', async () => {
    const { heart, plan } = await confirmed(1, ({ tokens }) => tokens.onRevoke(tokenId(1), fails('lost')));

    expect(outcomes(await heart.finish(plan))).toEqual(['revoked']);
    expect(heart.tokens.revoking).toHaveLength(2);
  });

  test('invariant 13: an answer that stays lost is unknown, and the revocation needs attention', async () => {
    const lost: Answer<RevokeReply> = fails('lost');
    const { heart, plan } = await confirmed(2, ({ tokens }) => tokens.onRevoke(tokenId(1), ...times(9, lost)));

    expect(await heart.finish(plan)).toMatchObject([{ outcome: 'unknown', attempt: 6 }, { outcome: 'revoked' }]);
    expect(await heart.revocation(plan.id)).toMatchObject({ state: 'attention' });
    expect(heart.store.audit.at(-1)).toMatchObject({ detail: { outcomes: { unknown: 1, revoked: 1 } } });
  });

  test('a fault of the service’s own is treated like a lost answer, and logged', async () => {
    const { heart, plan } = await confirmed(1, ({ tokens }) =>
      tokens.onRevoke(tokenId(1), async () => {
        throw new TypeError('a mistake');
      }),
    );

    expect(outcomes(await heart.finish(plan))).toEqual(['revoked']);
    expect(heart.faults.join()).toContain('a mistake');
  });
});

describe('time', () => {
  test('--timeout bounds one token over all its attempts', async () => {
    const heart = await startHeart({ tokens: sampleTokens(2) });
    const plan = await heart.plan({ timeoutMs: 5_000 });
    heart.tokens.onRevoke(tokenId(1), fails('throttled', { answered: true, retryAfterMs: 6_000 }));
    await heart.confirm(plan);

    const items = await heart.finish(plan);

    expect(outcomes(items)).toEqual(['failed (it is still active)', 'revoked']);
    expect(heart.tokens.revoking.filter((id) => id === tokenId(1))).toHaveLength(1);
  });

  test('nothing is sent later than the confirmation lasts: what is left then is not sent', async () => {
    const { heart, plan } = await confirmed(3, ({ tokens }) => {
      const rejected: Answer<RevokeReply> = fails('unauthenticated');
      for (const number of [1, 2, 3]) tokens.onRevoke(tokenId(number), ...times(1_000, rejected));
    });

    const items = await heart.finish(plan);

    expect(outcomes(items)).toEqual(times(3, 'not sent (too long after the confirmation)'));
    expect((await heart.revocation(plan.id))?.finishedAt?.getTime()).toBeLessThan(
      NOON.getTime() + SEND_WITHIN_MS + 60_000,
    );
  });

  test('invariant 14: a clock stepped an hour forward does not stall work: it ends', async () => {
    const { heart, plan } = await confirmed(2, ({ tokens }) => {
      tokens.onRevoke(tokenId(1), fails('busy', { answered: true }));
      tokens.onRevoke(tokenId(2), fails('lost'));
    });
    await quiet();

    heart.clock.step(3_600_000);
    heart.wake();
    await quiet();

    expect(outcomes(await heart.items(plan.id))).toEqual([
      'failed (it is still active)',
      'unknown (it is still active)',
    ]);
    expect(heart.heard().at(-1)).toBe('result');
  });
});

describe('a profile pauses', () => {
  const rejected: Answer<RevokeReply> = fails('unauthenticated', { status: 'HTTP 401' });

  test('on 401: one token is tried every 15 s, and attempts are not burnt', async () => {
    const { heart, plan } = await confirmed(10, ({ tokens }) => {
      for (const { id } of sampleTokens(10)) tokens.onRevoke(id, ...times(3, rejected));
    });
    await quiet();
    expect(heart.tokens.revoking).toHaveLength(4);

    for (let round = 1; round <= 6; round += 1) {
      heart.clock.advance(15_000);
      await quiet();
      expect(heart.tokens.revoking).toHaveLength(4 + round);
    }

    for (const item of await heart.items(plan.id)) expect(item).toMatchObject({ attempt: 0, sent: false, lost: false });
  });

  test('on 401: and goes on with all of them when it works again', async () => {
    const { heart, plan } = await confirmed(10, ({ tokens }) => {
      for (const { id } of sampleTokens(10)) tokens.onRevoke(id, rejected);
    });
    await quiet();

    expect(outcomes(await heart.finish(plan))).toEqual(times(10, 'revoked'));
    for (const item of await heart.items(plan.id)) expect(item.attempt).toBe(1);
  });

  test('on 401: people hear of it at once, and why', async () => {
    const { heart } = await confirmed(2, ({ tokens }) => {
      for (const { id } of sampleTokens(2)) tokens.onRevoke(id, ...times(3, rejected));
    });
    await quiet();

    expect(heart.told.at(-1)?.news).toMatchObject({
      about: 'progress',
      pause: 'the management token of this profile is expired or wrong',
    });
  });

  test('on 403 three times in a row: the rest waits a minute, and then one is tried', async () => {
    const { heart, plan } = await confirmed(10, ({ tokens }) => {
      for (const number of [1, 2, 3, 4]) tokens.onRevoke(tokenId(number), fails('denied'));
    });
    await quiet();
    expect(heart.tokens.revoking).toHaveLength(4);

    heart.clock.advance(59_999);
    await quiet();
    expect(heart.tokens.revoking).toHaveLength(4);
    heart.clock.advance(1);
    await quiet();

    expect(outcomes(await heart.items(plan.id)).map((outcome) => outcome.slice(0, 7))).toEqual([
      ...times(4, 'refused'),
      ...times(6, 'revoked'),
    ]);
  });

  test('when the hourly budget is spent: what is over it waits, and is sent when there is room', async () => {
    const { heart, plan } = await confirmed(2, ({ tokens }) =>
      tokens.onRevoke(tokenId(2), ...times(5, fails<RevokeReply>('limited', { retryAfterMs: 240_000 }))),
    );

    expect(outcomes(await heart.finish(plan))).toEqual(['revoked', 'revoked']);
    expect((await heart.items(plan.id))[1]).toMatchObject({ attempt: 1 });
  });

  test('without another one', async () => {
    const heart = await startHeart({ tokens: sampleTokens(2) });
    heart.profiles.set('other', sampleProfile({}, { name: 'other' }));
    const stuck = await heart.plan({ tokenIds: [tokenId(1)] });
    const other = await heart.plan({ tokenIds: [tokenId(2)], profile: 'other' });
    heart.tokens.onRevoke(tokenId(1), ...times(9, rejected));
    await heart.confirm(stuck);
    await heart.confirm(other);

    await quiet();

    expect(outcomes(await heart.items(other.id))).toEqual(['revoked']);
    expect(outcomes(await heart.items(stuck.id))).toMatchObject([expect.stringContaining('ready')]);
  });
});

describe('invariant 11: at most one live owner per token', () => {
  test('an owner whose lease ran out is not believed any more', async () => {
    const first = held();
    const { heart, plan } = await confirmed(1, ({ tokens }) => tokens.onRevoke(tokenId(1), first.answer));
    await quiet();
    // Fifteen seconds without a word: somebody else takes it, looks first, and sends it again.
    heart.clock.advance(15_000);
    await quiet();
    expect(await heart.items(plan.id)).toMatchObject([{ outcome: 'revoked', attempt: 2, fence: 2 }]);
    const before = heart.store.audit.length;

    first.release();
    await quiet();

    expect(await heart.items(plan.id)).toMatchObject([{ outcome: 'revoked', attempt: 2, fence: 2 }]);
    expect(heart.store.audit).toHaveLength(before);
    expect(heart.heard().filter((about) => about === 'result')).toHaveLength(1);
  });

  test('a lease that was still out when the process ended is looked up before it is sent again', async () => {
    const heart = await startHeart({ tokens: sampleTokens(2) });
    const plan = await heart.plan();
    // A process that leased both, sent the first, and was killed: its requests never answer.
    heart.tokens.onRevoke(tokenId(1), async (proceed) => {
      proceed();
      return new Promise(() => undefined);
    });
    heart.tokens.onRevoke(tokenId(2), () => new Promise(() => undefined));
    await heart.confirm(plan);
    await quiet();
    const before = heart.tokens.calls.length;

    await heart.again().start();
    await quiet();

    expect(outcomes(await heart.items(plan.id))).toEqual(['revoked', 'revoked']);
    expect(
      heart.tokens.calls.slice(before).map(({ doing, request }) => `${doing} ${request.tokenId.slice(0, 8)}`),
    ).toEqual(['reading 00000001', 'reading 00000002', 'revoking 00000002']);
  });

  test('a retry whose time comes later goes on at once after a start', async () => {
    const { heart, plan } = await confirmed(1, ({ tokens }) =>
      tokens.onRevoke(tokenId(1), fails('throttled', { retryAfterMs: 60_000 })),
    );
    await quiet();

    await heart.again().start();
    await quiet();

    expect(outcomes(await heart.items(plan.id))).toEqual(['revoked']);
  });
});

test('an answer that comes while the store writes others is not forgotten', async () => {
  const heart = await startHeart({ tokens: sampleTokens(2) });
  const [first, second] = [held(), held()];
  heart.tokens.onRevoke(tokenId(1), first.answer);
  heart.tokens.onRevoke(tokenId(2), second.answer);
  const plan = samplePlan({ state: 'confirmed', decidedAt: NOON });
  await heart.behind(async (transaction) => {
    await transaction.addPlan(plan, { at: NOON, actor: ALICE.user, action: 'asked', subject: plan.id, detail: {} });
    await transaction.addRevocation(
      { id: plan.id, state: 'running', createdAt: NOON },
      [1, 2].map((n) => workItem({ revocationId: plan.id, tokenId: tokenId(n), attempt: 0, fence: 0, state: 'ready' })),
    );
  });
  let meanwhile = async () => undefined;
  const worker = createWorker({
    ...{ tokens: heart.tokens, clock: heart.clock, profiles: heart.profiles, sendWithinMs: SEND_WITHIN_MS },
    ...{
      random: Math.random,
      pollMs: 60_000,
      onNews: () => undefined,
      onPause: () => undefined,
      onFault: () => undefined,
    },
    store: {
      close: () => heart.store.close(),
      transaction: (work, options) =>
        heart.store.transaction(async (transaction) => {
          const result = await work(transaction);
          await meanwhile();
          return result;
        }, options),
    },
  });
  worker.wake();
  await quiet();

  meanwhile = async () => {
    second.release();
    await quiet();
  };
  first.release();
  await quiet();
  await worker.stop();

  expect(outcomes(await heart.items(plan.id))).toEqual(['revoked', 'revoked']);
});

describe('stopping the process', () => {
  test('starts nothing more, and waits until what runs has ended and is written', async () => {
    const running = [held(), held()];
    const { heart, plan } = await confirmed(
      5,
      ({ tokens }) => {
        for (const [index, { answer }] of running.entries()) tokens.onRevoke(tokenId(index + 1), answer);
      },
      1,
    );
    await quiet();
    let stopped = false;
    const stop = heart.stop().then(() => {
      stopped = true;
    });
    await quiet();
    expect(stopped).toBe(false);

    for (const { release } of running) release();
    await stop;

    expect(outcomes(await heart.items(plan.id))).toEqual(['revoked', 'revoked', 'ready', 'ready', 'ready']);
    expect(heart.tokens.revoking).toHaveLength(2);
    expect((await heart.revocation(plan.id))?.state).toBe('running');
  });

  test('what is left goes on in the next process', async () => {
    const running = held();
    const { heart, plan } = await confirmed(3, ({ tokens }) => tokens.onRevoke(tokenId(1), running.answer), 1);
    await quiet();
    const stop = heart.stop();
    running.release();
    await stop;

    await heart.again().start();

    expect(outcomes(await heart.finish(plan))).toEqual(times(3, 'revoked'));
  });
});

test('a token that is revoked in the meantime by somebody else is already revoked, with their time', async () => {
  const { heart, plan } = await confirmed(1, ({ tokens }) =>
    tokens.onRevoke(tokenId(1), async (proceed) => {
      tokens.put(sampleToken(1, { revokedAt: later(-1) }));
      return proceed();
    }),
  );

  expect(await heart.finish(plan)).toMatchObject([{ outcome: 'already revoked', revokedAt: later(-1) }]);
});
