import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { StoreBusyError, type Transaction } from '../revocation/store.ts';
import type { DatabaseClock } from './database-clock.ts';
import type { Engine } from './engine.ts';
import { commit } from './postgres-commit.ts';
import { onConnection, query, STATEMENT_MS } from './postgres-connection.ts';
import { isInterruption } from './postgres-errors.ts';
import { destroyAt, left, openSession, type Session } from './postgres-session.ts';
import { stepsOn } from './transaction.ts';

/** PostgreSQL gives a transaction up that hears nothing of us for so long, and so frees what it had locked. */
const SILENCE_MS = 2_000;

export interface PostgresTransactions {
  readonly pool: Pool;
  readonly clock: DatabaseClock;
  readonly engine: Engine;
}

/**
 * Runs the work once, in a transaction that is committed by the deadline (on the scale of `performance.now()`) or not at
 * all: PostgreSQL itself gives up one whose COMMIT comes later. Should the answer to the COMMIT be lost, it asks on another
 * connection what became of it.
 */
export async function runOnce<T>(
  transactions: PostgresTransactions,
  work: (transaction: Transaction) => Promise<T>,
  deadline?: number,
): Promise<T> {
  const session = await openSession(transactions.pool, deadline);
  const expiry = destroyAt(session, deadline);
  const { result, mark } = await uncommitted(transactions, session, work, deadline)
    .catch(async (error: unknown) => {
      await abandon(session, error);
      throw expired(deadline) ? new StoreBusyError('not done in time', { cause: error }) : error;
    })
    .finally(expiry.cancel);
  await commit(transactions.pool, session, mark, deadline);
  return result;
}

/**
 * All but the COMMIT; returns the mark too by which the transaction is known again, `null` where it wrote nothing. PostgreSQL's
 * own transaction IDs are no such mark: after a crash it gives out again those it had not yet written down.
 */
async function uncommitted<T>(
  { clock, engine }: PostgresTransactions,
  session: Session,
  work: (transaction: Transaction) => Promise<T>,
  deadline: number | undefined,
): Promise<{ readonly result: T; readonly mark: string | null }> {
  const { client } = session;
  const statementMs = atLeastOne(deadline === undefined ? STATEMENT_MS : left(deadline));
  const begun = await query<{ now: number }>(
    client,
    `begin; set local statement_timeout = ${statementMs}; set local idle_in_transaction_session_timeout = ${SILENCE_MS};
     select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`,
  );
  clock.set(begun.rows[0]?.now ?? 0);
  const { steps, appendAudit } = stepsOn(onConnection(client), engine);
  const result = await work(steps);
  await appendAudit();
  const silenceMs = atLeastOne(deadline === undefined ? SILENCE_MS : left(deadline));
  const written = await query<{ mark: string }>(
    client,
    `set local idle_in_transaction_session_timeout = ${silenceMs};
     insert into seen (key, at) select 'commit ${randomUUID()}', (extract(epoch from clock_timestamp()) * 1000)::bigint
     where pg_current_xact_id_if_assigned() is not null returning key as mark`,
  );
  if (expired(deadline)) throw new StoreBusyError('not done in time');
  return { result, mark: written.rows[0]?.mark ?? null };
}

async function abandon(session: Session, error: unknown): Promise<void> {
  if (isInterruption(error)) return session.destroy();
  // A connection that cannot even roll back is of no use to anybody.
  await query(session.client, 'rollback').then(session.release, session.destroy);
}

function expired(deadline: number | undefined): boolean {
  return deadline !== undefined && left(deadline) === 0;
}

/** To PostgreSQL, a timeout of 0 is none. */
function atLeastOne(milliseconds: number): number {
  return Math.max(Math.ceil(milliseconds), 1);
}
