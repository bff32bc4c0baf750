import type { Clock } from '../revocation/clock.ts';

/** The database's clock as this process knows it. */
export interface DatabaseClock extends Clock {
  /** Takes over what the database's clock showed, in milliseconds of the epoch, at some moment up to now. */
  set(milliseconds: number): void;
}

/** A step back by more than this is a mistake of the database's clock, not of our counting. */
const TOLERANCE_MS = 2_000;

/**
 * The clock of a database, so that all processes that use it agree whatever their machines' clocks show. Counts on by
 * itself between two looks at it, and never runs backwards: after a step back it goes on counting from where it was.
 */
export function createDatabaseClock(): DatabaseClock {
  let startedAt: number | undefined;
  let shown = 0;
  return {
    now() {
      if (startedAt === undefined) throw new Error('the database has not been asked for its time yet');
      shown = Math.max(shown, startedAt + performance.now());
      return new Date(shown);
    },
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    set(milliseconds) {
      const reading = milliseconds - performance.now();
      if (startedAt === undefined || reading > startedAt - TOLERANCE_MS) startedAt = reading;
    },
  };
}
