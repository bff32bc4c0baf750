import type { AuditTable } from '../../src/store/schema.ts';
import { rowsOf } from '../support/postgres.ts';

/** The audit log of the database at this URL, in order. */
export async function auditOf(url: string): Promise<AuditTable[]> {
  const rows = await rowsOf(url, 'select * from audit order by seq');
  return rows.map((row) => ({
    seq: Number(row.seq),
    at: Number(row.at),
    actor: `${row.actor}`,
    action: `${row.action}`,
    subject: `${row.subject}`,
    detail: `${row.detail}`,
    prev_hash: `${row.prev_hash}`,
    hash: `${row.hash}`,
  }));
}
