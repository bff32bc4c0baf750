import type { Clock } from '../clock.ts';
import type { Freeze } from '../freeze.ts';
import type { Requester } from '../people.ts';
import { type Delivery, FRESH_MS } from '../planning/plans.ts';
import type { Authorizer } from '../rights/authorization.ts';
import type { Allowed, Refused } from '../rights/verdict.ts';
import type { AuditEntry, Store } from '../store.ts';
import { stopEvery } from './stopping.ts';

/** What became of a wish to freeze or unfreeze. `unchanged`: it was so already. */
export type Freezing =
  | { readonly kind: 'repeated' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'frozen'; readonly freeze: Freeze; readonly stopped: number }
  | { readonly kind: 'unfrozen'; readonly freeze: Freeze }
  | { readonly kind: 'unchanged'; readonly freeze: Freeze | undefined };

/** Stops everything, and lets it go on again. Who may is read afresh each time. */
export interface Freezer {
  /** When it resolves no bot on this store starts anything more, and what had not left yet is not sent. */
  freeze(who: Requester, reason: string, delivery: Delivery): Promise<Freezing>;
  /** Lets new revocations start. What was stopped stays stopped. */
  unfreeze(who: Requester, delivery: Delivery): Promise<Freezing>;
}

export interface FreezerDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly authorizer: Authorizer;
  /** Called when something was stopped, and people must be told. */
  readonly onStopped: () => void;
}

export function createFreezer({ store, clock, authorizer, onStopped }: FreezerDependencies): Freezer {
  async function refuse(who: Requester, wish: string, { message, denial }: Refused): Promise<Freezing> {
    const entry = freezeEntry(who, clock.now(), `${wish} refused`, { denial, channel: who.channel });
    await store.transaction((transaction) => transaction.audit([entry]));
    return { kind: 'refused', message };
  }

  return {
    async freeze(who, reason, { key }) {
      const verdict = await authorizer.mayFreeze(who, FRESH_MS);
      if (!verdict.allowed) return refuse(who, 'freeze', verdict);
      const freezing = await store.transaction(async (transaction): Promise<Freezing> => {
        const now = clock.now();
        if (!(await transaction.firstDelivery(key, now))) return { kind: 'repeated' };
        const freeze: Freeze = { by: who.user, reason, at: now };
        if (!(await transaction.addFreeze(freeze))) return { kind: 'unchanged', freeze: await transaction.freeze() };
        await transaction.audit([freezeEntry(who, now, 'frozen', { reason, ...basis(verdict) })]);
        return { kind: 'frozen', freeze, stopped: await stopEvery(transaction, freeze, now) };
      });
      if (freezing.kind === 'frozen') onStopped();
      return freezing;
    },
    async unfreeze(who, { key }) {
      const verdict = await authorizer.mayFreeze(who, FRESH_MS);
      if (!verdict.allowed) return refuse(who, 'unfreeze', verdict);
      return store.transaction(async (transaction): Promise<Freezing> => {
        const now = clock.now();
        if (!(await transaction.firstDelivery(key, now))) return { kind: 'repeated' };
        const freeze = await transaction.freeze();
        if (!freeze) return { kind: 'unchanged', freeze };
        await transaction.removeFreeze();
        await transaction.audit([freezeEntry(who, now, 'unfrozen', { frozenBy: freeze.by, ...basis(verdict) })]);
        return { kind: 'unfrozen', freeze };
      });
    },
  };
}

function basis({ rule, members, readAt }: Allowed): AuditEntry['detail'] {
  return { rule, members, membersReadAt: readAt };
}

function freezeEntry({ user }: Requester, at: Date, action: string, detail: AuditEntry['detail']): AuditEntry {
  return { at, actor: user, action, subject: 'freeze', detail };
}
