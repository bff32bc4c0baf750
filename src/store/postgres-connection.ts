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

/** The connection to PostgreSQL ended or could not be made: what was under way there is not known. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** Runs one statement, or several without values, of which the last one's result counts. Throws PostgreSQL's own `DatabaseError`, or `ConnectionError` where PostgreSQL said nothing. */
export async function query<R>(
  client: PostgresPoolClient,
  text: string,
  values: readonly unknown[] = [],
): Promise<{ readonly rows: R[]; readonly command: string }> {
  try {
    const results = [await client.query<R>(text, values)].flat();
    return results.at(-1) ?? { rows: [], command: '' };
  } catch (error) {
    throw connectionErrorOf(error) ?? error;
  }
}

/** An error that PostgreSQL did not send, as what it means; undefined for one it did send. */
export function connectionErrorOf(error: unknown): ConnectionError | undefined {
  if (error instanceof DatabaseError) return undefined;
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
