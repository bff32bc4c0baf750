import type { Clock } from './clock.ts';
import { planEntry } from './journal.ts';
import { isExpired, type Plan } from './plan.ts';
import { REPLY_LASTS_MS } from './reply-address.ts';
import type { Store } from './store.ts';

const SWEEP_MS = 30_000;
const DELIVERIES_KEPT_MS = 24 * 3_600_000;
/** Longer than anybody leaves a dialog open. */
const SELECTIONS_KEPT_MS = 24 * 3_600_000;
const HOMES_KEPT_MS = 42 * 24 * 3_600_000;
const ROTATIONS_KEPT_MS = 90 * 24 * 3_600_000;

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
    await transaction.forgetNotices(ago(DELIVERIES_KEPT_MS));
    await transaction.forget({ deliveries: ago(DELIVERIES_KEPT_MS), replies: ago(REPLY_LASTS_MS) });
    await transaction.forgetHomes(ago(HOMES_KEPT_MS));
    await transaction.forgetRotations(ago(ROTATIONS_KEPT_MS));
    await transaction.forgetSelections(ago(SELECTIONS_KEPT_MS));
  });
}

/** Gives back what a process that ended had leased, and returns the plans it left behind whose revocations still run. */
export async function takeOver(store: Store, clock: Clock): Promise<Plan[]> {
  return store.transaction(async (transaction) => {
    await transaction.releaseLeases(clock.now());
    return (await transaction.adopt()).filter(({ state }) => state === 'confirmed');
  });
}

/** What nobody decided yet. */
export interface Undecided {
  /** Plans taken over whose revocations run. */
  readonly running: readonly Plan[];
  /** Acknowledged, and not shown. */
  readonly drafts: readonly Plan[];
  /** Clicked, and not checked. */
  readonly claimed: readonly Plan[];
}

/** Takes over what processes that are gone left behind, and returns it with what this one keeps and has not decided. */
export async function undecided(store: Store): Promise<Undecided> {
  const [adopted, kept] = await store.transaction(async (transaction) => {
    const adopted = await transaction.adopt();
    return [adopted, await transaction.undecided()] as const;
  });
  return {
    running: adopted.filter(({ state }) => state === 'confirmed'),
    drafts: kept.filter(({ state }) => state === 'draft'),
    claimed: kept.filter(({ state }) => state === 'claimed'),
  };
}
