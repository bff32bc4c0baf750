import type { TLSSocket } from 'node:tls';
import type { Logger } from '../logger.ts';

/** A client is told of again after so long. */
const REPEAT_MS = 60_000;
/** Of more different ones than this in that time only the number is told. */
const MAX_TOLD = 100;

/** The log of clients that were not let in. */
export interface RefusalLog {
  /** Logs it, unless the same address was refused for the same reason a moment ago: knocking must not fill a disk. */
  add(socket: TLSSocket, refusal: { readonly reason: string; readonly names?: readonly string[] }): void;
  close(): void;
}

/** An empty log of refusals, before this logger. */
export function createRefusalLog(logger: Logger): RefusalLog {
  const told = new Set<string>();
  let untold = 0;
  const timer = setInterval(() => {
    if (untold > 0) logger.warn({ count: untold }, 'more clients refused');
    told.clear();
    untold = 0;
  }, REPEAT_MS).unref();
  return {
    add: ({ remoteAddress = 'unknown' }, { reason, names = [] }) => {
      const key = JSON.stringify([remoteAddress, reason, names]);
      if (told.has(key) || told.size >= MAX_TOLD) {
        untold += 1;
        return;
      }
      told.add(key);
      // Names come from whoever knocked.
      const shown = names.slice(0, 5).map((name) => name.slice(0, 200));
      logger.warn({ client: remoteAddress, names: shown, reason }, 'client refused');
    },
    close: () => clearInterval(timer),
  };
}
