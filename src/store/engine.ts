import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** What the steps of a transaction must know of the database they run on. Everything else is the same SQL. */
export interface Engine {
  /** Names this process as the one that keeps a plan or leases an item. */
  readonly keeper: string;
  /** Whether several processes may use the store at the same time, so that rows are locked one by one. */
  readonly shared: boolean;
  /** Waits until no other transaction holds this name, unless both do so together, and holds it until this one ends. */
  hold(db: Kysely<Tables>, name: string, how: 'alone' | 'together'): Promise<void>;
}
