import type { Clock } from './clock.ts';
import type { BrokenChain } from './notice.ts';
import { lastAnchor, queueAnchor, queueBrokenChain } from './notices.ts';
import type { AuditHead, Store } from './store.ts';

const LOOK_EVERY_MS = 5 * 60_000;
const ENTRIES_AT_ONCE = 500;

/** How far a chain holds: up to `head`, and then to its end, or to the next look, or not at all. */
export interface ChainState {
  readonly head: AuditHead | undefined;
  readonly more: boolean;
  readonly broken?: { readonly seq: number; readonly problem: string } | undefined;
}

/** The step of a transaction that looks whether the audit log is what was written. */
export interface ChainSteps {
  /** Follows the chain from this entry, which must be there as it was, or else from the first, for so many entries at most. */
  followAudit(from: AuditHead | undefined, limit: number): Promise<ChainState>;
}

export interface ChainWatchDependencies {
  readonly store: Store;
  readonly clock: Clock;
  /** Whether there is anybody to be told: then the head is anchored there, too. */
  readonly announces: boolean;
  readonly onBroken: (broken: BrokenChain) => void;
  /** Called when something may have been queued. */
  readonly onNotice: () => void;
  readonly onFault: (error: unknown, doing: string) => void;
}

/**
 * Follows the audit log's chain, all of it at the start and then what was added, and sees to it that a break is told and
 * that the head is anchored. Returns what stops it.
 */
export function watchChain(dependencies: ChainWatchDependencies): () => void {
  const { store, clock, announces, onBroken, onNotice, onFault } = dependencies;
  let verified: AuditHead | undefined;
  let stopped = false;
  let cancel = clock.after(0, () => void first());

  async function first(): Promise<void> {
    // What was anchored must still be there: a chain that was cut off holds all the same.
    await guarded(async () => {
      const anchor = await store.transaction(lastAnchor);
      if (anchor) await follow(anchor, 1);
    });
    await look();
  }

  async function look(): Promise<void> {
    await guarded(async () => {
      while (!stopped) {
        const { head, more, broken } = await follow(verified, ENTRIES_AT_ONCE);
        if (head) verified = head;
        if (!more || broken) break;
        // Whatever else there is to do comes in between.
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (!stopped && announces) await store.transaction((transaction) => queueAnchor(transaction, clock.now()));
      onNotice();
    });
    if (!stopped) cancel = clock.after(LOOK_EVERY_MS, () => void look());
  }

  async function follow(from: AuditHead | undefined, limit: number): Promise<ChainState> {
    const state = await store.transaction((transaction) => transaction.followAudit(from, limit));
    if (state.broken) {
      const broken: BrokenChain = { about: 'broken chain', ...state.broken };
      onBroken(broken);
      if (announces) await store.transaction((transaction) => queueBrokenChain(transaction, broken, clock.now()));
    }
    return state;
  }

  async function guarded(work: () => Promise<void>): Promise<void> {
    if (stopped) return;
    await work().catch((error: unknown) => {
      if (!stopped) onFault(error, 'following the audit log');
    });
  }

  return () => {
    stopped = true;
    cancel();
  };
}
