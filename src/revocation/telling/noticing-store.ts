import type { Plan } from '../plan.ts';
import type { AuditEntry, Store, Transaction } from '../store.ts';
import { queueRefusal, queueResult, refusalIn } from './notices.ts';

/**
 * The same store, which also queues what those who watch over the bot are told: each result, and each refusal that is
 * audited, in the transaction that writes it. Calls back after something was queued.
 */
export function noticingStore(store: Store, onNotice: () => void): Store {
  return {
    async transaction(work, options) {
      let queued = false;
      const result = await store.transaction((transaction) => {
        // It may be run again: what the first run did was undone.
        queued = false;
        return work(
          noticing(transaction, () => {
            queued = true;
          }),
        );
      }, options);
      if (queued) onNotice();
      return result;
    },
    close: () => store.close(),
  };
}

function noticing(transaction: Transaction, onQueued: () => void): Transaction {
  async function read(entry: AuditEntry, plan?: Plan): Promise<void> {
    const refusal = refusalIn({ ...entry, detail: { force: plan?.force, ...entry.detail } }, plan);
    if (!refusal) return;
    await queueRefusal(transaction, refusal, entry.at);
    onQueued();
  }

  async function ended({ id, finishedAt }: Parameters<Transaction['setRevocation']>[0]): Promise<void> {
    if (!finishedAt) return;
    await queueResult(transaction, id, finishedAt);
    onQueued();
  }

  return {
    ...transaction,
    async audit(entries) {
      await transaction.audit(entries);
      for (const entry of entries) await read(entry);
    },
    async movePlan(plan, from, entry) {
      const moved = await transaction.movePlan(plan, from, entry);
      if (moved) await read(entry, plan);
      return moved;
    },
    async addRevocation(revocation, items) {
      await transaction.addRevocation(revocation, items);
      await ended(revocation);
    },
    async setRevocation(revocation) {
      await transaction.setRevocation(revocation);
      await ended(revocation);
    },
  };
}
