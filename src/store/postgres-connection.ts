import {
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  type PostgresPoolClient,
  PostgresQueryCompiler,
} from 'kysely';
import { DatabaseError, type PoolClient } from 'pg';
import type { Tables } from './schema.ts';

/** A statement takes no longer: PostgreSQL gives it up. */
export const STATEMENT_MS = 5_000;
/** An answer that is so much later than that does not come any more: the connection stands still, and nobody ended it. */
const GRACE_MS = 1_000;

/** The connection to PostgreSQL ended, stands still, or could not be made: what was under way there is not known. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/**
 * Runs one statement, or several without values, of which the last one's result counts. Throws PostgreSQL's own
 * `DatabaseError`, or `ConnectionError` where PostgreSQL said nothing: then the connection is of no use any more.
 */
export async function query<R>(
  client: PostgresPoolClient,
  text: string,
  values: readonly unknown[] = [],
): Promise<{ readonly rows: R[]; readonly command: string }> {
  const { promise: silence, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new ConnectionError('PostgreSQL says nothing')), STATEMENT_MS + GRACE_MS);
  try {
    const results = [await Promise.race([client.query<R>(text, values), silence])].flat();
    return results.at(-1) ?? { rows: [], command: '' };
  } catch (error) {
    throw connectionErrorOf(error) ?? error;
  } finally {
    clearTimeout(timer);
  }
}

/** An error that PostgreSQL did not send, as what it means; undefined for one it did send. */
export function connectionErrorOf(error: unknown): ConnectionError | undefined {
  if (error instanceof DatabaseError) return undefined;
  if (error instanceof ConnectionError) return error;
  return new ConnectionError(error instanceof Error ? error.message : 'the connection failed', { cause: error });
}

/** Runs kysely's statements on this one connection. Whoever has it begins and ends its transactions. */
export function onConnection(client: PoolClient): Kysely<Tables> {
  const connection: DatabaseConnection = {
    async executeQuery<R>({ sql, parameters }: CompiledQuery) {
      const { rows } = await query<R>(client, sql, parameters);
      return { rows };
    },
    streamQuery() {
      throw new Error('the store reads no streams');
    },
  };
  return new Kysely<Tables>({
    dialect: {
      createDriver: () => new OneConnection(connection),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    },
  });
}

class OneConnection extends DummyDriver {
  readonly #connection: DatabaseConnection;

  constructor(connection: DatabaseConnection) {
    super();
    this.#connection = connection;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }
}
