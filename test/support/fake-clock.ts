import type { Clock } from '../../src/revocation/clock.ts';

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** Lets so much time pass; what is due calls back, in order. */
  advance(ms: number): void;
  /** Sets the time of day without letting any time pass. */
  step(ms: number): void;
}

/** Starts at the machine's time, since signatures and tokens of the fakes have it too. */
export function createFakeClock(startAt = new Date()): FakeClock {
  let time = startAt.getTime();
  let elapsed = 0;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    now: () => new Date(time),
    after(ms, callback) {
      const timer = { at: elapsed + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const until = elapsed + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        time += Math.max(next.at - elapsed, 0);
        elapsed = Math.max(next.at, elapsed);
        next.callback();
      }
      time += until - elapsed;
      elapsed = until;
    },
    step(ms) {
      time += ms;
    },
  };
}
