// Loaded into the sandbox's bot before its program when somebody watches the wire: tells the sandbox of every gRPC call
// that leaves the bot, with the bytes of its first request and response. Nothing of the bot knows of it.
import { subscribe } from 'node:diagnostics_channel';
import type { ClientHttp2Stream } from 'node:http2';

interface Tapped {
  readonly path: string;
  readonly began: number;
  readonly sent: Uint8Array[];
  readonly received: Uint8Array[];
}

const MAX_BYTES = 64 * 1024;
const calls = new WeakMap<object, Tapped>();

subscribe('http2.client.stream.created', (message) => {
  const { stream, headers } = Object(message);
  const path = headers?.[':path'];
  if (typeof path !== 'string') return;
  const call: Tapped = { path, began: performance.now(), sent: [], received: [] };
  calls.set(stream, call);
  follow(stream, call);
});

subscribe('http2.client.stream.bodyChunkSent', (message) => {
  const { stream, writev, data } = Object(message);
  const chunks = writev ? data.map((one: { chunk: unknown }) => one.chunk) : [data];
  for (const chunk of chunks) keep(calls.get(stream)?.sent, chunk);
});

function follow(stream: ClientHttp2Stream, { path, began, sent, received }: Tapped): void {
  const push = stream.push.bind(stream);
  // What the library reads passes here first, without being read away.
  stream.push = (chunk, encoding) => {
    keep(received, chunk);
    return push(chunk, encoding);
  };
  let status: unknown;
  const look = (headers: Readonly<Record<string, unknown>>) => {
    status = headers['grpc-status'] ?? status;
  };
  stream.on('response', look);
  stream.on('trailers', look);
  stream.on('close', () => {
    const bytes = (chunks: readonly Uint8Array[]) => Buffer.concat(chunks).toString('base64');
    const ms = performance.now() - began;
    const call = { path, status: status === undefined ? undefined : Number(status), ms };
    process.send?.({ call: { ...call, sent: bytes(sent), received: bytes(received) } });
  });
}

function keep(chunks: Uint8Array[] | undefined, chunk: unknown): void {
  if (!chunks || !(chunk instanceof Uint8Array)) return;
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  if (size + chunk.length <= MAX_BYTES) chunks.push(chunk);
}
