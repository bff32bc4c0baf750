import { status } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bottleneckLanes, type OpenLanes } from '../../src/gateway/lanes.ts';
import { createLimiter, type Limiter, type LimiterOptions } from '../../src/gateway/limiter.ts';
import { openRawClient } from './raw-client.ts';
import { startGateway, UNLIMITED } from './start-gateway.ts';

const FOREVER = new AbortController().signal;

function start(options: Partial<LimiterOptions> = {}): Limiter & { readonly stalls: () => number } {
  let stalls = 0;
  const onStall = () => {
    stalls += 1;
  };
  const limiter = createLimiter({ concurrency: 2, perSecond: 1_000, onStall, ...options });
  onTestFinished(() => limiter.close());
  return Object.assign(limiter, { stalls: () => stalls });
}

/** A job that runs until it is told to end. */
function held() {
  const started = Promise.withResolvers<void>();
  const end = Promise.withResolvers<string>();
  const job = () => {
    started.resolve();
    return end.promise;
  };
  return { job, started: started.promise, end: () => end.resolve('done') };
}

describe.each([
  ['one call a lane', 250],
  ['lanes that drain', 100_000],
])('%s', (_how, perSecond) => {
  test('settles as the job does', async () => {
    const limiter = start({ perSecond });

    expect(await limiter.run(async () => 7, { signal: FOREVER })).toBe(7);
    await expect(limiter.run(() => Promise.reject(new Error('no')), { signal: FOREVER })).rejects.toThrow('no');
    expect(await limiter.run(async () => 8, { signal: FOREVER })).toBe(8);
  });

  test('never runs more at once than it may, and all in their order', async () => {
    const limiter = start({ perSecond, concurrency: 3 });
    const order: number[] = [];
    let running = 0;
    let peak = 0;
    const job = async (number: number) => {
      order.push(number);
      running += 1;
      peak = Math.max(peak, running);
      await new Promise(setImmediate);
      running -= 1;
    };

    const numbers = Array.from({ length: 15 }, (_, index) => index);
    await Promise.all(numbers.map((number) => limiter.run(() => job(number), { signal: FOREVER })));

    expect(peak).toBeLessThanOrEqual(3);
    expect(order).toEqual(numbers);
  });

  test('a call that is given up before its turn never runs', async () => {
    const limiter = start({ perSecond, concurrency: 1 });
    const first = held();
    const blocking = limiter.run(first.job, { signal: FOREVER });
    await first.started;
    const controller = new AbortController();
    let ran = false;
    const given = limiter.run(
      async () => {
        ran = true;
      },
      { signal: controller.signal },
    );

    controller.abort(new Error('given up'));
    await expect(given).rejects.toThrow('given up');
    first.end();
    await blocking;
    await limiter.run(async () => undefined, { signal: FOREVER });

    expect(ran).toBe(false);
  });

  test('a call that is given up already is not even queued', async () => {
    const limiter = start({ perSecond });

    await expect(limiter.run(async () => 1, { signal: AbortSignal.abort(new Error('late')) })).rejects.toThrow('late');
  });

  test('refuses at once when four times its concurrency wait, and takes urgent calls even then', async () => {
    const limiter = start({ perSecond, concurrency: 1 });
    const first = held();
    const order: string[] = [];
    const all = [limiter.run(first.job, { signal: FOREVER })];
    await first.started;
    const job = (name: string) => async () => {
      order.push(name);
      return name;
    };
    for (const name of ['a', 'b', 'c', 'd']) all.push(limiter.run(job(name), { signal: FOREVER }));

    await expect(limiter.run(job('e'), { signal: FOREVER })).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      retryAfterMs: expect.any(Number),
    });
    all.push(limiter.run(job('urgent'), { signal: FOREVER, urgent: true }));
    first.end();
    await Promise.all(all);

    expect(order).toEqual(['urgent', 'a', 'b', 'c', 'd']);
  });
});

test('where calls may come quickly a lane is admitted once, not for every call', async () => {
  let opened = 0;
  const openLanes: OpenLanes = (...limits) => {
    const lanes = bottleneckLanes(...limits);
    return {
      open: (lane) => {
        opened += 1;
        lanes.open(lane);
      },
    };
  };
  const limiter = start({ perSecond: 100_000, concurrency: 3, openLanes });

  for (let call = 0; call < 20; call += 1) {
    // Each finds the lanes with nothing to do.
    await limiter.run(async () => call, { signal: FOREVER });
    await new Promise(setImmediate);
  }

  expect(opened).toBe(3);
});

describe('the watchdog', () => {
  /** Lanes that admit nothing the first time they are made. */
  function brokenAtFirst(): OpenLanes {
    let made = 0;
    return (concurrency, intervalMs) => {
      made += 1;
      return made === 1 ? { open: () => undefined } : bottleneckLanes(concurrency, intervalMs);
    };
  }

  test.each([250, 100_000])(
    'replaces lanes that stand still at %d a second, and the calls go on',
    async (perSecond) => {
      const limiter = start({ perSecond, openLanes: brokenAtFirst(), stallAfterMs: 20 });

      const results = await Promise.all(
        [1, 2, 3].map((number) => limiter.run(async () => number, { signal: FOREVER })),
      );

      expect(results).toEqual([1, 2, 3]);
      expect(limiter.stalls()).toBe(1);
    },
  );

  test('lanes that were replaced and wake up late take no calls', async () => {
    const asleep: (() => Promise<void>)[] = [];
    let made = 0;
    const openLanes: OpenLanes = (...limits) => {
      made += 1;
      return made === 1 ? { open: (lane) => asleep.push(lane) } : bottleneckLanes(...limits);
    };
    const limiter = start({ concurrency: 2, perSecond: 2, openLanes, stallAfterMs: 20 });
    await limiter.run(async () => 1, { signal: FOREVER });
    let ran = false;
    const waiting = limiter.run(
      async () => {
        ran = true;
      },
      { signal: FOREVER },
    );

    for (const lane of asleep) await lane();

    expect(ran).toBe(false); // it waits for its half second
    await waiting;
  });

  test('a call of a lane that was replaced makes room for the next when it ends', async () => {
    const lastAdmitted = Promise.withResolvers<void>();
    let opened = 0;
    const openLanes: OpenLanes = (...limits) => {
      const lanes = bottleneckLanes(...limits);
      return {
        open: (lane) => {
          opened += 1;
          const number = opened;
          // The second lane is never admitted.
          if (number === 2) return;
          lanes.open(() => {
            if (number === 4) lastAdmitted.resolve();
            return lane();
          });
        },
      };
    };
    const limiter = start({ perSecond: 100_000, concurrency: 2, openLanes, stallAfterMs: 20 });
    const [old, fresh, third] = [held(), held(), held()];
    const all = [old, fresh, third].map(({ job }) => limiter.run(job, { signal: FOREVER }));
    await Promise.all([old.started, fresh.started, lastAdmitted.promise]);

    old.end();
    await third.started;
    fresh.end();
    third.end();

    expect(await Promise.all(all)).toEqual(['done', 'done', 'done']);
    expect(limiter.stalls()).toBe(1);
  });

  test('leaves lanes alone that are merely full', async () => {
    const limiter = start({ concurrency: 1, stallAfterMs: 5 });
    const first = held();
    const running = limiter.run(first.job, { signal: FOREVER });
    await first.started;
    const waiting = limiter.run(async () => 2, { signal: FOREVER });

    // Several turns of the watchdog, told by a timer of its own kind.
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setTimeout(resolve, 3));
    first.end();
    await Promise.all([running, waiting]);

    expect(limiter.stalls()).toBe(0);
  });
});

describe('in a gateway, as the cluster saw it', () => {
  const tokenId = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';

  test.each([
    ['one call a lane', 200],
    ['lanes that drain', 1_000_000],
  ])('the concurrency of the profile is kept: %s', async (_how, perSecond) => {
    const { cluster, address } = await startGateway({
      profile: { limits: { ...UNLIMITED, concurrency: 4, perSecond } },
    });
    const client = openRawClient(address);
    cluster.latencyMs = 10;

    const endings = await Promise.all(Array.from({ length: 20 }, () => client.get({ tokenId })));

    expect(endings.map((ending) => ending.status)).toEqual(endings.map(() => 'OK'));
    expect(cluster.peakConcurrency).toBeLessThanOrEqual(4);
    expect(cluster.peakConcurrency).toBeGreaterThan(1);
  });

  test.each([50, 400])('the rate of the profile is kept: %d a second', async (perSecond) => {
    const count = perSecond / 2;
    const { cluster, address } = await startGateway({
      profile: { limits: { ...UNLIMITED, concurrency: 50, perSecond } },
    });
    const client = openRawClient(address);

    await Promise.all(Array.from({ length: count }, () => client.get({ tokenId })));

    const [first, last] = [cluster.requests[0]?.atMs ?? 0, cluster.requests.at(-1)?.atMs ?? 0];
    expect(cluster.requests).toHaveLength(count);
    // Half a second at least for half a second's worth; the first one may have been delayed on its way.
    expect(last - first).toBeGreaterThan(((count - 1) / perSecond) * 1_000 * 0.8);
  });

  test('overload is refused at once, before anything is sent, and the rest is done', async () => {
    const { cluster, address } = await startGateway({ profile: { limits: { ...UNLIMITED, concurrency: 1 } } });
    const client = openRawClient(address);
    const fault = cluster.fault({}, { kind: 'hang' });
    const all = Array.from({ length: 8 }, () => client.get({ tokenId }));
    const refused = await Promise.race(all);

    fault.release();
    const endings = await Promise.all(all);

    expect(refused).toMatchObject({ status: 'RESOURCE_EXHAUSTED', details: 'too many calls wait for this cluster' });
    expect(endings.filter((ending) => ending.status === 'OK')).toHaveLength(5);
    expect(cluster.requests).toHaveLength(5);
  });

  test('a call whose deadline passes before its turn is never sent', async () => {
    const { cluster, address, log } = await startGateway({ profile: { limits: { ...UNLIMITED, concurrency: 1 } } });
    const client = openRawClient(address);
    const fault = cluster.fault({ method: 'GET' }, { kind: 'hang' });
    const blocking = client.get({ tokenId });
    const dropped = await client.revoke({ tokenId }, 300);

    fault.release();
    await blocking;
    await client.get({ tokenId });

    expect(dropped.status).toBe('DEADLINE_EXCEEDED');
    expect(cluster.deletes).toEqual([]);
    expect(log.some(({ msg }) => msg === 'revocation sent')).toBe(false);
  });
});
