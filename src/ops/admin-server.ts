import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Readiness } from './readiness.ts';

const MOST_CONNECTIONS = 50;

export interface AdminServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly onFault: (error: unknown, doing: string) => void;
}

/** What whoever runs the bot asks it: `/healthz`, `/readyz` and `/metrics`. */
export interface AdminServer {
  readonly port: number;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Listens, or throws an `Error` that says why it cannot. */
export async function openAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  const { host, port, onFault } = options;
  const limits = { headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 5_000, maxHeaderSize: 8 * 1024 };
  const server = createServer({ ...limits, connectionsCheckingInterval: 1_000 }, (request, response) => {
    answer(request, options)
      .catch((error: unknown): Answer => {
        onFault(error, 'answering on the admin port');
        return json(500, { error: 'this could not be told, see the log' });
      })
      .then((answered) => send(request, response, answered));
  });
  server.maxConnections = MOST_CONNECTIONS;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(port, host, resolve);
  await promise.catch((error: unknown) => {
    throw new Error(`admin.listen: ${host}:${port} cannot be listened on. Is another program there?`, { cause: error });
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

async function answer({ method, url = '' }: IncomingMessage, options: AdminServerOptions): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'only GET and HEAD' });
  switch (url.split('?', 1)[0]) {
    case '/healthz':
      return json(200, { ok: true });
    case '/readyz': {
      const readiness = await options.readiness();
      return json(readiness.ready ? 200 : 503, readiness);
    }
    case '/metrics':
      return { status: 200, type: options.metrics.contentType, body: await options.metrics.text() };
    default:
      return json(404, { error: 'there are /healthz, /readyz and /metrics' });
  }
}

function json(status: number, body: unknown): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(body)}\n` };
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 && { allow: 'GET, HEAD' }),
    // Nobody sends a body here: whoever does is not read any further.
    ...((status === 405 || Number(request.headers['content-length'] ?? 0) > 0) && { connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
