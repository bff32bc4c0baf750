import { type IncomingMessage, Server, type ServerOptions, type ServerResponse } from 'node:http';
import { type App, HTTPModuleFunctions, HTTPReceiver, type webApi } from '@slack/bolt';
import { readSigned } from './http-guard.ts';

const PATH = '/slack/events';
const FORM = 'application/x-www-form-urlencoded';
/** Slack itself gives up after 3 s; whoever sends slower is not Slack. */
const SLOWEST: ServerOptions = { headersTimeout: 5_000, requestTimeout: 5_000, connectionsCheckingInterval: 1_000 };
const MOST_CONNECTIONS = 256;

export interface HttpReceiverOptions {
  readonly signingSecret: string;
  readonly logger: webApi.Logger;
  /** Hears with which status a request was refused that never reached Bolt. */
  readonly onTurnedAway?: ((status: number) => void) | undefined;
}

/**
 * Slack's signed requests over HTTP, on `POST /slack/events`. Bolt parses before it verifies, and would let through, refuse
 * wrongly or fail at some requests: it sees only those that are signed and hold an object.
 */
export function createHttpReceiver({ signingSecret, logger, onTurnedAway }: HttpReceiverOptions): HTTPReceiver {
  const receiver = new HTTPReceiver({ signingSecret, logger, endpoints: [PATH] });
  const handle = receiver.requestListener;

  function turnAway(response: ServerResponse, status: number): void {
    onTurnedAway?.(status);
    // What is still on its way is not waited for.
    response.writeHead(status, { connection: 'close' }).end();
  }

  receiver.requestListener = (request, response) => {
    if (request.method !== 'POST' || request.url?.split('?', 1)[0] !== PATH) return turnAway(response, 404);
    withoutCharset(request);
    readSigned(request, signingSecret).then(
      (body) => {
        if (typeof body === 'number') return turnAway(response, body);
        if (!holdsObject(request, body)) return turnAway(response, 400);
        return handle(request, response);
      },
      () => response.destroy(), // whoever sent it went away in the middle
    );
  };
  return receiver;
}

/** Listens for Slack, and bounds what slow senders and many connections can hold. */
export async function listenForSlack(app: App, at: { readonly host: string; readonly port: number }): Promise<void> {
  const server: unknown = await app.start(at, SLOWEST);
  if (server instanceof Server) server.maxConnections = MOST_CONNECTIONS;
}

/** Whether the body is one Bolt can work with, which is kept with the request for it: one that is `null` would end the process. */
function holdsObject(request: IncomingMessage, rawBody: Buffer): boolean {
  try {
    const body: unknown = HTTPModuleFunctions.parseHTTPRequestBody(Object.assign(request, { rawBody }));
    return typeof body === 'object' && body !== null;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Some proxies add `; charset=utf-8`, and then Bolt takes a form for JSON. */
function withoutCharset(request: IncomingMessage): void {
  if (request.headers['content-type']?.startsWith(`${FORM};`)) request.headers['content-type'] = FORM;
}
