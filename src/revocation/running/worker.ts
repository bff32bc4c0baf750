import type { Clock } from '../clock.ts';
import type { PlanId } from '../ids.ts';
import type { Profile } from '../rights/policy.ts';
import type { ClaimedItem, Store, Transaction } from '../store.ts';
import type { ProfileName } from '../token.ts';
import { type AttemptDependencies, attemptItem } from './attempt.ts';
import type { Decision } from './outcome.ts';
import { createPauses } from './pauses.ts';
import { itemEntry, settle } from './settling.ts';
import { closeIfDone, isStopped, stopEvery } from './stopping.ts';

/** Above the longest attempt. */
const LEASE_MS = 15_000;
const AFTER_A_FAULT_MS = 1_000;

export interface WorkerDependencies extends Omit<AttemptDependencies, 'stillWanted'> {
  readonly store: Store;
  readonly clock: Clock;
  readonly profiles: ReadonlyMap<ProfileName, Profile>;
  /** How often to look for work that nobody announced. */
  readonly pollMs: number;
  readonly onNews: () => void;
  /** Called when a profile pauses, with the reason. */
  readonly onPause: (profile: ProfileName, reason: string) => void;
  readonly onFault: (error: unknown, doing: string) => void;
}

/** Does the work that confirmed plans left in the store, as many tokens at a time as each profile allows. */
export interface Worker {
  /** There may be work now. */
  wake(): void;
  /** Why nothing moves on this profile; undefined when it does. */
  pauseOf(profile: ProfileName): string | undefined;
  /** Starts nothing more, and resolves when what runs has ended and is written. */
  stop(): Promise<void>;
}

interface Finished {
  readonly claimed: ClaimedItem;
  readonly decision: Decision;
}

export function createWorker(dependencies: WorkerDependencies): Worker {
  const { store, clock, profiles, onFault } = dependencies;
  const pauses = createPauses(clock);
  /** What is under way, and what takes it back while it waits at the gateway. */
  const running = new Map<ClaimedItem, AbortController>();
  const stillWanted = async (id: string) => !(await store.transaction((transaction) => isStopped(transaction, id)));
  let finished: Finished[] = [];
  let turning = false;
  let again = false;
  let stopping = false;
  let cancelTimer: (() => void) | undefined;
  let idle: (() => void) | undefined;

  /** One turn at a time; whatever happens meanwhile is handled by the next. */
  function wake(): void {
    again = true;
    if (!turning) void turns();
  }

  async function turns(): Promise<void> {
    turning = true;
    while (again) {
      again = false;
      cancelTimer?.();
      // What ends in the same moment is written together.
      await new Promise((resolve) => setImmediate(resolve));
      try {
        await turn();
      } catch (error) {
        onFault(error, 'writing work');
        wakeIn(AFTER_A_FAULT_MS);
        break;
      }
    }
    turning = false;
    idle?.();
  }

  async function turn(): Promise<void> {
    // A copy: what ends while the store writes belongs to the next turn.
    const batch = [...finished];
    const { freeze, stopped, claimed, nextAt } = await store.transaction(async (transaction) => {
      for (const { claimed, decision } of batch) await settle(transaction, claimed, decision, clock.now());
      // Read where work is claimed, so that no bot on this store overlooks it.
      const freeze = await transaction.freeze();
      if (freeze) await stopEvery(transaction, freeze, clock.now());
      const stopped = await stoppedAmong(transaction, new Set([...running.keys()].map(({ plan }) => plan.id)));
      await closeFinished(transaction, batch, clock.now());
      const claimed = stopping ? [] : await claim(transaction);
      return { freeze, stopped, claimed, nextAt: await transaction.nextItemAt(clock.now()) };
    });
    finished = finished.slice(batch.length);
    for (const [{ plan }, takeBack] of running) if (stopped.has(plan.id)) takeBack.abort();
    if (batch.length > 0 || freeze) dependencies.onNews();
    for (const item of claimed) start(item);
    const wakeAt = Math.min(nextAt?.getTime() ?? Number.POSITIVE_INFINITY, pauses.nextEnd());
    if (!stopping) wakeIn(Math.min(Math.max(wakeAt - clock.now().getTime(), 1), dependencies.pollMs));
  }

  async function claim(transaction: Transaction): Promise<ClaimedItem[]> {
    const now = clock.now();
    const all: ClaimedItem[] = [];
    for (const { name, concurrency } of profiles.values()) {
      // Twice the concurrency: the gateway always has the next call at hand.
      const free = pauses.window(name, concurrency * 2) - underWay(name);
      if (free <= 0) continue;
      const leaseUntil = new Date(now.getTime() + LEASE_MS);
      all.push(...(await transaction.claimItems({ profile: name, limit: free, now, leaseUntil })));
    }
    if (all.length > 0) await transaction.audit(all.map((claimed) => itemEntry(claimed, 'revoking token', now)));
    return all;
  }

  function underWay(profile: ProfileName): number {
    return [...running.keys()].filter(({ item }) => item.profile === profile).length;
  }

  function start(claimed: ClaimedItem): void {
    const { profile } = claimed.item;
    const takeBack = new AbortController();
    running.set(claimed, takeBack);
    attemptItem({ ...dependencies, stillWanted }, claimed, takeBack.signal)
      .catch((error: unknown): Decision => {
        onFault(error, 'revoking a token');
        return { next: 'again', afterMs: AFTER_A_FAULT_MS, sent: true, lost: true, note: 'the bot failed', status: '' };
      })
      .then((decision) => {
        running.delete(claimed);
        const reason = pauses.note(profile, decision);
        if (reason !== undefined) dependencies.onPause(profile, reason);
        finished.push({ claimed, decision });
        wake();
      });
  }

  function wakeIn(ms: number): void {
    cancelTimer?.();
    cancelTimer = clock.after(ms, wake);
  }

  return {
    wake,
    pauseOf: (profile) => pauses.reason(profile),
    async stop() {
      stopping = true;
      wake();
      const busy = () => turning || finished.length > 0 || running.size > 0;
      while (busy()) {
        await new Promise<void>((resolve) => {
          idle = resolve;
        });
      }
      cancelTimer?.();
    },
  };
}

async function closeFinished(transaction: Transaction, batch: readonly Finished[], now: Date): Promise<void> {
  const plans = new Map(batch.map(({ claimed }) => [claimed.plan.id, claimed.plan]));
  for (const plan of plans.values()) {
    const revocation = await transaction.revocation(plan.id);
    if (revocation) await closeIfDone(transaction, plan, revocation, now);
  }
}

async function stoppedAmong(transaction: Transaction, ids: ReadonlySet<PlanId>): Promise<ReadonlySet<PlanId>> {
  const stopped = new Set<PlanId>();
  for (const id of ids) if ((await transaction.revocation(id))?.stoppedBy !== undefined) stopped.add(id);
  return stopped;
}
