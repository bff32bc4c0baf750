import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Reply } from './management-api.ts';

/**
 * What goes wrong with one request. Where `applied` may be given it says whether the request took effect; by default an
 * answer made up by a fault means it did not, and a true answer that gets lost means it did.
 */
export type Behaviour =
  /** This answer instead of the true one; a body that is not a string is sent as JSON. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: unknown; applied?: boolean }
  /** The connection is reset without an answer. */
  | { kind: 'reset'; applied: boolean }
  /** Nothing comes until `release()`; then the request takes effect, if it has not, and the true answer goes out. */
  | { kind: 'hang'; applied?: boolean }
  /** The connection ends after so many bytes of the true reply, its head included. */
  | { kind: 'cut'; afterBytes: number; applied?: boolean }
  /** These bytes, which need not be HTTP, and the end of the connection. */
  | { kind: 'raw'; bytes: string; applied?: boolean }
  | { kind: 'redirect'; to: string; status?: number; applied?: boolean }
  /** What a proxy's error page looks like; with status 200 unless another is given. */
  | { kind: 'html'; status?: number; applied?: boolean }
  /** The true body, compressed although nobody asked. */
  | { kind: 'gzip'; applied?: boolean }
  /** The true body with another token's ID. */
  | { kind: 'wrong id'; id?: string }
  /** A reply of so many bytes, without saying how long it will be. */
  | { kind: 'huge'; bytes: number; applied?: boolean }
  /** The true answer, later. */
  | { kind: 'slow'; delayMs: number };

/** What `misbehave` works on: how to make the request take effect, how to answer, and what ends a hang. */
export interface Victim {
  readonly apply: () => Reply;
  readonly response: ServerResponse;
  readonly released: Promise<void>;
}

const PAGE = '<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>';

/** Answers one request as the behaviour says. */
export async function misbehave(behaviour: Behaviour, { apply, response, released }: Victim): Promise<void> {
  const early = takesEffect(behaviour) ? apply() : undefined;
  switch (behaviour.kind) {
    case 'answer':
      return send(response, madeUp(behaviour));
    case 'reset':
      return reset(response);
    case 'hang':
      await released;
      return send(response, early ?? apply());
    case 'cut':
      return cut(response, early ?? madeUp({ status: 204 }), behaviour.afterBytes);
    case 'raw':
      return void response.socket?.end(behaviour.bytes);
    case 'redirect':
      return send(response, madeUp({ status: behaviour.status ?? 302, headers: { location: behaviour.to } }));
    case 'html':
      return send(response, { status: behaviour.status ?? 200, headers: { 'content-type': 'text/html' }, body: PAGE });
    case 'gzip':
      return compressed(response, early ?? madeUp({ status: 200 }));
    case 'wrong id':
      return send(response, renamed(apply(), behaviour.id ?? randomUUID()));
    case 'huge':
      return huge(response, behaviour.bytes);
    case 'slow':
      await delay(behaviour.delayMs);
      return send(response, apply());
  }
}

/** Whether the request takes effect before anything goes wrong. */
function takesEffect(behaviour: Behaviour): boolean {
  const applied = 'applied' in behaviour ? behaviour.applied : undefined;
  return applied ?? (behaviour.kind === 'cut' || behaviour.kind === 'gzip');
}

/** Sends a reply as it is. */
export function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, headers).end(body);
}

interface MadeUp {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

function madeUp({ status, headers = {}, body = '' }: MadeUp): Reply {
  if (typeof body === 'string') return { status, headers, body };
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

function renamed(reply: Reply, id: string): Reply {
  return { ...reply, body: reply.body.replace(/"id":"[^"]*"/, `"id":"${id}"`) };
}

function reset(response: ServerResponse): void {
  const { socket } = response;
  if (socket?.constructor === Socket) socket.resetAndDestroy();
  else socket?.destroy();
}

function cut(response: ServerResponse, { status, headers, body }: Reply, afterBytes: number): void {
  const length = status === 204 ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
  const fields = Object.entries({ ...headers, ...length }).map(([name, value]) => `${name}: ${value}\r\n`);
  const whole = Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${fields.join('')}\r\n${body}`);
  response.socket?.end(whole.subarray(0, afterBytes));
}

function compressed(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, 'content-encoding': 'gzip' }).end(gzipSync(body));
}

function huge(response: ServerResponse, bytes: number): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  Readable.from(spaces(bytes)).pipe(response);
  response.once('close', () => response.destroy());
}

function* spaces(bytes: number): Generator<Buffer> {
  const chunk = Buffer.alloc(65_536, ' ');
  for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk.subarray(0, bytes - sent);
}
