import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { onTestFinished } from 'vitest';

/** A cluster whose list of tokens is made up while it is sent, as fast as it is taken. */
export interface EndlessCluster {
  readonly port: number;
  /** How many tokens it has sent in all listings. */
  readonly sent: number;
  /** How many listings are under way. */
  readonly open: number;
  /** Resolves when a listing was cut off before its end. */
  readonly cut: Promise<void>;
}

/** The ID of the token at this place of the list, from 0. */
export function listedId(index: number): string {
  return `018f2f3a-0000-7000-8000-${String(index).padStart(12, '0')}`;
}

const AT_ONCE = 100;

/** Starts one with so many tokens; gone when the test has finished. */
export async function startEndlessCluster(tokens: number): Promise<EndlessCluster> {
  const cut = Promise.withResolvers<void>();
  let sent = 0;
  let open = 0;

  function* list(): Generator<string> {
    yield '[';
    for (let first = 0; first < tokens; first += AT_ONCE) {
      const indexes = Array.from({ length: Math.min(AT_ONCE, tokens - first) }, (_, index) => first + index);
      sent += indexes.length;
      yield `${first === 0 ? '' : ','}${indexes.map(token).join(',')}`;
    }
    yield ']';
  }

  const server = createServer((_request, response) => {
    open += 1;
    response.writeHead(200, { 'content-type': 'application/json' });
    pipeline(Readable.from(list()), response)
      .catch(() => cut.resolve())
      .finally(() => {
        open -= 1;
      });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get sent() {
      return sent;
    },
    get open() {
      return open;
    },
    cut: cut.promise,
  };
}

function token(index: number): string {
  return JSON.stringify({
    id: listedId(index),
    description: `token ${index}, ${'made up while it is sent '.repeat(4)}`,
    permissions: [{ action: 'write', resource: `database-${index % 100}` }],
    createdAt: '2025-01-01T00:00:00Z',
  });
}
