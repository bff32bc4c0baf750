import type { Store } from '../store.ts';
import { type AuditFilter, type AuditRecord, shows } from './audit-record.ts';

/** So many entries are looked through in one transaction: a few milliseconds. */
const STRETCH = 2_000;
const ROWS_AT_ONCE = 500;

/** Which entries of the audit log to look at, and in which order. */
export interface AuditStretch {
  /** Their numbers, both included. */
  readonly first: number;
  readonly last: number;
  readonly newestFirst: boolean;
  /** How many are returned at most. */
  readonly limit: number;
}

/** Steps of a transaction. */
export interface AuditReadingSteps {
  /**
   * The entries of a stretch that the filter may let through: all that it does, and perhaps others. `older`: there are none,
   * and all of the stretch is from before the filter's time. Others have their turn before it begins.
   */
  auditEntries(
    stretch: AuditStretch,
    filter: AuditFilter,
  ): Promise<{ readonly entries: readonly AuditRecord[]; readonly older: boolean }>;
}

/** Where a search begins, which way it goes, and how many entries it looks through at most. */
export interface Route {
  readonly start: number;
  readonly direction: 'to earlier' | 'to later';
  /** The last entry of the log, as far as the search is concerned. */
  readonly head: number;
  readonly most: number;
}

/** What a stretch of the log held. */
export interface Findings {
  /** In the order of the search. */
  readonly records: readonly AuditRecord[];
  /** The number of the entry that comes next. */
  readonly next: number;
  /** Whether the search is over, because there is nothing beyond. */
  readonly over: boolean;
}

/**
 * Looks through the audit log stretch by stretch, as far as somebody asks and at most as far as the route goes. Others have
 * their turn between any two stretches, however long the log is.
 */
export async function* searchAudit(store: Store, filter: AuditFilter, route: Route): AsyncGenerator<Findings> {
  const earlier = route.direction === 'to earlier';
  const isBeyond = (seq: number) => (earlier ? seq < 1 : seq > route.head);
  let next = route.start;
  for (let left = route.most; left > 0 && !isBeyond(next); ) {
    const first = earlier ? Math.max(1, next - STRETCH + 1) : next;
    const last = earlier ? next : Math.min(route.head, next + STRETCH - 1);
    const newestFirst = earlier;
    const { entries, older } = await store.transaction((transaction) =>
      transaction.auditEntries({ first, last, newestFirst, limit: ROWS_AT_ONCE }, filter),
    );
    const edge = earlier ? first : last;
    const reached = entries.length === ROWS_AT_ONCE ? (entries.at(-1)?.seq ?? edge) : edge;
    left -= Math.abs(reached - next) + 1;
    next = reached + (earlier ? -1 : 1);
    const over = isBeyond(next) || (earlier && older);
    yield { records: entries.filter((record) => shows(filter, record)), next, over };
    if (over) return;
  }
}
