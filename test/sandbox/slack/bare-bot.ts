import { createServer } from 'node:http';
import { objectFromJson } from '../../../sandbox/slack/json.ts';
import type { Slack } from '../../../sandbox/slack/slack.ts';

interface Received {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  readonly form: URLSearchParams;
}

export interface Acknowledgement {
  readonly status?: number;
  readonly contentType?: string;
  readonly body?: string;
}

/** A bot with no library: it keeps what Slack sent and acknowledges as it is told; `never` leaves Slack waiting. */
export async function startBareBot(slack: Slack, acknowledge: () => Acknowledgement | 'never' = () => ({})) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    received.push({ headers: request.headers, body, form: new URLSearchParams(body) });
    const answer = acknowledge();
    if (answer === 'never') return;
    const headers = answer.contentType ? { 'content-type': answer.contentType } : {};
    response.writeHead(answer.status ?? 200, headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  slack.deliverTo({ url: `http://127.0.0.1:${address.port}/slack/events` });
  return {
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A clock that stands still until it is moved. */
export function steppedClock(start = new Date()) {
  let now = start;
  return {
    now: () => now,
    step(ms: number): void {
      now = new Date(now.getTime() + ms);
    },
  };
}

/** Posts JSON as an app does, and reads the answer. */
export async function post(url: string, body: unknown, contentType = 'application/json') {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, contentType: response.headers.get('content-type'), text };
}

/** Calls the Web API as @slack/web-api does. */
export async function call(
  slack: Slack,
  method: string,
  args: Record<string, string> = {},
  token: string = slack.botToken,
) {
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(args).toString(),
  });
  const body = objectFromJson(await response.text()) ?? {};
  return { status: response.status, headers: response.headers, body };
}

export const danger = {
  type: 'actions',
  block_id: 'decide',
  elements: [
    {
      type: 'button',
      text: { type: 'plain_text', text: 'Revoke 2 tokens' },
      style: 'danger',
      action_id: 'confirm',
      value: 'plan-1',
    },
    { type: 'button', text: { type: 'plain_text', text: 'Cancel' }, action_id: 'cancel' },
  ],
};
