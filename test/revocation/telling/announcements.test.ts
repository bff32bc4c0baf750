import { describe, expect, test } from 'vitest';
import { PlaceRefusedError } from '../../../src/revocation/announcer.ts';
import type { Plan } from '../../../src/revocation/plan.ts';
import { REPLY_LASTS_MS, REPLY_USES } from '../../../src/revocation/reply-address.ts';
import { quiet } from '../event-loop.ts';
import { ALICE, later, sampleTokens, tokenId } from '../samples.ts';
import { type Delivery, type Heart, startHeart } from '../start-heart.ts';

const fails: Delivery = async () => {
  throw new Error('scripted: Slack did not answer');
};

/** A plan that was shown though the first sendings went like that. */
async function shown(...deliveries: Delivery[]): Promise<{ heart: Heart; plan: Plan }> {
  const heart = await startHeart();
  heart.deliveries.push(...deliveries);
  return { heart, plan: await heart.plan() };
}

async function pass(heart: Heart, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    heart.clock.advance(Math.min(1_000, ms - passed));
    await quiet();
  }
}

describe('what people must be told', () => {
  test('is sent once, where it was asked for', async () => {
    const { heart } = await shown();
    await pass(heart, 600_000);

    expect(heart.told).toMatchObject([
      { news: { about: 'plan' }, repeated: false, reply: { url: 'https://hooks.slack.com/commands/1' } },
    ]);
  });

  test('is sent at least once: again after a failure, with growing pauses, and marked as a repetition', async () => {
    const at: number[] = [];
    const heart = await startHeart();
    for (let time = 0; time < 7; time += 1) {
      heart.deliveries.push(async (told) => {
        at.push(heart.clock.now().getTime() - later(0).getTime());
        await fails(told);
      });
    }

    await heart.plan();
    await pass(heart, 300_000);

    expect(at).toEqual([0, 2_000, 6_000, 14_000, 30_000, 62_000, 122_000]);
    expect(heart.heard()).toEqual(['plan again']);
    expect(heart.faults.join()).toContain('Slack did not answer');
  });

  test('is sent again by the next process when this one ended in the middle, and marked', async () => {
    const { heart } = await shown(() => new Promise(() => undefined));
    expect(heart.heard()).toEqual([]);

    await heart.again().start();
    await pass(heart, 2_000);

    expect(heart.heard()).toEqual(['plan again']);
  });

  test('does not wait for what others are told', async () => {
    const heart = await startHeart({ tokens: sampleTokens(20) });
    heart.deliveries.push(fails, fails);
    for (let number = 1; number <= 20; number += 1) await heart.draft({ tokenIds: [tokenId(number)] });

    await heart.again().resume();
    await pass(heart, 3_000);

    expect(heart.told).toHaveLength(20);
  });

  test('comes with the state of things when it is sent, not when it was queued', async () => {
    const { heart, plan } = await shown(fails);
    await heart.clicks.cancel(heart.click(plan));
    await pass(heart, 2_000);

    expect(heart.told).toMatchObject([{ news: { about: 'plan', plan: { state: 'cancelled' } } }]);
  });
});

describe('a response URL', () => {
  test(`takes ${REPLY_USES} messages, and then they go elsewhere`, async () => {
    const { heart, plan } = await shown(...Array.from({ length: REPLY_USES + 1 }, () => fails));
    await pass(heart, 130_000);

    expect(heart.told).toMatchObject([{ reply: undefined, repeated: true }]);
    expect((await heart.stored(plan.id)).reply?.uses).toBe(REPLY_USES);
  });

  test('works for half an hour, and then messages go elsewhere', async () => {
    for (const [ms, works] of [
      [REPLY_LASTS_MS - 1, true],
      [REPLY_LASTS_MS, false],
    ] as const) {
      const heart = await startHeart();
      const drafted = await heart.draft();
      if (drafted.kind !== 'drafted') throw new Error(drafted.kind);
      // A bot that was away until then says that this plan is over.
      heart.clock.advance(ms);
      await heart.plans.prepare(drafted.plan);
      await quiet();

      expect(heart.told.map(({ reply }) => reply !== undefined)).toEqual([works]);
    }
  });

  test('of the click takes over from that of the command', async () => {
    const { heart, plan } = await shown();
    await heart.clicks.claim(heart.click(plan, { replyUrl: 'https://hooks.slack.com/actions/click' }));
    await heart.again().resume();
    await heart.finish(plan);

    expect(heart.told.at(-1)).toMatchObject({
      news: { about: 'result' },
      reply: { url: 'https://hooks.slack.com/actions/click', replaces: true },
    });
  });
});

describe('giving up', () => {
  test('happens after 24 hours, and is audited', async () => {
    const { heart, plan } = await shown(...Array.from({ length: 5_000 }, () => fails));
    heart.clock.advance(24 * 3_600_000);
    await quiet();
    expect(heart.store.actions()).not.toContain('nobody could be told');

    await pass(heart, 120_000);

    expect(heart.store.audit.at(-1)).toMatchObject({
      action: 'nobody could be told',
      subject: plan.id,
      detail: { about: 'plan', operator: ALICE.user, attempts: expect.any(Number) },
    });
    const { deliveries } = heart;
    const left = deliveries.length;
    await pass(heart, 120_000);
    expect(deliveries).toHaveLength(left);
  });

  test('does not happen within those 24 hours', async () => {
    const { heart } = await shown(fails);
    heart.clock.advance(24 * 3_600_000 - 60_000);
    await pass(heart, 60_000);

    expect(heart.heard()).toEqual(['plan again']);
  });
});

describe('a result that somebody shares', () => {
  const DAY_MS = 24 * 3_600_000;

  async function shared(ms: number, ...deliveries: Delivery[]) {
    const heart = await startHeart();
    const plan = await heart.plan();
    await heart.confirm(plan);
    await heart.finish(plan);
    heart.clock.advance(ms);
    heart.deliveries.push(...deliveries);
    const before = heart.told.length;
    const press = async () => {
      const { kind } = await heart.resultClicks.share(heart.click(plan));
      await quiet();
      return kind;
    };
    return { heart, press, kind: await press(), news: () => heart.told.slice(before).map(({ news }) => news) };
  }

  test('goes out, also when it is older than a day', async () => {
    const { kind, press, news } = await shared(DAY_MS + 3_600_000);
    const again = await press();

    expect([kind, again]).toEqual(['taken', 'already shared']);
    expect(news()).toMatchObject([{ about: 'shared result' }]);
  });

  test('and that Slack does not take for a day is told as that, however long it takes, and can be shared again', async () => {
    const { heart, press, news } = await shared(0, fails);
    heart.clock.advance(3 * DAY_MS);
    heart.deliveries.push(fails);
    await pass(heart, 180_000);
    const told = news();

    const again = await press();

    expect(told).toMatchObject([{ about: 'not shared', refusal: 'not in time' }]);
    expect(heart.store.actions()).toContain('result not shared');
    expect([again, news().at(-1)?.about]).toEqual(['taken', 'shared result']);
  });

  test('and that can neither be shared nor told of is withdrawn all the same', async () => {
    const { heart, press } = await shared(0, fails);
    heart.clock.advance(2 * DAY_MS);
    heart.deliveries.push(async () => {
      throw new PlaceRefusedError('unknown');
    });
    await pass(heart, 120_000);

    expect(heart.store.actions().at(-1)).toBe('result not shared');
    expect(await press()).toBe('taken');
  });
});

describe('a store that fails', () => {
  test('delays what people must be told by a second, and no more', async () => {
    const heart = await startHeart();
    const drafted = await heart.draft();
    if (drafted.kind !== 'drafted') throw new Error(drafted.kind);
    // After what others are about to revoke was read, and the plan was shown.
    heart.store.failAt(heart.store.begun + 3, 'before');
    await heart.plans.prepare(drafted.plan);
    await quiet();
    expect(heart.heard()).toEqual([]);

    await pass(heart, 1_000);

    expect(heart.heard()).toEqual(['plan']);
  });
});

describe('stopping', () => {
  test('waits for what is being sent, and leaves the rest queued', async () => {
    const sending = Promise.withResolvers<void>();
    const { heart } = await shown(() => sending.promise);
    let stopped = false;
    const stop = heart.stop().then(() => {
      stopped = true;
    });
    await quiet();
    expect(stopped).toBe(false);

    sending.resolve();
    await stop;

    expect(heart.heard()).toEqual(['plan']);
  });
});
