import { Pool } from 'undici';
import { signedHeaders } from '../sandbox/slack/signature.ts';

/** One slash command, and what has to come back. */
export interface Order {
  /** The form Slack sends. */
  readonly body: string;
  /** Throws unless the acknowledgement is the right one; resolves when everything the command leads to has come. */
  check(reply: Reply): Promise<void> | void;
}

/** How a command was acknowledged. */
export interface Reply {
  readonly status: number;
  readonly body: string;
}

export interface LoadOptions {
  readonly url: string;
  readonly signingSecret: string;
  readonly concurrency: number;
  readonly commands: number;
  /** The next command of the nth sender; a sender sends one after the other. */
  readonly next: (sender: number) => Order;
}

/** What a load came to; every reply was the right one. */
export interface LoadResult {
  readonly perSecond: number;
  /** How long each acknowledgement took. */
  readonly acknowledgedMs: readonly number[];
}

/** Sends signed commands over kept-alive connections, as many at a time as there are senders. Throws at the first wrong reply. */
export async function send({ url, signingSecret, concurrency, commands, next }: LoadOptions): Promise<LoadResult> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: concurrency, pipelining: 1 });
  const acknowledgedMs: number[] = [];
  const left = Array.from({ length: commands }).values();

  async function sender(index: number): Promise<void> {
    for (const _ of left) {
      const { body, check } = next(index);
      const sentAt = performance.now();
      const headers = signedHeaders(signingSecret, new Date(), body);
      const response = await pool.request({ path: pathname, method: 'POST', headers, body });
      const reply = { status: response.statusCode, body: await response.body.text() };
      acknowledgedMs.push(performance.now() - sentAt);
      await check(reply);
    }
  }

  const startedAt = performance.now();
  try {
    await Promise.all(Array.from({ length: concurrency }, (_, index) => sender(index)));
    return { perSecond: (commands / (performance.now() - startedAt)) * 1_000, acknowledgedMs };
  } finally {
    await pool.destroy();
  }
}
