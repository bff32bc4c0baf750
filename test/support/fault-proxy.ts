import { createConnection, createServer, type Server, Socket } from 'node:net';

/**
 * What goes wrong on a link, until it is mended.
 * `latency`: every chunk comes later, in both directions · `blackhole`: nothing passes; what was sent meanwhile arrives once
 * it is mended · `reset`: every connection is cut, also new ones · `half-open`: the connections of this moment never carry a
 * byte again and never end; new ones work · `cut after bytes`: each connection ends after so many bytes of what comes back ·
 * `cut before reply`: requests arrive, and each connection ends before the first byte of its reply.
 */
export type LinkFault =
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'blackhole' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'half-open' }
  | { readonly kind: 'cut after bytes'; readonly bytes: number }
  | { readonly kind: 'cut before reply' };

/** Where something listens: a port, on 127.0.0.1 unless told otherwise, or the path of a Unix socket. */
export type Endpoint = { readonly port: number; readonly host?: string } | { readonly path: string };

/** A link that can be broken and mended while it is used. */
export interface FaultProxy {
  /** The port it listens on; 0 on a Unix socket. */
  readonly port: number;
  /** How many connections pass through it now. */
  readonly open: number;
  /** How often a fault touched a connection: stopped, refused or cut it, or delayed a part of what it carries. */
  readonly struck: number;
  break(fault: LinkFault): void;
  /** From now on everything passes; what a blackhole held arrives. */
  mend(): void;
  close(): Promise<void>;
}

/** Listens (on a free port, unless told where) and passes everything on to `target`. */
export async function openFaultProxy(target: () => Endpoint, listen: Endpoint = { port: 0 }): Promise<FaultProxy> {
  const proxy = new LinkProxy(target);
  await proxy.listen(listen);
  return proxy;
}

class LinkProxy implements FaultProxy {
  port = 0;
  struck = 0;
  readonly #target: () => Endpoint;
  readonly #links = new Set<Link>();
  readonly #server: Server;
  #fault: LinkFault | undefined;

  constructor(target: () => Endpoint) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: false }, (near) => this.#accept(near));
  }

  get open(): number {
    return this.#links.size;
  }

  async listen(endpoint: Endpoint): Promise<void> {
    const where = 'path' in endpoint ? endpoint : { port: endpoint.port, host: '127.0.0.1' };
    await new Promise<void>((resolve) => this.#server.listen(where, resolve));
    const address = this.#server.address();
    if (typeof address === 'object' && address) this.port = address.port;
  }

  break(fault: LinkFault): void {
    this.#fault = fault;
    for (const link of this.#links) link.suffer(fault);
  }

  mend(): void {
    this.#fault = undefined;
    for (const link of this.#links) link.recover();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const link of this.#links) link.cut();
    await closed;
  }

  #accept(near: Socket): void {
    if (this.#fault?.kind === 'reset') {
      this.struck += 1;
      cut(near);
      return;
    }
    const far = createConnection(this.#target());
    const link = new Link(near, far, () => {
      this.struck += 1;
    });
    this.#links.add(link);
    near.once('close', () => this.#links.delete(link));
    // What is half-open is so for those who were there; a newcomer finds a link that works.
    if (this.#fault && this.#fault.kind !== 'half-open') link.suffer(this.#fault);
  }
}

/** One connection through the proxy. */
class Link {
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #onStrike: () => void;
  #fault: LinkFault | undefined;
  #returned = 0;
  /** Bytes on their way, so that chunks stay in order where each is delayed. */
  #tails: Record<'there' | 'back', Promise<unknown>> = { there: Promise.resolve(), back: Promise.resolve() };

  constructor(near: Socket, far: Socket, onStrike: () => void) {
    this.#near = near;
    this.#far = far;
    this.#onStrike = onStrike;
    near.on('data', (chunk: Buffer) => this.#pass('there', far, chunk));
    far.on('data', (chunk: Buffer) => this.#back(chunk));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('end', () => this.#fault?.kind === 'half-open' || other.end());
      one.on('close', () => this.#fault?.kind === 'half-open' || other.destroy());
    }
  }

  suffer(fault: LinkFault): void {
    if (this.#fault?.kind === 'half-open') return;
    this.#fault = fault;
    this.#returned = 0;
    if (fault.kind === 'reset') this.#strike();
    if (fault.kind === 'blackhole' || fault.kind === 'half-open') this.#stop();
  }

  recover(): void {
    if (this.#fault?.kind === 'half-open') return;
    this.#fault = undefined;
    this.#near.resume();
    this.#far.resume();
  }

  cut(): void {
    cut(this.#near);
    this.#far.destroy();
  }

  #strike(): void {
    this.#onStrike();
    this.cut();
  }

  #stop(): void {
    this.#onStrike();
    this.#near.pause();
    this.#far.pause();
  }

  #back(chunk: Buffer): void {
    if (this.#fault?.kind === 'cut before reply') this.#strike();
    else if (this.#fault?.kind === 'cut after bytes') this.#passUpTo(this.#fault.bytes, chunk);
    else this.#pass('back', this.#near, chunk);
  }

  #passUpTo(bytes: number, chunk: Buffer): void {
    const left = bytes - this.#returned;
    this.#returned += chunk.length;
    if (chunk.length < left) {
      this.#pass('back', this.#near, chunk);
    } else {
      this.#onStrike();
      this.#near.end(chunk.subarray(0, left));
      this.#far.destroy();
    }
  }

  #pass(direction: 'there' | 'back', to: Socket, chunk: Buffer): void {
    const ms = this.#fault?.kind === 'latency' ? this.#fault.ms : 0;
    if (ms > 0) this.#onStrike();
    const write = () => to.destroyed || to.write(chunk);
    const late = ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined;
    this.#tails[direction] = this.#tails[direction].then(() => late).then(write);
  }
}

/** Resets where the kind of socket allows it. */
function cut(socket: Socket): void {
  if (socket.constructor === Socket && socket.remoteFamily) socket.resetAndDestroy();
  else socket.destroy();
}
