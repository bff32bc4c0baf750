import { createHash } from 'node:crypto';
import type { AuditEntry } from '../revocation/store.ts';
import type { AuditTable } from './schema.ts';

/** What the first entry names as the hash before it. */
const ROOT = '0'.repeat(64);

/** The end of a chain, to which the next entry is tied. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** The rows that append these entries to a chain; `head` is undefined while it is empty. */
export function chained(head: ChainHead | undefined, entries: readonly AuditEntry[]): AuditTable[] {
  let seq = Number(head?.seq ?? 0);
  let prev_hash = head?.hash ?? ROOT;
  return entries.map(({ at, actor, action, subject, detail }) => {
    seq += 1;
    const unhashed = { seq, at: at.getTime(), actor, action, subject, detail: JSON.stringify(detail), prev_hash };
    const row: AuditTable = { ...unhashed, hash: hashOf(unhashed) };
    prev_hash = row.hash;
    return row;
  });
}

/** What is wrong with a chain, and where it begins to be. */
export interface ChainBreak {
  /** The number of the first entry that cannot be what was written. */
  readonly seq: number;
  readonly problem: string;
}

/** Follows a chain entry by entry, in the order of their numbers. */
export interface ChainCheck {
  /** What is wrong with this entry, as the next of the chain; undefined when nothing is. */
  next(row: AuditTable): ChainBreak | undefined;
  /** The last entry that was right; undefined before the first. */
  readonly head: ChainHead | undefined;
}

/** Begins behind this entry; at the first one without it. */
export function createChainCheck(from?: ChainHead): ChainCheck {
  let head = from;
  return {
    get head() {
      return head;
    },
    next(row) {
      const problem = problemWith(row, head);
      if (problem) return problem;
      head = { seq: Number(row.seq), hash: row.hash };
      return undefined;
    },
  };
}

function problemWith(row: AuditTable, head: ChainHead | undefined): ChainBreak | undefined {
  const seq = Number(row.seq);
  const expected = (head?.seq ?? 0) + 1;
  if (seq > expected) return { seq: expected, problem: 'is missing: it was deleted, or moved to another place' };
  if (seq < expected) return { seq, problem: 'has a number that no entry gets: it was put in' };
  if (row.hash !== hashOf(row)) return { seq, problem: 'is not what was written: it was edited, or moved here' };
  if (row.prev_hash === (head?.hash ?? ROOT)) return undefined;
  return { seq, problem: 'is not tied to the one before it: that one was rewritten, or this one is of another log' };
}

/** The first row that cannot be what was written; undefined when the chain holds. */
export function breakIn(rows: Iterable<AuditTable>): AuditTable | undefined {
  const check = createChainCheck();
  for (const row of rows) if (check.next(row)) return row;
  return undefined;
}

/** SHA-256 over the JSON array of the other columns, in the order of the table. */
function hashOf({ seq, at, actor, action, subject, detail, prev_hash }: Omit<AuditTable, 'hash'>): string {
  const columns = [Number(seq), Number(at), actor, action, subject, detail, prev_hash];
  return createHash('sha256').update(JSON.stringify(columns)).digest('hex');
}
