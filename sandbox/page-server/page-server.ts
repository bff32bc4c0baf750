import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { PageState, PageUpdate, WireEntry } from '../page/state.ts';
import { type Action, action } from './actions.ts';
import type { Asset } from './bundle.ts';

const MAX_BODY = 256 * 1024;
const COALESCE_MS = 40;
const TICK_MS = 1_000;
const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
};

export interface PageServerOptions {
  readonly port: number;
  readonly assets: ReadonlyMap<string, Asset>;
  /** Everything one person sees. */
  readonly stateFor: (user: string) => PageState;
  readonly wireSince: (key: number) => readonly WireEntry[];
  /** Does what the page asks for. */
  readonly perform: (asked: Action) => Promise<unknown>;
}

/** The page's own server, on loopback only. */
export interface PageServer {
  readonly url: string;
  /** Tells every open page soon. */
  changed(): void;
  close(): Promise<void>;
}

interface Viewer {
  readonly user: string;
  readonly response: ServerResponse;
  readonly sent: Map<string, string>;
  nextWire: number;
}

/** Opens it; throws, with words for whoever started it, when the port is taken. */
export async function openPageServer(options: PageServerOptions): Promise<PageServer> {
  const viewers = new Set<Viewer>();
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    timer = undefined;
    for (const viewer of viewers) update(options, viewer);
  };
  const changed = () => {
    timer ??= setTimeout(tell, COALESCE_MS);
  };
  const server = createServer((request, response) => {
    serve({ options, viewers, changed }, request, response).catch(() => response.destroy());
  });
  const port = await listen(server, options.port);
  const tick = setInterval(changed, TICK_MS);
  return {
    url: `http://127.0.0.1:${port}/`,
    changed,
    close: () =>
      new Promise((resolve) => {
        clearInterval(tick);
        clearTimeout(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

interface Serving {
  readonly options: PageServerOptions;
  readonly viewers: Set<Viewer>;
  readonly changed: () => void;
}

async function serve(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '/', headers } = request;
  // Another site's page, or a name made to point here, is not this page.
  const isOurs = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '');
  const isSameOrigin = headers.origin === undefined || headers.origin === `http://${headers.host}`;
  if (!isOurs || !isSameOrigin) return void response.writeHead(403).end();
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  const asset = serving.options.assets.get(pathname);
  if (method === 'GET' && asset) {
    response.writeHead(200, { ...HEADERS, 'content-type': asset.type }).end(asset.read());
  } else if (method === 'GET' && pathname === '/events') {
    follow(serving, searchParams.get('user') ?? 'alice', response);
  } else if (method === 'POST' && pathname === '/do' && headers['content-type'] === 'application/json') {
    await act(serving, request, response);
  } else response.writeHead(404).end();
}

function follow({ options, viewers }: Serving, user: string, response: ServerResponse): void {
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
  const viewer: Viewer = { user, response, sent: new Map(), nextWire: 0 };
  viewers.add(viewer);
  response.on('close', () => viewers.delete(viewer));
  update(options, viewer);
}

/** Sends the parts of the state that are not as this viewer last saw them. */
function update({ stateFor, wireSince }: PageServerOptions, viewer: Viewer): void {
  const parts = Object.entries(stateFor(viewer.user)).flatMap(([name, value]) => {
    const text = JSON.stringify(value);
    if (viewer.sent.get(name) === text) return [];
    viewer.sent.set(name, text);
    return [[name, value]];
  });
  const wire = wireSince(viewer.nextWire);
  viewer.nextWire = (wire.at(-1)?.key ?? viewer.nextWire - 1) + 1;
  if (parts.length === 0 && wire.length === 0) return;
  const news: PageUpdate = { ...Object.fromEntries(parts), ...(wire.length > 0 ? { wire } : {}) };
  viewer.response.write(`data: ${JSON.stringify(news)}\n\n`);
}

async function act({ options, changed }: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = action.safeParse(await bodyOf(request));
  if (!asked.success) {
    reply(response, 400, { problem: z.prettifyError(asked.error) });
    return;
  }
  try {
    const done = await options.perform(asked.data);
    reply(response, 200, done ?? {});
  } catch (error) {
    reply(response, 200, { problem: error instanceof Error ? error.message : String(error) });
  }
  changed();
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    // Not JSON: refused like any other body that is no action.
    return undefined;
  }
}
