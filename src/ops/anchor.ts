import type { Logger } from '../logger.ts';
import type { Clock } from '../revocation/clock.ts';
import type { Store } from '../revocation/store.ts';

const EVERY_MS = 3_600_000;

export interface AnchorDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Writes the head of the audit chain into the log, where whoever can change the store cannot reach: now, every hour, and
 * whenever it is asked to. `npm run audit -- verify --anchors LOGFILE` compares the two.
 */
export interface Anchor {
  /** Writes the head as it is now. Never throws. */
  now(): Promise<void>;
  /** Writes it a last time. */
  stop(): Promise<void>;
}

export function startAnchor({ store, clock, log }: AnchorDependencies): Anchor {
  let cancel: (() => void) | undefined;
  let written: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    try {
      const head = await store.transaction((transaction) => transaction.auditHead());
      if (head) log.info({ seq: head.seq, hash: head.hash }, 'audit anchor');
    } catch (error) {
      log.error({ err: error }, 'the audit log could not be anchored');
    }
  }

  /** One after the other, so that later lines name later heads. */
  function now(): Promise<void> {
    written = written.then(write);
    return written;
  }

  function hourly(): void {
    void now();
    cancel = clock.after(EVERY_MS, hourly);
  }

  hourly();
  return {
    now,
    async stop() {
      cancel?.();
      await now();
    },
  };
}
