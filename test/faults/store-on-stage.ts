import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import type { Clock } from '../../src/revocation/clock.ts';
import type { Store } from '../../src/revocation/store.ts';
import { openPostgresStore } from '../../src/store/postgres.ts';
import type { AuditTable } from '../../src/store/schema.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { type FaultProxy, openFaultProxy } from '../support/fault-proxy.ts';

/** A store, and its audit log as somebody else reads it. */
export interface StoreOnStage {
  readonly store: Store;
  /** The time that counts for the store, where that is not the machine's. */
  readonly clock?: Clock;
  /** What stands between the bot and the store, where there is a wire. */
  readonly link?: FaultProxy;
  audit(): Promise<readonly AuditTable[]>;
}

/** An SQLite file in this folder. */
export async function sqliteOnStage(directory: string): Promise<StoreOnStage> {
  const path = join(directory, 'bot.db');
  return { store: await openSqliteStore(path), audit: async () => sqliteAudit(path) };
}

/** The database at this URL, which the bot reaches through a proxy and the oracle by itself. */
export async function postgresOnStage(url: string): Promise<StoreOnStage> {
  const { hostname: host, port } = new URL(url);
  const link = await openFaultProxy(() => ({ host, port: Number(port || 5432) }));
  const through = new URL(url);
  through.host = `127.0.0.1:${link.port}`;
  const store = await openPostgresStore(through.href);
  return { store, clock: store.clock, link, audit: () => postgresAudit(url) };
}

/** The audit log of an SQLite store, read beside whoever writes it. */
export function sqliteAudit(path: string): readonly AuditTable[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database
    .prepare('select seq, at, actor, action, subject, detail, prev_hash, hash from audit order by seq')
    .all();
  database.close();
  return rows.map((row) => ({
    ...{ seq: Number(row.seq), at: Number(row.at), actor: `${row.actor}`, action: `${row.action}` },
    ...{ subject: `${row.subject}`, detail: `${row.detail}`, prev_hash: `${row.prev_hash}`, hash: `${row.hash}` },
  }));
}

/** The audit log of a PostgreSQL store, read beside whoever writes it. */
export async function postgresAudit(url: string): Promise<readonly AuditTable[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<AuditTable>('select * from audit order by seq');
    return rows.map((row) => ({ ...row, seq: Number(row.seq), at: Number(row.at) }));
  } finally {
    await client.end();
  }
}
