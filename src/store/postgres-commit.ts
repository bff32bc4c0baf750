import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { StoreUnsureError } from '../revocation/store.ts';
import { ConnectionError, query } from './postgres-connection.ts';
import { isInterruption } from './postgres-errors.ts';
import { destroyAt, left, openSession, type Session } from './postgres-session.ts';

/** How long to wait for the answer to a COMMIT, and then how long to ask what became of it. */
const ANSWER_MS = 5_000;
const FATE_MS = 10_000;
/** The same while Slack waits for its acknowledgement. */
const PRESSING_ANSWER_MS = 250;
const PRESSING_FATE_MS = 800;
const ASK_EVERY_MS = 50;

/**
 * Commits, and ends the session. Throws `ConnectionError` when it was not committed, and `StoreUnsureError` when PostgreSQL
 * cannot be asked in time whether it was.
 */
export async function commit(pool: Pool, session: Session, id: string | null, deadline?: number): Promise<void> {
  const now = performance.now();
  const pressing = deadline !== undefined;
  const expiry = destroyAt(session, pressing ? Math.max(deadline, now + PRESSING_ANSWER_MS) : now + ANSWER_MS);
  try {
    const { command } = await query(session.client, 'commit');
    if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`);
    session.release();
  } catch (error) {
    session.destroy();
    if (!isInterruption(error)) throw error;
    // What wrote nothing needs no COMMIT.
    if (id === null) return;
    const until = performance.now() + (pressing ? PRESSING_FATE_MS : FATE_MS);
    if (!(await wasCommitted(pool, id, until)))
      throw new ConnectionError('the transaction was not committed', { cause: error });
  } finally {
    expiry.cancel();
  }
}

/** Reads back whether the transaction with this ID was committed. */
async function wasCommitted(pool: Pool, id: string, until: number): Promise<boolean> {
  for (;;) {
    const status = await statusOf(pool, id, until);
    if (status === 'committed') return true;
    if (status === 'aborted') return false;
    // Still in progress where PostgreSQL has not noticed yet that the connection is gone.
    if (left(until) === 0)
      throw new StoreUnsureError('the answer to a COMMIT was lost, and PostgreSQL cannot be asked');
    await sleep(ASK_EVERY_MS);
  }
}

async function statusOf(pool: Pool, id: string, until: number): Promise<string | undefined> {
  let session: Session | undefined;
  let expiry: { cancel(): void } | undefined;
  try {
    session = await openSession(pool, until);
    expiry = destroyAt(session, until);
    const { rows } = await query<{ status: string | null }>(
      session.client,
      'select pg_xact_status($1::xid8) as status',
      [id],
    );
    session.release();
    return rows[0]?.status ?? undefined;
  } catch {
    // Asked again until the time is up, whatever stands in the way.
    session?.destroy();
    return undefined;
  } finally {
    expiry?.cancel();
  }
}
