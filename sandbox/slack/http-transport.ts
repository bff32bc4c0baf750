import { Agent, request } from 'node:http';
import { type Ack, type Delivery, formOf, type Sent, type Transport } from './delivery.ts';
import { signedHeaders } from './signature.ts';

export interface HttpTransportOptions {
  readonly url: string;
  readonly signingSecret: string;
  readonly clock: { now(): Date };
  readonly ackWithinMs: number;
}

/** Delivers signed forms to the bot's request URL, one connection each, and hangs up when the time is over. */
export class HttpTransport implements Transport {
  readonly #options: HttpTransportOptions;
  readonly #agent = new Agent({ keepAlive: false });

  constructor(options: HttpTransportOptions) {
    this.#options = options;
  }

  prepare(delivery: Delivery): Sent {
    if (delivery.type !== 'events_api') return this.sign(formOf(delivery));
    const sent = this.sign(JSON.stringify(delivery.payload));
    return { ...sent, headers: { ...sent.headers, 'content-type': 'application/json' } };
  }

  /** This body with Slack's headers and a signature of now, or of another time. */
  sign(body: string, at: Date = this.#options.clock.now()): Sent & { by: 'http' } {
    return { by: 'http', body, headers: signedHeaders(this.#options.signingSecret, at, body) };
  }

  attempt(sent: Sent): Promise<Ack> {
    if (sent.by !== 'http') throw new Error('This was sent over a socket and can only be sent again over one.');
    const began = performance.now();
    const { url, ackWithinMs } = this.#options;
    return new Promise((resolve) => {
      const end = (ack: Omit<Ack, 'ms'>) => resolve({ ...ack, ms: performance.now() - began });
      const outgoing = request(url, {
        method: 'POST',
        headers: { ...sent.headers, 'content-length': Buffer.byteLength(sent.body) },
        agent: this.#agent,
      });
      const timer = setTimeout(() => {
        end(nothing('operation_timeout'));
        outgoing.destroy();
      }, ackWithinMs);
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', () => end(nothing('dispatch_failed')));
        incoming.on('end', () => {
          clearTimeout(timer);
          const status = incoming.statusCode ?? 0;
          const contentType = incoming.headers['content-type'] ?? '';
          const error = status === 200 ? undefined : 'dispatch_failed';
          end({ status, contentType, body: Buffer.concat(chunks).toString(), error });
        });
      });
      outgoing.on('error', () => {
        clearTimeout(timer);
        end(nothing('dispatch_failed'));
      });
      outgoing.end(sent.body);
    });
  }
}

function nothing(error: NonNullable<Ack['error']>): Omit<Ack, 'ms'> {
  return { status: 0, contentType: '', body: '', error };
}
