import type { IncomingMessage, ServerResponse } from 'node:http';
import { HTTPModuleFunctions, HTTPReceiver, isRawBodyError, type webApi } from '@slack/bolt';

const { parseAndVerifyHTTPRequest, parseHTTPRequestBody } = HTTPModuleFunctions;

const PATH = '/slack/events';
const BODY_LIMIT = 1024 * 1024;
const CLOCK_SKEW_SECONDS = 300;
const FORM = 'application/x-www-form-urlencoded';

/**
 * Slack's signed requests over HTTP, on `POST /slack/events`. Bolt reads them; what it would let through, refuse wrongly or
 * fail at is put right before it sees a request.
 */
export function createHttpReceiver({
  signingSecret,
  logger,
}: {
  signingSecret: string;
  logger: webApi.Logger;
}): HTTPReceiver {
  const receiver = new HTTPReceiver({ signingSecret, logger, endpoints: [PATH], bodyLimit: BODY_LIMIT });
  const handle = receiver.requestListener;
  receiver.requestListener = (request, response) => {
    if (request.method !== 'POST' || request.url?.split('?', 1)[0] !== PATH) return refuse(response, 404);
    if (isFromTheFuture(request)) return refuse(response, 401);
    withoutCharset(request);
    void refusal(request, signingSecret).then((status) => {
      if (status === undefined) return handle(request, response);
      logger.warn(`a request was refused with ${status}`);
      refuse(response, status);
    });
  };
  return receiver;
}

/** The status to refuse this request with; otherwise it is signed and holds an object, and its body is kept with it for Bolt. */
async function refusal(request: IncomingMessage, signingSecret: string): Promise<number | undefined> {
  try {
    const options = { enabled: true, signingSecret, bodyLimit: BODY_LIMIT };
    const verified = await parseAndVerifyHTTPRequest(options, request);
    Object.assign(request, { rawBody: verified.rawBody });
    // A body that is `null` would end the process.
    const body: unknown = parseHTTPRequestBody(verified);
    return typeof body === 'object' && body !== null ? undefined : 400;
  } catch (error) {
    if (isRawBodyError(error)) return error.statusCode;
    return error instanceof SyntaxError ? 400 : 401;
  }
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

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}
