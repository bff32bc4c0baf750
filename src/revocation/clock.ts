/** Where time comes from. Passed in everywhere, so that a test can let an hour pass. */
export interface Clock {
  /** The time of day. Never runs backwards while the process lives; a step forwards is believed. */
  now(): Date;
  /** Calls back once, that many milliseconds from now, and returns what cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/**
 * The machine's clock, unmoved by steps backwards: it goes on counting from where it was.
 * A step forwards counts, since it may be a machine that slept: what has expired meanwhile stays expired.
 */
export function systemClock(): Clock {
  let startedAt = Date.now() - performance.now();
  return {
    now() {
      // In this order: a process that stands still between the two must not run ahead for the rest of its life.
      const time = Date.now();
      const elapsed = performance.now();
      // Kept, so that a step forwards is not taken back by a later one backwards.
      startedAt = Math.max(startedAt, time - elapsed);
      return new Date(startedAt + elapsed);
    },
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  };
}

/** Waits on that clock; ends early, without complaint, when the signal aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', wake);
      resolve();
    });
    const wake = () => {
      cancel();
      resolve();
    };
    signal?.addEventListener('abort', wake, { once: true });
  });
}
