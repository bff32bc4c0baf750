import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { plain } from '../../../handlers/messages/answers.ts';
import {
  AddressGoneError,
  createResponder,
  isSlackSocket,
  NotDeliveredError,
} from '../../../handlers/wire/response-url.ts';

const MESSAGE = plain('done');

interface Received {
  readonly method: string | undefined;
  readonly type: string | undefined;
  readonly body: unknown;
}

type Answer = (response: ServerResponse) => void;

const say =
  (status: number, body = 'ok', headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };

/** Slack's end of a response URL, which answers like that, one after the other, and then `ok`. */
async function slack(...answers: Answer[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      received.push({ method: request.method, type: request.headers['content-type'], body: JSON.parse(body) });
      (answers.shift() ?? say(200))(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('a listening server has a port');
  return { url: `http://127.0.0.1:${address.port}/actions/1`, received };
}

const responder = createResponder({ apiUrl: 'http://127.0.0.1:1/api/' });

describe('a message to a response URL', () => {
  test.each([
    ['beside', { response_type: 'ephemeral', replace_original: false }],
    ['replace', { replace_original: true }],
    ['in channel', { response_type: 'in_channel', replace_original: false }],
  ] as const)('%s says explicitly what becomes of the message before', async (placement, fields) => {
    const { url, received } = await slack();

    await responder.respond(url, MESSAGE, placement);

    expect(received).toEqual([{ method: 'POST', type: 'application/json', body: { ...MESSAGE, ...fields } }]);
  });

  test('is sent once more when Slack does not know the address yet', async () => {
    const { url, received } = await slack(say(404, 'not yet'));

    await responder.respond(url, MESSAGE, 'beside');

    expect(received).toHaveLength(2);
  });

  test.each([
    ['used up or half an hour old', [say(404, 'used_url'), say(404, 'used_url')]],
    ['gone', [say(410)]],
  ])('finds out that the address is %s', async (_what, answers) => {
    const { url } = await slack(...answers);

    await expect(responder.respond(url, MESSAGE, 'beside')).rejects.toThrow(AddressGoneError);
  });

  test.each([
    ['a fault', say(500)],
    ['a rate limit', say(429, '', { 'retry-after': '30' })],
    ['a refusal in a good answer', say(200, '{"ok":false,"error":"invalid_blocks"}')],
    ['a redirect, which is not followed', say(302, '', { location: 'http://127.0.0.1:1/elsewhere' })],
    [
      'a connection that breaks',
      (response) => {
        response.destroy();
      },
    ],
    [
      'an answer that breaks in the middle',
      (response) => {
        response.writeHead(200, { 'content-length': '100' }).write('o', () => response.destroy());
      },
    ],
  ] as const satisfies readonly (readonly [string, Answer])[])('is not delivered after %s', async (_what, answer) => {
    const { url, received } = await slack(answer);

    await expect(responder.respond(url, MESSAGE, 'beside')).rejects.toThrow(NotDeliveredError);
    // Whether it arrived is not known, so it is not sent again from here.
    expect(received).toHaveLength(1);
  });

  test('is not delivered where nobody listens', async () => {
    await expect(responder.respond('http://127.0.0.1:1/', MESSAGE, 'beside')).rejects.toThrow(NotDeliveredError);
  });
});

describe('only Slack’s own addresses are posted to', () => {
  const FOREIGN = [
    'https://evil.example/actions/1',
    'https://slack.com.evil.example/',
    'https://evilslack.com/',
    'https://hooks.slack.com@evil.example/',
    'https://evil.example/#.slack.com',
    'http://hooks.slack.com/',
    'ftp://hooks.slack.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http://169.254.169.254/latest/meta-data',
    'http://127.0.0.1.evil.example/',
    'http://10.0.0.1/',
  ];

  test.each(FOREIGN)('not to %s', async (url) => {
    await expect(responder.respond(url, MESSAGE, 'beside')).rejects.toThrow(AddressGoneError);
  });

  test.each([undefined, 'https://slack.com/api/'])('and not to this machine, with the API at %s', async (apiUrl) => {
    const { url, received } = await slack();

    await expect(createResponder({ apiUrl }).respond(url, MESSAGE, 'beside')).rejects.toThrow(AddressGoneError);
    expect(received).toEqual([]);
  });

  test.each([
    ['wss://wss-primary.slack.com/link/?ticket=1', undefined, true],
    ['wss://wss.slack-gov.com/link/', undefined, true],
    ['ws://127.0.0.1:3000/link', 'http://localhost:3000/api/', true],
    ['ws://[::1]:3000/link', 'http://127.0.0.1:3000/api/', true],
    ['ws://127.0.0.1:3000/link', undefined, false],
    ['ws://127.0.0.1:3000/link', 'https://slack.com/api/', false],
    ['ws://wss-primary.slack.com/link', 'http://127.0.0.1:3000/api/', false],
    ['wss://slack.com.evil.example/', undefined, false],
    ['https://wss-primary.slack.com/', undefined, false],
  ])('a socket at %s, with the API at %s: %s', (url, apiUrl, isSlacks) => {
    expect(isSlackSocket(new URL(url), apiUrl)).toBe(isSlacks);
  });
});
