import { type Clock, systemClock } from '../revocation/clock.ts';
import type { Store } from '../revocation/store.ts';
import { openPostgresStore } from './postgres.ts';
import { openSqliteStore } from './sqlite.ts';

/** Where the store is: the absolute path of a file, or the URL of a database. The URL may hold a password. */
export type StoreSettings =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** A store, and what goes with its kind. */
export interface OpenedStore {
  readonly store: Store;
  /** The time that counts for all that use the store. */
  readonly clock: Clock;
  /** How often to look for work that another process left in it. */
  readonly pollMs: number;
}

const POLL_ALONE_MS = 30_000;
const POLL_SHARED_MS = 500;

/** Opens the store that the configuration names. Throws, in words for people, when it cannot be used. */
export async function openStore(settings: StoreSettings): Promise<OpenedStore> {
  if (settings.kind === 'sqlite')
    return { store: await openSqliteStore(settings.path), clock: systemClock(), pollMs: POLL_ALONE_MS };
  const store = await openPostgresStore(settings.url);
  return { store, clock: store.clock, pollMs: POLL_SHARED_MS };
}
