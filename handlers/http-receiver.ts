import type { IncomingMessage, ServerResponse } from 'node:http';
import { HTTPReceiver, type webApi } from '@slack/bolt';

const BODY_LIMIT = 1024 * 1024;
const CLOCK_SKEW_SECONDS = 300;
const FORM = 'application/x-www-form-urlencoded';

/**
 * Slack's signed requests over HTTP, on `POST /slack/events`. Bolt verifies them; two things it lets through or refuses
 * wrongly are put right before it sees a request.
 */
export function createHttpReceiver({
  signingSecret,
  logger,
}: {
  signingSecret: string;
  logger: webApi.Logger;
}): HTTPReceiver {
  const receiver = new HTTPReceiver({ signingSecret, logger, endpoints: ['/slack/events'], bodyLimit: BODY_LIMIT });
  const handle = receiver.requestListener;
  receiver.requestListener = (request, response) => {
    if (isFromTheFuture(request)) return refuse(response);
    withoutCharset(request);
    return handle(request, response);
  };
  return receiver;
}

/** Bolt refuses old timestamps only, and a signature made for later could be kept and used later. */
function isFromTheFuture(request: IncomingMessage): boolean {
  const seconds = Number(request.headers['x-slack-request-timestamp']);
  return seconds > Date.now() / 1_000 + CLOCK_SKEW_SECONDS;
}

/** Some proxies add `; charset=utf-8`, and then Bolt takes a form for JSON. */
function withoutCharset(request: IncomingMessage): void {
  if (request.headers['content-type']?.startsWith(`${FORM};`)) request.headers['content-type'] = FORM;
}

function refuse(response: ServerResponse): void {
  response.writeHead(401).end();
}
