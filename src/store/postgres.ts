import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Pool } from 'pg';
import type { Clock } from '../revocation/clock.ts';
import { type Store, StoreBusyError } from '../revocation/store.ts';
import { createDatabaseClock } from './database-clock.ts';
import type { Engine } from './engine.ts';
import { query } from './postgres-connection.ts';
import { isCollision, isInterruption } from './postgres-errors.ts';
import { openPool, prepareDatabase } from './postgres-pool.ts';
import { openSession } from './postgres-session.ts';
import { runOnce } from './postgres-transaction.ts';
import type { Tables } from './schema.ts';

const TRIES_AFTER_COLLISIONS = 5;
/** An interruption is waited out for so long, unless the transaction has less time. */
const PATIENCE_MS = 10_000;
const LONGEST_PAUSE_MS = 500;
/** Connections that stand still never say goodbye. */
const GOODBYE_MS = 1_000;

/** A store for several processes. */
export interface PostgresStore extends Store {
  /** The database's clock, on which all of them agree. */
  readonly clock: Clock;
}

/**
 * Opens the store in a PostgreSQL database, with its tables where they are missing. A transaction that another one stood in
 * the way of, or that lost its connection before the COMMIT, is run again. Throws, in words for people, when the database
 * cannot be used.
 */
export async function openPostgresStore(url: string): Promise<PostgresStore> {
  const pool = openPool(url);
  const clock = createDatabaseClock();
  const engine: Engine = {
    keeper: `${hostname()} ${process.pid} ${randomBytes(4).toString('hex')}`,
    shared: true,
    hold,
  };
  try {
    await prepareDatabase(pool, url);
    // Sets the clock, too.
    await runOnce({ pool, clock, engine }, async () => undefined);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    clock,
    async transaction(work, { withinMs } = {}) {
      const startedAt = performance.now();
      const deadline = withinMs === undefined ? undefined : startedAt + withinMs;
      for (let failures = 1; ; failures += 1) {
        try {
          return await runOnce({ pool, clock, engine }, work, deadline);
        } catch (error) {
          const now = performance.now();
          const pauseMs = pauseAfter(error, failures, now - startedAt);
          if (pauseMs === undefined) throw error;
          if (deadline !== undefined && now + pauseMs >= deadline)
            throw new StoreBusyError(`not done within ${withinMs} ms`, { cause: error });
          await sleep(pauseMs);
        }
      }
    },
    async close() {
      await leave(pool, engine.keeper);
      await Promise.race([pool.end(), sleep(GOODBYE_MS, undefined, { ref: false })]);
    },
  };
}

/** How long to wait before the work is run again; undefined when that would not help. */
function pauseAfter(error: unknown, failures: number, elapsedMs: number): number | undefined {
  if (isCollision(error)) return failures < TRIES_AFTER_COLLISIONS ? Math.random() * 10 * failures : undefined;
  if (!isInterruption(error) || elapsedMs > PATIENCE_MS) return undefined;
  return Math.min(25 * 2 ** failures, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
}

async function hold(db: Kysely<Tables>, name: string, how: 'alone' | 'together'): Promise<void> {
  const lock = sql.raw(how === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared');
  await sql`select ${lock}(hashtextextended(current_schema() || ' ' || ${name}, 0))`.execute(db);
}

/** What this process keeps is taken over at once, and not only when it has not been heard of for a while. */
async function leave(pool: Pool, keeper: string): Promise<void> {
  try {
    const session = await openSession(pool);
    await query(session.client, 'delete from bot where id = $1', [keeper]).finally(session.release);
  } catch (error) {
    // The others find out by themselves, a little later.
    if (!isInterruption(error)) throw error;
  }
}
