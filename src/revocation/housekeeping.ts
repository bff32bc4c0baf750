import { REPLY_LASTS_MS } from './announcements.ts';
import type { Clock } from './clock.ts';
import { planEntry } from './journal.ts';
import { isExpired, type Plan } from './plan.ts';
import type { Store } from './store.ts';

const SWEEP_MS = 30_000;
const DELIVERIES_KEPT_MS = 24 * 3_600_000;

export interface HousekeepingDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly onFault: (error: unknown, doing: string) => void;
}

/** Expires plans nobody confirmed, and forgets what has no use any more, twice a minute. Returns what stops it. */
export function keepHouse({ store, clock, onFault }: HousekeepingDependencies): () => void {
  let cancel = clock.after(0, sweep);
  let stopped = false;
  function sweep(): void {
    sweepOnce({ store, clock })
      .catch((error: unknown) => onFault(error, 'expiring plans'))
      .finally(() => {
        if (!stopped) cancel = clock.after(SWEEP_MS, sweep);
      });
  }
  return () => {
    stopped = true;
    cancel();
  };
}

async function sweepOnce({ store, clock }: { store: Store; clock: Clock }): Promise<void> {
  await store.transaction(async (transaction) => {
    const now = clock.now();
    for (const plan of await transaction.plansIn(['pending'])) {
      if (!isExpired(plan, now)) continue;
      await transaction.movePlan({ ...plan, state: 'expired' }, 'pending', planEntry(plan, now, 'bot', 'plan expired'));
    }
    const ago = (ms: number) => new Date(now.getTime() - ms);
    await transaction.forget({ deliveries: ago(DELIVERIES_KEPT_MS), replies: ago(REPLY_LASTS_MS) });
  });
}

/** Gives back what a process that ended had leased, and returns the plans whose revocations still run. */
export async function takeOver(store: Store, clock: Clock): Promise<Plan[]> {
  return store.transaction(async (transaction) => {
    await transaction.releaseLeases(clock.now());
    return transaction.runningPlans();
  });
}

/** What a process that ended left behind: drafts that were acknowledged and never shown, clicks that were never checked. */
export async function undecided(store: Store): Promise<{ readonly drafts: Plan[]; readonly claimed: Plan[] }> {
  return store.transaction(async (transaction) => ({
    drafts: await transaction.plansIn(['draft']),
    claimed: await transaction.plansIn(['claimed']),
  }));
}
