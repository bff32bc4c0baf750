import type { Clock } from '../revocation/clock.ts';

/** The database's clock as this process knows it. */
export interface DatabaseClock extends Clock {
  /** Takes over what the database's clock showed, in milliseconds of the epoch, at some moment up to now. */
  set(milliseconds: number): void;
}

/** What was counted too far is given back little by little: at each look at the database's clock so much at most. */
const GIVEN_BACK_MS = 1;

/**
 * The clock of a database, so that all processes that use it agree whatever their machines' clocks show. Counts on by
 * itself between two looks at it, and never runs backwards. A step forwards counts at once; after a step back, or a look
 * whose answer was long on its way, it goes on counting from where it was.
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
      startedAt = startedAt === undefined ? reading : Math.max(reading, startedAt - GIVEN_BACK_MS);
    },
  };
}
