import { type Bot, type BotOptions, startBot } from '../../handlers/bot.ts';
import type { Store } from '../../src/revocation/store.ts';
import type { TokenService } from '../../src/revocation/token-service.ts';

/** A bot that can be dropped as a killed process is: from then on it reads, writes and sends nothing, whatever it was doing. */
export interface Mortal {
  readonly bot: Bot;
  /** What was not committed never happened; what was sent is on its way. */
  drop(): void;
}

export interface MortalOptions extends BotOptions {
  /** Whether what is written does not fit on the disk. */
  readonly isDiskFull: () => boolean;
  /** Called when a transaction begins, and when it has ended. */
  readonly onTransaction: () => void;
}

/** Starts a bot. Resolves when Slack can reach it. */
export async function startMortal({ isDiskFull, onTransaction, ...options }: MortalOptions): Promise<Mortal> {
  const life = { isOver: false };
  const bot = startBot({
    ...options,
    store: mortalStore(watchedStore(options.store, onTransaction), life, isDiskFull),
    tokens: mortalTokens(options.tokens, life),
  });
  await bot.ready;
  return {
    bot,
    drop() {
      life.isOver = true;
      // Only for its socket and its timers: it does not live to see it end.
      bot.stop().catch(() => undefined);
    },
  };
}

interface Life {
  isOver: boolean;
}

function mortalStore(store: Store, life: Life, isDiskFull: () => boolean): Store {
  const live = () => {
    if (life.isOver) throw new Error('the process is gone');
  };
  return {
    close: async () => undefined, // the file outlives the process
    async transaction(work, options) {
      live();
      const result = await store.transaction(async (transaction) => {
        const before = await transaction.auditHead();
        const result = await work(transaction);
        live();
        const wrote = (await transaction.auditHead())?.seq !== before?.seq;
        if (wrote && isDiskFull()) throw new Error('database or disk is full');
        return result;
      }, options);
      live();
      return result;
    },
  };
}

function watchedStore(store: Store, onTransaction: () => void): Store {
  return {
    close: () => store.close(),
    async transaction(work, options) {
      onTransaction();
      return store.transaction(work, options).finally(onTransaction);
    },
  };
}

function mortalTokens({ get, list, revoke }: TokenService, life: Life): TokenService {
  const living = async <T>(answer: Promise<T>): Promise<T> => {
    const value = await answer;
    // Nobody is there to hear it.
    return life.isOver ? new Promise<never>(() => undefined) : value;
  };
  return {
    get: (request) => living(get(request)),
    async *list(request) {
      for await (const page of list(request)) yield living(Promise.resolve(page));
    },
    revoke: (request) => living(revoke(request)),
  };
}
