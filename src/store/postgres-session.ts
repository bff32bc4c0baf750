import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { StoreBusyError } from '../revocation/store.ts';
import { connectionErrorOf } from './postgres-connection.ts';

/** One connection out of the pool, for one transaction. */
export interface Session {
  readonly client: PoolClient;
  /** Gives it back. */
  release(): void;
  /** Ends it at once, also in the middle of a statement, which then fails. After `release` it does nothing. */
  destroy(): void;
}

/** Takes a connection. Throws `StoreBusyError` at the deadline, and `ConnectionError` when there is none to be had. */
export async function openSession(pool: Pool, deadline?: number): Promise<Session> {
  const client = await connected(pool, deadline);
  let open = true;
  const end = (destroyed: boolean) => {
    if (open) client.release(destroyed);
    open = false;
  };
  return { client, release: () => end(false), destroy: () => end(true) };
}

async function connected(pool: Pool, deadline: number | undefined): Promise<PoolClient> {
  const connecting = pool.connect().catch((error: unknown) => {
    throw connectionErrorOf(error) ?? error;
  });
  if (deadline === undefined) return connecting;
  const late = new AbortController();
  const client = await Promise.race([connecting, sleep(left(deadline), undefined, { signal: late.signal })]);
  late.abort();
  if (client) return client;
  // Nobody waits for it any more.
  connecting.then(
    (unwanted) => unwanted.release(),
    () => undefined,
  );
  throw new StoreBusyError('no connection in time');
}

/** Destroys the session at that time on the scale of `performance.now()`, unless it is cancelled before. */
export function destroyAt(session: Session, time: number | undefined): { cancel(): void } {
  if (time === undefined) return { cancel: () => undefined };
  const timer = setTimeout(() => session.destroy(), left(time));
  return { cancel: () => clearTimeout(timer) };
}

/** How long it is until then; never less than nothing. */
export function left(time: number): number {
  return Math.max(time - performance.now(), 0);
}
