import type { Clock } from '../clock.ts';
import type { Requester } from '../people.ts';
import type { Store } from '../store.ts';
import type { Selection } from './selection-steps.ts';

/** It is asked for before acknowledgements that wait for other things too. */
const FIND_WITHIN_MS = 500;

/** Remembers what dialogs were opened with, for as long as anybody may leave one open. */
export interface Selections {
  keep(selection: Omit<Selection, 'createdAt'>): Promise<Selection>;
  /** Undefined when there is none, it is too old, or it is somebody else's. Throws `StoreBusyError` soon. */
  find(id: string, who: Requester): Promise<Selection | undefined>;
}

export function createSelections({ store, clock }: { store: Store; clock: Clock }): Selections {
  return {
    async keep(found) {
      const selection = { ...found, createdAt: clock.now() };
      await store.transaction((transaction) => transaction.addSelection(selection));
      return selection;
    },
    async find(id, { user, team }) {
      const selection = await store.transaction((transaction) => transaction.selection(id), {
        withinMs: FIND_WITHIN_MS,
      });
      return selection?.owner.user === user && selection.owner.team === team ? selection : undefined;
    },
  };
}
