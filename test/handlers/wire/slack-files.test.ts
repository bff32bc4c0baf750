import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { plain } from '../../../handlers/messages/answers.ts';
import { boltLogger } from '../../../handlers/wire/bolt-logger.ts';
import { isSlackAddress } from '../../../handlers/wire/response-url.ts';
import { createSlackApi } from '../../../handlers/wire/slack-api.ts';
import { createSlackFiles } from '../../../handlers/wire/slack-files.ts';
import { createLogger } from '../../../src/logger.ts';

const FILE = { to: 'U0BOB00001', name: 'audit.ndjson', content: Buffer.from('{}\n'), introduction: plain('here') };

interface Answer {
  readonly status: number;
  readonly location?: string;
  /** What Slack says where the file is to appear. */
  readonly refusal?: string;
}

/** Slack as somebody between it and the bot would have it: this upload URL, and this answer at it. */
async function slackWith(uploadUrl: (origin: string) => string, answer: Answer) {
  const requests: string[] = [];
  const said: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    headers.push(request.headers);
    const { location = '', refusal } = answer;
    const body = await text(request);
    if (path.includes('postMessage')) said.push(new URLSearchParams(body).get('text') ?? '');
    if (path.startsWith('/upload')) return response.writeHead(answer.status, { location }).end();
    const failed = path.includes('completeUpload') && refusal !== undefined;
    const reply = path.includes('getUploadURL')
      ? { upload_url: uploadUrl(origin), file_id: 'F01' }
      : { channel: 'D01', ts: '1' };
    const answered = failed ? { ok: false, error: refusal } : { ok: true, ...reply };
    return response.setHeader('content-type', 'application/json').end(JSON.stringify(answered));
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const apiUrl = `${origin}/api/`;
  const logger = boltLogger(createLogger({ level: 'silent' }));
  const calls: string[] = [];
  const files = createSlackFiles({
    ...{ api: createSlackApi({ botToken: 'xoxb-secret', apiUrl, logger }), apiUrl },
    onCall: (method, result) => calls.push(`${method} ${result}`),
  });
  return { files, requests, said, headers, calls };
}

test.each([
  'https://files.slack.com.example.org/upload/1',
  'https://example.org/upload/1',
  'http://files.slack.com/upload/1',
  'http://10.0.0.1/upload/1',
  'file:///etc/passwd',
])('nothing is uploaded to %s', async (url) => {
  const { files, requests } = await slackWith(() => url, { status: 200 });

  await expect(files.send(FILE)).rejects.toThrow('the upload URL is not an address of Slack’s');
  expect(requests).toEqual(['/api/files.getUploadURLExternal']);
});

test('a redirect from the upload URL is not followed', async () => {
  const { files, requests, calls } = await slackWith((origin) => `${origin}/upload/1`, {
    status: 307,
    location: '/elsewhere',
  });

  await expect(files.send(FILE)).rejects.toThrow();
  expect(requests).toEqual(['/api/files.getUploadURLExternal', '/upload/1']);
  expect(calls).toEqual(['upload no answer']);
});

test('the upload itself carries no token, and what follows goes to the channel of the direct messages', async () => {
  const { files, requests, headers, calls } = await slackWith((origin) => `${origin}/upload/1`, { status: 200 });

  await files.send(FILE);

  expect(requests.slice(1)).toEqual(['/upload/1', '/api/chat.postMessage', '/api/files.completeUploadExternal']);
  expect(headers[1]).not.toHaveProperty('authorization');
  expect(headers[1]).toMatchObject({ 'content-length': '3' });
  expect(calls).toEqual(['upload ok']);
});

test('an upload that is refused is said to have been', async () => {
  const { files, calls } = await slackWith((origin) => `${origin}/upload/1`, { status: 400 });

  await expect(files.send(FILE)).rejects.toThrow('the upload was answered with HTTP 400');
  expect(calls).toEqual(['upload refused']);
});

test('a file that does not appear after its introduction is said to be missing', async () => {
  const refusal = 'internal_error';
  const { files, said } = await slackWith((origin) => `${origin}/upload/1`, { status: 200, refusal });

  await expect(files.send(FILE)).rejects.toThrow(refusal);

  expect(said).toEqual([
    'here',
    'Slack did not confirm the file announced here. If you do not see it, ask for it again.',
  ]);
});

test.each([
  ['https://files.slack.com/upload/v1/abc', undefined, true],
  ['https://files.slack-gov.com/upload/v1/abc', 'https://slack-gov.com/api/', true],
  ['http://127.0.0.1:1/upload', 'http://127.0.0.1:1/api/', true],
  ['http://127.0.0.1:1/upload', undefined, false],
  ['http://127.0.0.1:1/upload', 'https://slack.com/api/', false],
  ['https://slack.com.evil.example/upload', 'http://127.0.0.1:1/api/', false],
])('%s is an address of Slack’s with the API at %s: %s', (url, apiUrl, expected) => {
  expect(isSlackAddress(new URL(url), apiUrl)).toBe(expected);
});
