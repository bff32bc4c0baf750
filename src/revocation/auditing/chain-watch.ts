import type { Clock } from '../clock.ts';
import type { AuditHead, Store } from '../store.ts';
import type { BrokenChain } from '../telling/notice.ts';
import { lastAnchor, noteChain } from './chain-notices.ts';

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
  /** Called at each look while a break is known. */
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
  let again = true;
  let cancel = clock.after(0, () => void watch());

  async function watch(): Promise<void> {
    await look().catch((error: unknown) => {
      if (!stopped) onFault(error, 'following the audit log');
    });
    if (!stopped) cancel = clock.after(LOOK_EVERY_MS, () => void watch());
  }

  async function look(): Promise<void> {
    const found = await findBreak();
    if (stopped) return;
    const finding = { found, again, announces };
    const broken = await store.transaction((transaction) => noteChain(transaction, finding, clock.now()));
    again = false;
    if (broken) onBroken(broken);
    onNotice();
  }

  async function findBreak(): Promise<BrokenChain | undefined> {
    // What was anchored must still be there: a chain that was cut off holds all the same.
    const anchor = await store.transaction(lastAnchor);
    const cut = anchor && (await follow(anchor, 1)).broken;
    if (cut) return { about: 'broken chain', ...cut };
    while (!stopped) {
      const { head, more, broken } = await follow(verified, ENTRIES_AT_ONCE);
      if (head) verified = head;
      if (broken) return { about: 'broken chain', ...broken };
      if (!more) break;
      // Whatever else there is to do comes in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return undefined;
  }

  function follow(from: AuditHead | undefined, limit: number): Promise<ChainState> {
    return store.transaction((transaction) => transaction.followAudit(from, limit));
  }

  return () => {
    stopped = true;
    cancel();
  };
}
