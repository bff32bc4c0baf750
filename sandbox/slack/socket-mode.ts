import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Ack, Delivery, Sent, Transport } from './delivery.ts';
import { fromJson } from './json.ts';
import type { Recorder } from './record.ts';

const MAX_CONNECTIONS = 10;
const PING_EVERY_MS = 5_000;
const GOODBYE_MS = 250;

/** Why Slack asks for a new connection; `drop` cuts the connection without a word. */
export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'drop';

interface Connection {
  readonly socket: WebSocket;
  isFrozen: boolean;
  isLeaving: boolean;
}

const acknowledgement = z.object({ envelope_id: z.string(), payload: z.unknown().optional() });

export interface SocketModeOptions {
  readonly appId: string;
  readonly record: Recorder;
  readonly ackWithinMs: number;
  readonly origin: () => string;
}

/** Socket Mode: single-use tickets, connections, envelopes and their acknowledgements. */
export class SocketMode implements Transport {
  readonly #options: SocketModeOptions;
  readonly #server = new WebSocketServer({ noServer: true, autoPong: false });
  readonly #tickets = new Set<string>();
  readonly #connections = new Set<Connection>();
  readonly #waiting = new Set<{ readonly id: string; acknowledge(body: string): void }>();
  readonly #opened = new Set<() => void>();
  #turn = 0;

  constructor(options: SocketModeOptions) {
    this.#options = options;
  }

  /** How many connections the bot has open, frozen ones not counted. */
  get connected(): number {
    return this.#open().length;
  }

  openConnection(): string {
    const ticket = randomUUID();
    this.#tickets.add(ticket);
    return `${this.#options.origin().replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${this.#options.appId}`;
  }

  /** Takes over an HTTP upgrade; a ticket is good for one connection. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const isWelcome = url.pathname === '/link/' && this.#tickets.delete(url.searchParams.get('ticket') ?? '');
    if (!isWelcome) {
      stream.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, stream, head, (socket) => this.#welcome(socket));
  }

  prepare({ type, payload }: Delivery): Sent {
    const envelope = { envelope_id: randomUUID(), type, payload, accepts_response_payload: true };
    return { by: 'socket', envelope: JSON.stringify(envelope) };
  }

  attempt(sent: Sent): Promise<Ack> {
    if (sent.by !== 'socket') throw new Error('This was sent by HTTP and can only be sent again by HTTP.');
    const began = performance.now();
    const { envelope_id: id } = acknowledgement.parse(fromJson(sent.envelope));
    return new Promise((resolve) => {
      const end = (ack: Omit<Ack, 'ms' | 'contentType'>) => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        resolve({ ...ack, contentType: 'application/json', ms: performance.now() - began });
      };
      const timer = setTimeout(
        () => end({ status: 0, body: '', error: 'operation_timeout' }),
        this.#options.ackWithinMs,
      );
      const waiting = { id, acknowledge: (body: string) => end({ status: 200, body, error: undefined }) };
      const connection = this.#next();
      if (!connection) return end({ status: 0, body: '', error: 'dispatch_failed' });
      this.#waiting.add(waiting);
      if (!connection.isFrozen) connection.socket.send(sent.envelope);
    });
  }

  /** Resolves when the bot has a connection that works. */
  async whenConnected(): Promise<void> {
    while (this.connected === 0) await new Promise<void>((resolve) => this.#opened.add(resolve));
  }

  disconnect(reason: DisconnectReason): void {
    for (const connection of this.#connections) {
      connection.isLeaving = true;
      if (reason === 'drop') connection.socket.terminate();
      else this.#say(connection, { type: 'disconnect', reason, debug_info: { host: 'sandbox' } });
      if (reason === 'link_disabled') connection.socket.close(1000);
    }
  }

  /** Half-open: the connections stay, but nothing is read, answered or sent on them any more. */
  freeze(): void {
    for (const connection of this.#connections) {
      connection.isFrozen = true;
      connection.socket.pause();
    }
  }

  /** Ends every connection: without a word, or with a close frame that the bot has a moment to answer. */
  end({ politely }: { politely: boolean }): void {
    this.#tickets.clear();
    for (const { socket, isFrozen } of this.#connections) {
      if (politely && !isFrozen) socket.close(1001);
      setTimeout(() => socket.terminate(), politely && !isFrozen ? GOODBYE_MS : 0);
    }
  }

  #welcome(socket: WebSocket): void {
    const connection: Connection = { socket, isFrozen: false, isLeaving: false };
    const ended = this.#options.record.begin('from bot', 'socket', { connection: randomBytes(4).toString('hex') });
    const pings = setInterval(() => connection.isFrozen || socket.ping('Ping from sandbox'), PING_EVERY_MS);
    this.#connections.add(connection);
    socket.on('ping', (data) => connection.isFrozen || socket.pong(data));
    socket.on('message', (data) => this.#acknowledge(connection, String(data)));
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => {
      clearInterval(pings);
      this.#connections.delete(connection);
      ended(code);
    });
    if (this.#connections.size > MAX_CONNECTIONS) {
      this.#say(connection, { type: 'disconnect', reason: 'too_many_websockets' });
      socket.close(1000);
      return;
    }
    const info = {
      connection_info: { app_id: this.#options.appId },
      debug_info: { host: 'sandbox', approximate_connection_time: 18060 },
    };
    this.#say(connection, { type: 'hello', num_connections: this.connected, ...info });
    for (const resolve of this.#opened) resolve();
    this.#opened.clear();
  }

  #acknowledge(connection: Connection, source: string): void {
    if (connection.isFrozen) return;
    const parsed = acknowledgement.safeParse(fromJson(source));
    if (!parsed.success) return;
    const { envelope_id, payload = {} } = parsed.data;
    // The same envelope may be under way several times; one acknowledgement is for one of them.
    const waiting = [...this.#waiting].find(({ id }) => id === envelope_id);
    waiting?.acknowledge(JSON.stringify(payload));
  }

  #say({ socket }: Connection, message: object): void {
    socket.send(JSON.stringify(message));
  }

  #open(): readonly Connection[] {
    return [...this.#connections].filter(
      ({ isFrozen, isLeaving, socket }) => !isFrozen && !isLeaving && socket.readyState === socket.OPEN,
    );
  }

  /** Slack gives each envelope to one of the connections. A frozen one is taken only when there is no other. */
  #next(): Connection | undefined {
    const open = this.#open();
    const candidates = open.length > 0 ? open : [...this.#connections].filter(({ isFrozen }) => isFrozen);
    this.#turn += 1;
    return candidates[this.#turn % candidates.length];
  }
}
