import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { postgresAudit } from '../faults/store-on-stage.ts';
import type { ArenaOptions, StoreUnderTest } from './arena.ts';

/** Where the bots of one arena keep what they know: an SQLite file of the arena's own, or a new database on the server at `DATABASE_URL`, which goes with the arena. */
export async function openStoreUnderTest(kind: string): Promise<Pick<ArenaOptions, 'store'>> {
  if (kind === 'sqlite') return {};
  if (kind !== 'postgres') throw new Error(`--store takes sqlite or postgres, not ${kind}`);
  const server = process.env.DATABASE_URL;
  if (!server) throw new Error('--store postgres needs DATABASE_URL');
  const name = `chaos_${randomBytes(6).toString('hex')}`;
  await tell(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    store: { ...postgresUnderTest(url.href), remove: () => tell(server, `drop database ${name} with (force)`) },
  };
}

/** The database at this URL. */
export function postgresUnderTest(url: string): StoreUnderTest {
  return { kind: 'postgres', url, audit: () => postgresAudit(url), remove: async () => undefined };
}

async function tell(server: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
