import type { AuditEntry, Store, Transaction } from '../../src/revocation/store.ts';

/**
 * Where a transaction goes wrong: before it begins, when everything in it was done and is undone again, at its first
 * audit entry, or after it was committed, so that only the answer is lost.
 */
export type Fault = 'before' | 'undone' | 'at the audit' | 'after';

/** A store whose committed audit entries a test can read, and whose transactions it can make fail. */
export interface WatchedStore extends Store {
  /** What the audit log holds, in order. */
  readonly audit: readonly AuditEntry[];
  /** Transactions begun. */
  readonly begun: number;
  /** Makes the transaction with this number, counted from 1, fail like that. */
  failAt(number: number, fault: Fault): void;
  /** The actions of the audit log, in order. */
  actions(): readonly string[];
}

export function watched(store: Store): WatchedStore {
  const audit: AuditEntry[] = [];
  const faults = new Map<number, Fault>();
  let begun = 0;
  return {
    audit,
    get begun() {
      return begun;
    },
    failAt: (number, fault) => faults.set(number, fault),
    actions: () => audit.map(({ action }) => action),
    close: () => store.close(),
    async transaction(work, options) {
      begun += 1;
      const fault = faults.get(begun);
      if (fault === 'before') throw new Error('scripted: the store is gone');
      let written: AuditEntry[] = [];
      const result = await store.transaction(async (transaction) => {
        written = [];
        const result = await work(
          recording(transaction, (entries) => {
            if (fault === 'at the audit') throw new Error('scripted: the disk is full');
            written.push(...entries);
          }),
        );
        if (fault === 'undone') throw new Error('scripted: the commit failed');
        return result;
      }, options);
      audit.push(...written);
      if (fault === 'after') throw new Error('scripted: the answer to the commit was lost');
      return result;
    },
  };
}

function recording(transaction: Transaction, write: (entries: readonly AuditEntry[]) => void): Transaction {
  return {
    ...transaction,
    async audit(entries) {
      if (entries.length > 0) write(entries);
      await transaction.audit(entries);
    },
    async addPlan(plan, entry) {
      write([entry]);
      await transaction.addPlan(plan, entry);
    },
    async movePlan(plan, from, entry) {
      const moved = await transaction.movePlan(plan, from, entry);
      if (moved) write([entry]);
      return moved;
    },
  };
}
