import type { Announcer, News } from '../announcer.ts';
import type { Clock } from '../clock.ts';
import type { PlanId } from '../ids.ts';
import type { Lanes } from '../lanes.ts';
import type { Plan } from '../plan.ts';
import { REPLY_USES, takeReply } from '../reply-address.ts';
import type { Store, Transaction } from '../store.ts';
import type { ProfileName } from '../token.ts';

/** When people hear of a revocation that is not over: soon, so that it can be stopped, and then less and less often, */
const TELL_AFTER_MS = [1_500, 10_000, 60_000];
/** and then every minute, as long as it lasts and its reply address takes messages. */
const THEN_EVERY_MS = 60_000;

export interface ProgressDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly announcer: Announcer;
  /** Keeps the messages about one plan in order, so that the result is the last. */
  readonly lanes: Lanes;
  readonly pauseOf: (profile: ProfileName) => string | undefined;
  readonly onFault: (error: unknown, doing: string) => void;
}

/** Tells how claimed plans and running revocations go. Nothing depends on it: what cannot be sent is left out. */
export interface Progress {
  /** The click was taken. */
  checking(plan: Plan): void;
  /** A revocation of this plan started. */
  follow(plan: Plan): void;
  /** Something happened to the revocation of this plan. */
  tell(plan: Plan): void;
  /** A profile pauses: whoever waits for it hears of it now. */
  paused(profile: ProfileName): void;
  stop(): void;
}

export function createProgress(dependencies: ProgressDependencies): Progress {
  const { store, clock, announcer, lanes, pauseOf, onFault } = dependencies;
  const followed = new Map<PlanId, { readonly profile: ProfileName; cancel: () => void }>();

  function follow({ id, profile }: Plan): void {
    const startedAt = clock.now().getTime();
    const later = (index: number): (() => void) => {
      const after = TELL_AFTER_MS[index] ?? THEN_EVERY_MS * (index - TELL_AFTER_MS.length + 2);
      return clock.after(Math.max(startedAt + after - clock.now().getTime(), 0), () => {
        const entry = followed.get(id);
        if (entry) entry.cancel = later(index + 1);
        tell(id, progressOf);
      });
    };
    followed.set(id, { profile, cancel: later(0) });
  }

  /** The last use of an address is the result's; without one that replaces, nothing is told but in a dialog. */
  function tell(id: PlanId, newsOf: (transaction: Transaction, plan: Plan) => Promise<News | undefined>): void {
    const send = async () => {
      const news = await store.transaction(async (transaction) => {
        const plan = await transaction.plan(id);
        const news = plan && (await newsOf(transaction, plan));
        // A dialog takes as many as there are.
        if (news?.plan.dialog !== undefined) return news;
        if (!news?.plan.reply?.replaces) return undefined;
        return (await takeReply(transaction, news.plan, REPLY_USES - 1, clock.now())) ? news : undefined;
      });
      if (!news) return;
      const reply = news.plan.dialog === undefined ? news.plan.reply : undefined;
      await announcer.tell(news, { reply, repeated: false });
    };
    lanes(id, send).catch((error: unknown) => onFault(error, `telling how ${id} goes`));
  }

  async function progressOf(transaction: Transaction, plan: Plan): Promise<News | undefined> {
    const revocation = await transaction.revocation(plan.id);
    if (revocation?.state === 'running') {
      return {
        about: 'progress',
        plan,
        revocation,
        items: await transaction.items(plan.id),
        pause: pauseOf(plan.profile),
      };
    }
    followed.get(plan.id)?.cancel();
    followed.delete(plan.id);
    return undefined;
  }

  return {
    checking: ({ id }) =>
      tell(id, async (_transaction, plan) => (plan.state === 'claimed' ? { about: 'checking', plan } : undefined)),
    follow,
    tell: ({ id }) => tell(id, progressOf),
    paused(profile) {
      for (const [id, entry] of followed) if (entry.profile === profile) tell(id, progressOf);
    },
    stop() {
      for (const { cancel } of followed.values()) cancel();
      followed.clear();
    },
  };
}
