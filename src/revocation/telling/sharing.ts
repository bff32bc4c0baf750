import { type Announcer, type News, PlaceRefusedError, type Posted, type SharedResult } from '../announcer.ts';
import type { Clock } from '../clock.ts';
import { type Plan, placeOf } from '../plan.ts';
import { REPLY_USES, takeReply } from '../reply-address.ts';
import type { Store } from '../store.ts';

export interface SharingDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly announcer: Announcer;
}

/** What became of a result that is to be shared. `posted` is undefined where it cannot be named. */
export type Shared = { readonly shared: true; readonly posted: Posted | undefined } | { readonly shared: false };

/**
 * Posts a result at its place; where the place takes nothing from the bot, by the reply address, which needs no membership;
 * where that is not possible either, the operator is told why not. Throws when something is not known to have arrived.
 */
export async function share(
  { store, clock, announcer }: SharingDependencies,
  news: SharedResult,
  repeated: boolean,
): Promise<Shared> {
  const { plan } = news;
  // The last use of an address is the operator's own result's.
  const reply = async () => {
    const taken = await store.transaction((transaction) => takeReply(transaction, plan, REPLY_USES - 1, clock.now()));
    return taken ? plan.reply : undefined;
  };
  try {
    return { shared: true, posted: await announcer.tell(news, { reply: undefined, repeated }) };
  } catch (error) {
    if (!(error instanceof PlaceRefusedError)) throw error;
    const address = error.refusal !== 'archived' && isReachedByReply(news) ? await reply() : undefined;
    if (address && (await isToldThere(announcer, news, { reply: address, repeated })))
      return { shared: true, posted: undefined };
    await announcer.tell(
      { about: 'not shared', plan, refusal: error.refusal },
      { reply: address ? undefined : await reply(), repeated },
    );
    return { shared: false };
  }
}

/** Tells the operator that the result was not shared in time. One who cannot be told either is left alone. */
export async function sayNotInTime(announcer: Announcer, plan: Plan): Promise<Shared> {
  await isToldThere(
    announcer,
    { about: 'not shared', plan, refusal: 'not in time' },
    { reply: undefined, repeated: false },
  );
  return { shared: false };
}

/** A reply address leads to one channel, and not into its threads. */
function isReachedByReply({ plan }: SharedResult): boolean {
  const place = placeOf(plan);
  return place !== undefined && place.thread === undefined && plan.reply?.channel === place.channel;
}

async function isToldThere(announcer: Announcer, news: News, to: Parameters<Announcer['tell']>[1]) {
  try {
    await announcer.tell(news, to);
    return true;
  } catch (error) {
    if (error instanceof PlaceRefusedError) return false;
    throw error;
  }
}
