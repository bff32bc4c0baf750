import type { Store } from '../store.ts';
import { type AuditFilter, type AuditRecord, auditLine } from './audit-record.ts';
import { searchAudit } from './audit-search.ts';

const PAGE = 10;
/** So many entries are looked through for one page, and for one export. */
const MOST_FOR_PAGE = 200_000;
const MOST_FOR_EXPORT = 1_000_000;
const MOST_LINES = 20_000;
const MOST_BYTES = 8 * 1024 * 1024;

/** Which page: the latest, or the one before or after an entry. */
export type Turn = { readonly to: 'latest' } | { readonly to: 'earlier' | 'later'; readonly than: number };

export interface AuditPage {
  readonly kind: 'page';
  /** The newest first. */
  readonly records: readonly AuditRecord[];
  /** The entry before which there may be more, and the one after which there is. */
  readonly earlier: number | undefined;
  readonly later: number | undefined;
  /** How many entries were looked through, where the search ended before the log did. */
  readonly stoppedAfter: number | undefined;
}

export interface AuditExport {
  readonly kind: 'export';
  /** Lines of JSON in the order of the chain. */
  readonly lines: readonly string[];
  /** Whether they are all there are; otherwise they are the newest. */
  readonly isWhole: boolean;
  readonly newest: Date | undefined;
  readonly oldest: Date | undefined;
}

/** The part of the log that somebody may read and asked for. */
export interface Readable {
  readonly filter: AuditFilter;
  /** The last entry before this reading. */
  readonly head: number;
}

/** The newest entries before that one; of any other turn the newest of all. */
export async function earlierPage(store: Store, { filter, head }: Readable, turn: Turn): Promise<AuditPage> {
  const before = turn.to === 'earlier' ? Math.min(turn.than, head + 1) : head + 1;
  const { records, next } = await search(store, filter, { start: before - 1, direction: 'to earlier', head });
  const shown = records.slice(0, PAGE);
  const more = records.length > PAGE ? shown.at(-1)?.seq : undefined;
  return {
    kind: 'page',
    records: shown,
    earlier: more ?? (next === undefined ? undefined : next + 1),
    later: turn.to === 'earlier' ? (shown[0]?.seq ?? before - 1) : undefined,
    stoppedAfter: next === undefined ? undefined : MOST_FOR_PAGE,
  };
}

/** The oldest entries after that one; undefined when they do not fill a page, so that the latest page is shown. */
export async function laterPage(
  store: Store,
  { filter, head }: Readable,
  than: number,
): Promise<AuditPage | undefined> {
  const { records, next } = await search(store, filter, { start: than + 1, direction: 'to later', head });
  if (records.length <= PAGE && next === undefined) return undefined;
  const shown = records.slice(0, PAGE).reverse();
  const more = records.length > PAGE ? shown[0]?.seq : undefined;
  return {
    kind: 'page',
    records: shown,
    earlier: shown.at(-1)?.seq ?? than + 1,
    later: more ?? (next === undefined ? undefined : next - 1),
    stoppedAfter: next === undefined ? undefined : MOST_FOR_PAGE,
  };
}

/** One entry more than a page has, or all there are; `next` where it stopped before it knew. */
async function search(
  store: Store,
  filter: AuditFilter,
  route: { readonly start: number; readonly direction: 'to earlier' | 'to later'; readonly head: number },
) {
  const records: AuditRecord[] = [];
  let next: number | undefined;
  for await (const found of searchAudit(store, filter, { ...route, most: MOST_FOR_PAGE })) {
    records.push(...found.records);
    next = found.over || records.length > PAGE ? undefined : found.next;
    if (records.length > PAGE) break;
  }
  return { records, next };
}

/** The newest lines of all there are, as many as an export holds. */
export async function exportOf(store: Store, { filter, head }: Readable): Promise<AuditExport> {
  const route = { start: head, direction: 'to earlier', head, most: MOST_FOR_EXPORT } as const;
  const lines: string[] = [];
  const times: Date[] = [];
  const result = (isWhole: boolean): AuditExport => {
    return { kind: 'export', lines: lines.toReversed(), isWhole, newest: times[0], oldest: times.at(-1) };
  };
  let bytes = 0;
  let isWhole = head === 0;
  for await (const found of searchAudit(store, filter, route)) {
    isWhole = found.over;
    for (const record of found.records) {
      const line = auditLine(record);
      bytes += Buffer.byteLength(line) + 1;
      if (lines.length === MOST_LINES || bytes > MOST_BYTES) return result(false);
      lines.push(line);
      times.push(record.at);
    }
  }
  return result(isWhole);
}
