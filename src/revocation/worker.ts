import { type AttemptDependencies, attemptItem } from './attempt.ts';
import type { Clock } from './clock.ts';
import type { Decision } from './outcome.ts';
import { createPauses } from './pauses.ts';
import type { Profile } from './policy.ts';
import type { Item } from './revocation.ts';
import { closeIfDone, isStopped, stopEvery } from './stopping.ts';
import type { AuditEntry, ClaimedItem, Store, Transaction } from './store.ts';
import type { ProfileName, TokenId } from './token.ts';

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
  const running = new Map<ProfileName, number>();
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
    const { freeze, claimed, nextAt } = await store.transaction(async (transaction) => {
      for (const { claimed, decision } of batch) await settle(transaction, claimed, decision, clock.now());
      // Read where work is claimed, so that no bot on this store overlooks it.
      const freeze = await transaction.freeze();
      if (freeze) await stopEvery(transaction, freeze, clock.now());
      await closeFinished(transaction, batch, clock.now());
      const claimed = stopping ? [] : await claim(transaction);
      return { freeze, claimed, nextAt: await transaction.nextItemAt(clock.now()) };
    });
    finished = finished.slice(batch.length);
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
      const free = pauses.window(name, concurrency * 2) - (running.get(name) ?? 0);
      if (free <= 0) continue;
      const leaseUntil = new Date(now.getTime() + LEASE_MS);
      all.push(...(await transaction.claimItems({ profile: name, limit: free, now, leaseUntil })));
    }
    if (all.length > 0) await transaction.audit(all.map((claimed) => itemEntry(claimed, 'revoking token', now)));
    return all;
  }

  function start(claimed: ClaimedItem): void {
    const { profile } = claimed.item;
    running.set(profile, (running.get(profile) ?? 0) + 1);
    attemptItem({ ...dependencies, stillWanted }, claimed)
      .catch((error: unknown): Decision => {
        onFault(error, 'revoking a token');
        return { next: 'again', afterMs: AFTER_A_FAULT_MS, sent: true, lost: true, note: 'the bot failed', status: '' };
      })
      .then((decision) => {
        running.set(profile, (running.get(profile) ?? 0) - 1);
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
      const busy = () => turning || finished.length > 0 || [...running.values()].some((count) => count > 0);
      while (busy()) {
        await new Promise<void>((resolve) => {
          idle = resolve;
        });
      }
      cancelTimer?.();
    },
  };
}

async function settle(transaction: Transaction, claimed: ClaimedItem, decision: Decision, now: Date): Promise<void> {
  const after = itemAfter(claimed.item, decision, now);
  // A lease that ran out was given to somebody else: their word counts, not ours.
  if (!(await transaction.writeItem(after))) return;
  const { outcome, note, status } = after;
  const action = outcome ? `token ${outcome}` : `token ${decision.next === 'pause' ? 'waits' : 'tried again'}`;
  await transaction.audit([itemEntry(claimed, action, now, { note, status })]);
}

function itemAfter(item: Item, decision: Decision, now: Date): Item {
  const { note, status } = decision;
  if (decision.next === 'settle') {
    const { outcome, revokedAt } = decision;
    return { ...item, state: 'done', outcome, note, status, revokedAt, doneAt: now };
  }
  const runAt = new Date(now.getTime() + decision.afterMs);
  if (decision.next === 'again')
    return { ...item, state: 'ready', sent: decision.sent, lost: decision.lost, note, status, runAt };
  const attempt = item.attempt - 1;
  return {
    ...item,
    state: 'ready',
    attempt,
    startedAt: attempt === 0 ? undefined : item.startedAt,
    note,
    status,
    runAt,
  };
}

async function closeFinished(transaction: Transaction, batch: readonly Finished[], now: Date): Promise<void> {
  const plans = new Map(batch.map(({ claimed }) => [claimed.plan.id, claimed.plan]));
  for (const plan of plans.values()) {
    const revocation = await transaction.revocation(plan.id);
    if (revocation) await closeIfDone(transaction, plan, revocation, now);
  }
}

function itemEntry({ item, plan }: ClaimedItem, action: string, at: Date, more: AuditEntry['detail'] = {}): AuditEntry {
  const { profile, attempt } = item;
  const subject: TokenId = item.tokenId;
  return {
    at,
    actor: 'bot',
    action,
    subject,
    detail: { revocation: plan.id, profile, operator: plan.requester.user, attempt, ...more },
  };
}
