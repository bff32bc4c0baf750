import type { PlanState } from '../revocation/plan.ts';
import type { Outcome } from '../revocation/revocation.ts';
import type { AuditEntry, Store, Transaction } from '../revocation/store.ts';

/** How a plan can end. */
export type PlanEnd = Exclude<PlanState, 'draft' | 'pending' | 'claimed'>;

/** Hears of what was written, after it was committed and only then. */
export interface StoreObserver {
  planEnded(end: PlanEnd): void;
  tokenEnded(outcome: Outcome): void;
  revocationEnded(tookMs: number): void;
  /** Somebody was not let through; the reason as the audit log has it. */
  denied(reason: string): void;
  /** A message to people is sent another time. */
  sentAgain(): void;
}

type Event = (observer: StoreObserver) => void;

/** The same store, watched: nothing above or below it has to say what it does. */
export function observedStore(store: Store, observer: StoreObserver): Store {
  return {
    async transaction(work, options) {
      let events: Event[] = [];
      const result = await store.transaction((transaction) => {
        // It may be run again: what the first run did was undone.
        events = [];
        return work(watched(transaction, (event) => events.push(event)));
      }, options);
      for (const event of events) event(observer);
      return result;
    },
    close: () => store.close(),
  };
}

function watched(transaction: Transaction, hear: (event: Event) => void): Transaction {
  const readEntries = (entries: readonly AuditEntry[]) => {
    for (const { action, detail } of entries) {
      const reason = detail.denial ?? (action === 'click refused' ? detail.why : undefined);
      if (typeof reason === 'string') hear((observer) => observer.denied(reason));
    }
  };
  return {
    ...transaction,
    async audit(entries) {
      await transaction.audit(entries);
      readEntries(entries);
    },
    async movePlan(plan, from, entry) {
      const moved = await transaction.movePlan(plan, from, entry);
      const { state } = plan;
      if (!moved) return false;
      if (state !== 'draft' && state !== 'pending' && state !== 'claimed')
        hear((observer) => observer.planEnded(state));
      readEntries([entry]);
      return true;
    },
    async addRevocation(revocation, items) {
      await transaction.addRevocation(revocation, items);
      for (const { outcome } of items) if (outcome) hear((observer) => observer.tokenEnded(outcome));
      if (revocation.finishedAt) hear((observer) => observer.revocationEnded(0));
    },
    async setRevocation(revocation) {
      await transaction.setRevocation(revocation);
      const { createdAt, finishedAt } = revocation;
      if (finishedAt) hear((observer) => observer.revocationEnded(finishedAt.getTime() - createdAt.getTime()));
    },
    async writeItem(item) {
      const written = await transaction.writeItem(item);
      const { outcome } = item;
      if (written && outcome) hear((observer) => observer.tokenEnded(outcome));
      return written;
    },
    async postponeAnnouncement(announcement) {
      const counted = await transaction.postponeAnnouncement(announcement);
      if (counted && announcement.attempt > 1) hear((observer) => observer.sentAgain());
      return counted;
    },
  };
}
