import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sleep, systemClock } from '../../src/revocation/clock.ts';
import { isExpired } from '../../src/revocation/plan.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { later, NOON, samplePlan } from './samples.ts';

const HOUR = 3_600_000;

describe('the machine’s clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOON, toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** What happens when somebody sets the time of day: no time passes. */
  const stepTo = (time: Date) => vi.setSystemTime(time);

  test('goes on with the time of day', () => {
    const clock = systemClock();

    expect(clock.now()).toEqual(NOON);
    vi.advanceTimersByTime(1_500);

    expect(clock.now()).toEqual(later(1_500));
  });

  test('invariant 14: a step back never moves it back, and does not stop it', () => {
    const clock = systemClock();
    vi.advanceTimersByTime(5_000);

    stepTo(later(5_000 - HOUR));
    expect(clock.now()).toEqual(later(5_000));
    vi.advanceTimersByTime(1_000);

    expect(clock.now()).toEqual(later(6_000));
  });

  test('does not run ahead after the process stood still while it was read', () => {
    const clock = systemClock();
    const elapsed = performance.now();
    vi.spyOn(performance, 'now').mockImplementationOnce(() => {
      vi.advanceTimersByTime(500);
      return elapsed;
    });

    clock.now();

    expect(clock.now()).toEqual(later(500));
  });

  test('invariant 14: a step forward is believed', () => {
    const clock = systemClock();

    stepTo(later(HOUR));

    expect(clock.now()).toEqual(later(HOUR));
  });

  test('invariant 14: a step forward and back again does not revive what has expired meanwhile', () => {
    const clock = systemClock();
    const plan = samplePlan();
    stepTo(later(HOUR));
    expect(isExpired(plan, clock.now())).toBe(true);

    stepTo(NOON);
    expect(clock.now()).toEqual(later(HOUR));
    vi.advanceTimersByTime(1_000);

    expect(clock.now()).toEqual(later(HOUR + 1_000));
    expect(isExpired(plan, clock.now())).toBe(true);
  });

  test('calls back once, after that time, unless cancelled', () => {
    const clock = systemClock();
    const called: string[] = [];
    clock.after(100, () => called.push('kept'));
    const cancel = clock.after(100, () => called.push('cancelled'));

    cancel();
    vi.advanceTimersByTime(99);
    expect(called).toEqual([]);
    vi.advanceTimersByTime(1_000);

    expect(called).toEqual(['kept']);
  });
});

describe('waiting', () => {
  test('ends when the time is over', async () => {
    const clock = createFakeClock(NOON);
    let awake = false;
    const slept = sleep(clock, 1_000).then(() => {
      awake = true;
    });

    clock.advance(999);
    await Promise.resolve();
    expect(awake).toBe(false);
    clock.advance(1);
    await slept;
  });

  test('ends early, without complaint, when the signal aborts', async () => {
    const clock = createFakeClock(NOON);
    const controller = new AbortController();
    const slept = sleep(clock, 1_000, controller.signal);

    controller.abort();

    await slept;
    await sleep(clock, 1_000, controller.signal);
    expect(clock.now()).toEqual(NOON);
  });
});
