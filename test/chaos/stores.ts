import { Client } from 'pg';
import type { AuditTable } from '../../src/store/schema.ts';
import type { ArenaOptions } from './arena.ts';

/** Where the bots of a run keep what they know: an SQLite file of the arena's own, or the database at `DATABASE_URL`. */
export async function openStoreUnderTest(kind: string): Promise<Pick<ArenaOptions, 'store'>> {
  if (kind === 'sqlite') return {};
  if (kind !== 'postgres') throw new Error(`--store takes sqlite or postgres, not ${kind}`);
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('--store postgres needs DATABASE_URL');
  return { store: { kind: 'postgres', url, audit: () => postgresAudit(url) } };
}

/** The audit log of a PostgreSQL store, read beside whoever writes it. */
async function postgresAudit(url: string): Promise<readonly AuditTable[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<AuditTable>('select * from audit order by seq');
    return rows.map((row) => ({ ...row, seq: Number(row.seq), at: Number(row.at) }));
  } finally {
    await client.end();
  }
}
