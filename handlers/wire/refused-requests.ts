import type { Clock } from '../../src/revocation/clock.ts';
import type { Store } from '../../src/revocation/store.ts';

/** Writes requests that could not be read into the audit log. */
export function refusedRequests({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
  return (user: string | undefined, what: string): Promise<void> => {
    const entry = {
      at: clock.now(),
      actor: user ?? 'unknown',
      action: 'request refused',
      subject: what,
      detail: { why: 'not as Slack sends it' },
    };
    return store.transaction((transaction) => transaction.audit([entry]));
  };
}
