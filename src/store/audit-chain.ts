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

/** The first row whose hash, number or tie to the row before it is wrong; undefined when the chain holds. */
export function breakIn(rows: Iterable<AuditTable>): AuditTable | undefined {
  let seq = 0;
  let hash = ROOT;
  for (const row of rows) {
    if (Number(row.seq) !== seq + 1 || row.prev_hash !== hash || row.hash !== hashOf(row)) return row;
    seq += 1;
    hash = row.hash;
  }
  return undefined;
}

/** SHA-256 over the JSON array of the other columns, in the order of the table. */
function hashOf({ seq, at, actor, action, subject, detail, prev_hash }: Omit<AuditTable, 'hash'>): string {
  const columns = [Number(seq), Number(at), actor, action, subject, detail, prev_hash];
  return createHash('sha256').update(JSON.stringify(columns)).digest('hex');
}
