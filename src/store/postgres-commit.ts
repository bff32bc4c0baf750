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
/** In place of the time at which a mark was written. Housekeeping forgets both. */
const ASKED = -1;

/**
 * Commits, and ends the session. Throws `ConnectionError` when it was not committed, and `StoreUnsureError` when PostgreSQL
 * cannot be asked in time whether it was.
 */
export async function commit(pool: Pool, session: Session, mark: string | null, deadline?: number): Promise<void> {
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
    if (mark === null) return;
    const until = performance.now() + (pressing ? PRESSING_FATE_MS : FATE_MS);
    if (!(await wasCommitted(pool, mark, until)))
      throw new ConnectionError('the transaction was not committed', { cause: error });
  } finally {
    expiry.cancel();
  }
}

/** Reads back whether the transaction with this mark was committed. */
async function wasCommitted(pool: Pool, mark: string, until: number): Promise<boolean> {
  for (;;) {
    const committed = await askForMark(pool, mark, until);
    if (committed !== undefined) return committed;
    if (left(until) === 0)
      throw new StoreUnsureError('the answer to a COMMIT was lost, and PostgreSQL cannot be asked');
    await sleep(ASK_EVERY_MS);
  }
}

/**
 * Writes the mark itself, as one that was only asked for. That waits until the other transaction is over, should PostgreSQL
 * not have noticed yet that its connection is gone; whose mark stands there then is the answer, and stays it.
 */
async function askForMark(pool: Pool, mark: string, until: number): Promise<boolean | undefined> {
  let session: Session | undefined;
  let expiry: { cancel(): void } | undefined;
  try {
    session = await openSession(pool, until);
    expiry = destroyAt(session, until);
    const { client } = session;
    await query(client, 'insert into seen (key, at) values ($1, $2) on conflict (key) do nothing', [mark, ASKED]);
    const { rows } = await query<{ at: string }>(client, 'select at from seen where key = $1', [mark]);
    session.release();
    return rows[0] && Number(rows[0].at) !== ASKED;
  } catch {
    // Asked again until the time is up, whatever stands in the way.
    session?.destroy();
    return undefined;
  } finally {
    expiry?.cancel();
  }
}
