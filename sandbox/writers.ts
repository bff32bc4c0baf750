import type { Cluster } from './cluster/cluster.ts';
import { openWriteEndpoint, type WriteEndpoint } from './cluster/write-endpoint.ts';

const EVERY_MS = 1_000;

/** Some clients of the cluster, by the first digits of the token they hold. */
const CLIENTS = [
  { name: 'telegraf@edge-01', token: 'bb9bea7b', database: 'sensors' },
  { name: 'telegraf@edge-02', token: 'bb9bea7b', database: 'sensors' },
  { name: 'telegraf@edge-07', token: 'c1758b86', database: 'sensors' },
  { name: 'ingest-api-6c9f', token: '73d548cf', database: 'events' },
  { name: 'loadtest-runner', token: '53d88058', database: 'staging' },
  { name: 'mqtt-bridge-hall3', token: 'aba96122', database: 'sensors' },
] as const;

/** A client that writes one point a second, and how that goes. */
export interface Writer {
  readonly name: string;
  readonly tokenId: string;
  readonly database: string;
  /** The HTTP status of its latest write; undefined before the first. */
  readonly status: number | undefined;
  /** How many points the cluster took. */
  readonly written: number;
}

interface Client extends Writer {
  status: number | undefined;
  written: number;
}

/** The clients of the cluster. */
export interface Writers {
  readonly all: readonly Writer[];
  close(): Promise<void>;
}

/** Starts them, over real HTTP. `onChange` hears when one begins to fail or to work. */
export async function startWriters(cluster: Cluster, onChange: () => void): Promise<Writers> {
  const endpoint = await openWriteEndpoint(cluster);
  const all = CLIENTS.flatMap(({ token, name, database }): Client[] => {
    const tokenId = cluster.tokens.find(({ id }) => id.startsWith(token))?.id;
    return tokenId ? [{ name, database, tokenId, written: 0, status: undefined }] : [];
  });
  const ending = new AbortController();
  const writeAll = () =>
    Promise.all(
      all.map(async (writer) => {
        const status = await write(endpoint, writer, ending.signal);
        if (status === 204) writer.written += 1;
        if (status === writer.status) return;
        writer.status = status;
        onChange();
      }),
    );
  const timer = setInterval(() => void writeAll(), EVERY_MS);
  await writeAll();
  return {
    all,
    close: async () => {
      clearInterval(timer);
      ending.abort();
      await endpoint.close();
    },
  };
}

/** The HTTP status of one write; 0 without an answer. */
async function write(
  { url, secretOf }: WriteEndpoint,
  { tokenId, database, name }: Pick<Writer, 'tokenId' | 'database' | 'name'>,
  signal: AbortSignal,
): Promise<number> {
  try {
    const response = await fetch(`${url}?bucket=${encodeURIComponent(database)}`, {
      method: 'POST',
      headers: { authorization: `Token ${secretOf(tokenId)}` },
      body: `up,host=${name} value=1`,
      signal,
    });
    return response.status;
  } catch {
    // A client whose write did not arrive tries again with its next point.
    return 0;
  }
}
