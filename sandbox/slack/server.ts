import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault, Faults } from './faults.ts';
import type { Files } from './files.ts';
import { fromJson, objectFromJson } from './json.ts';
import type { Recorder } from './record.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { SocketMode } from './socket-mode.ts';
import { callWebApi, type WebApiOptions } from './web-api.ts';

const MAX_BODY = 1024 * 1024;
const MAX_UPLOAD = 64 * 1024 * 1024;

export interface ServerOptions {
  readonly port: number;
  readonly record: Recorder;
  readonly faults: Faults;
  readonly files: Files;
  readonly responseUrls: ResponseUrls;
  readonly sockets: SocketMode;
  readonly webApi: WebApiOptions;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

interface Route {
  readonly method: string;
  /** What the record keeps of the request: never a token. */
  readonly shown: unknown;
  readonly responseUrl?: string;
  answer(): Reply;
}

export interface Server {
  readonly port: number;
  /** Refuses every connection on this port from now on, and ends those there are. */
  goDown(how: { politely: boolean }): Promise<void>;
  comeBack(): Promise<void>;
}

/** Slack's side of the wire on 127.0.0.1: `/api/<method>`, `/response/<id>`, `/upload/<id>` and the socket's `/link/`. */
export async function openServer(options: ServerOptions): Promise<Server> {
  const server = createServer((request, response) => {
    serve(options, request, response).catch(() => response.destroy());
  });
  server.on('upgrade', (request, stream, head) => options.sockets.upgrade(request, stream, head));
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  await listen(options.port);
  const { port } = addressOf(server.address());
  return {
    port,
    goDown: (how) =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        options.sockets.end(how);
      }),
    comeBack: () => listen(port),
  };
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (typeof address === 'object' && address !== null) return address;
  throw new Error('The server has no port.');
}

async function serve(options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  if (body === undefined) {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const route = routeOf(options, request, body);
  if (!route) {
    response.writeHead(404).end();
    return;
  }
  const ended = options.record.begin('from bot', route.method, route.shown, {
    responseUrl: route.responseUrl,
  });
  const fault = options.faults.take(route.method);
  await fault?.until;
  const reply = (fault && instead(fault)) ?? (fault?.hang || fault?.reset ? undefined : route.answer());
  if (reply && !fault?.lostReply) send(response, reply, fault?.stall ?? false);
  else if (fault?.reset) request.socket.resetAndDestroy();
  else if (!fault?.hang) request.socket.destroy();
  const isUnanswered = fault?.hang || fault?.reset || fault?.lostReply;
  ended(isUnanswered ? 0 : (reply?.status ?? 0), reply ? shownOf(reply.body) : { fault });
}

function send(response: ServerResponse, { status, headers, body }: Reply, stops: boolean): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  if (stops) response.write(Buffer.from(body).subarray(0, Math.floor(body.length / 2)));
  else response.end(body);
}

/** The answer a fault puts in the place of the real one; nothing was applied. */
function instead({ status, error, retryAfter, invalidJson }: Fault): Reply | undefined {
  if (retryAfter !== undefined) {
    const headers: Record<string, string> = retryAfter === 'none' ? {} : { 'retry-after': String(retryAfter) };
    return { status: 429, headers, body: JSON.stringify({ ok: false, error: 'ratelimited' }) };
  }
  if (error !== undefined)
    return {
      status: status ?? 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ok: false, error }),
    };
  if (status !== undefined) return { status, headers: { 'content-type': 'text/html' }, body: `<h1>${status}</h1>` };
  if (invalidJson)
    return { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Something went wrong</html>' };
  return undefined;
}

function routeOf(
  options: ServerOptions,
  { method, url = '/', headers }: IncomingMessage,
  body: Buffer,
): Route | undefined {
  const { pathname } = new URL(url, 'http://127.0.0.1');
  const [, root, name = ''] = pathname.split('/');
  if (method === 'GET' && root === 'files-pri') return downloadRoute(options, name, headers.authorization);
  if (method !== 'POST') return undefined;
  const contentType = headers['content-type'] ?? '';
  if (root === 'response') {
    const answer = () => {
      const { status, contentType: type, body: text } = options.responseUrls.use(name, contentType, body.toString());
      return { status, headers: { 'content-type': type }, body: text };
    };
    return { method: 'response_url', shown: orText(body.toString()), responseUrl: name, answer };
  }
  if (root === 'upload') {
    const answer = () => {
      const { status, body: text } = options.files.receive(name, contentType, body);
      return { status, headers: { 'content-type': 'text/plain' }, body: text };
    };
    return { method: 'upload', shown: { bytes: body.length, token: headers.authorization !== undefined }, answer };
  }
  if (root !== 'api') return undefined;
  const { token: inBody, ...request } = argumentsOf(contentType, body.toString());
  const token = headers.authorization?.replace(/^Bearer ?/, '') ?? (typeof inBody === 'string' ? inBody : undefined);
  const answer = () => {
    const { headers: own, body: reply } = callWebApi(options.webApi, name, token, request);
    return {
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8', ...own },
      body: JSON.stringify(reply),
    };
  };
  return { method: name, shown: request, answer };
}

/** A file as its address hands it out: with a token that may read files; else the page to sign in, as Slack does. */
function downloadRoute({ files, webApi }: ServerOptions, id: string, authorization: string | undefined): Route {
  const mayRead = authorization === `Bearer ${webApi.botToken}` && webApi.scopes.includes('files:read');
  const answer = (): Reply => {
    const file = files.find(id);
    if (!file) return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'not found' };
    if (!mayRead) return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: SIGN_IN };
    return { status: 200, headers: { 'content-type': file.mimetype }, body: file.content };
  };
  return { method: 'download', shown: { file: id, token: authorization !== undefined }, answer };
}

const SIGN_IN = '<!DOCTYPE html><html><title>Sign in | Slack</title></html>';

function argumentsOf(contentType: string, body: string): Record<string, unknown> {
  if (!contentType.startsWith('application/json')) return Object.fromEntries(new URLSearchParams(body));
  return { ...objectFromJson(body) };
}

function shownOf(body: string | Buffer): unknown {
  return typeof body === 'string' ? orText(body) : { bytes: body.length };
}

function orText(body: string): unknown {
  return fromJson(body) ?? body;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const maximum = request.url?.startsWith('/upload/') ? MAX_UPLOAD : MAX_BODY;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maximum) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
