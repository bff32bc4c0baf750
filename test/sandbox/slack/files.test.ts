import { webApi } from '@slack/bolt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Slack, startSlack } from '../../../sandbox/slack/slack.ts';
import { call } from './bare-bot.ts';

const CONTENT = 'one line\nand another\n';
const LENGTH = String(CONTENT.length);

let slack: Slack;

beforeAll(async () => {
  slack = await startSlack();
});

afterAll(() => slack.close());

/** Announces a file of this content. */
async function announce(length = LENGTH) {
  const { body } = await call(slack, 'files.getUploadURLExternal', { filename: 'audit.ndjson', length });
  return { uploadUrl: String(body.upload_url), fileId: String(body.file_id) };
}

/** Announces a file and uploads it; returns its ID. */
async function uploaded(): Promise<string> {
  const { uploadUrl, fileId } = await announce();
  await fetch(uploadUrl, { method: 'POST', body: CONTENT });
  return fileId;
}

const complete = async (fileId: string, more: Record<string, string> = {}) =>
  (await call(slack, 'files.completeUploadExternal', { files: JSON.stringify([{ id: fileId }]), ...more })).body;

test('a file that was announced, uploaded and completed is a message in the channel, with what was in it', async () => {
  slack.skipMessages();
  const { uploadUrl, fileId } = await announce();

  const upload = await fetch(uploadUrl, { method: 'POST', body: CONTENT });
  const answer = await complete(fileId, { channel_id: 'D0ALICE001', initial_comment: 'here it is' });
  const message = await slack.nextMessage();

  expect([upload.status, await upload.text()]).toEqual([200, `OK - ${LENGTH}`]);
  expect(answer).toEqual({ ok: true, files: [{ id: fileId, title: 'audit.ndjson' }] });
  expect(message).toMatchObject({ channel: 'D0ALICE001', author: 'app', text: 'here it is' });
  expect(message.files.map(({ content }) => content.toString())).toEqual([CONTENT]);
  expect(message.plainText()).toBe(`here it is\n[ file audit.ndjson, ${LENGTH} bytes ]`);
  expect(slack.requests('upload').at(-1)?.body).toEqual({ bytes: CONTENT.length, token: false });
});

test('Slack’s own client takes these steps too', async () => {
  const client = new webApi.WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
  const { upload_url: url = '', file_id: id = '' } = await client.files.getUploadURLExternal({
    filename: 'a.csv',
    length: 3,
  });
  await fetch(url, { method: 'POST', body: 'a,b' });
  slack.skipMessages();

  await client.files.completeUploadExternal({ files: [{ id, title: 'A' }], channel_id: 'C0INC04711' });

  expect((await slack.nextMessage()).files).toMatchObject([{ id, title: 'A', name: 'a.csv', mimetype: 'text/csv' }]);
});

test('a file goes into a channel by its ID, never to a user by theirs', async () => {
  const fileId = await uploaded();

  const toUser = await complete(fileId, { channel_id: 'U0ALICE001' });

  expect(toUser).toEqual({
    ok: false,
    error: 'invalid_arguments',
    response_metadata: {
      messages: ['[ERROR] input must match regex pattern: ^[CGDZ][A-Z0-9]{8,}$ [json-pointer:/channel_id]'],
    },
  });
});

test.each([
  ['C0RANDOM01', 'not_in_channel'],
  ['C0WARROOM1', 'channel_not_found'],
  ['D0ALICEBOB', 'channel_not_found'],
  ['C0INC04600', 'is_archived'],
  ['C0NOWHERE1', 'channel_not_found'],
])('not into %s: %s, and it can still go elsewhere', async (channel, error) => {
  const fileId = await uploaded();

  expect(await complete(fileId, { channel_id: channel })).toMatchObject({ ok: false, error });
  expect(await complete(fileId, { channel_id: 'C0INC04711' })).toMatchObject({ ok: true });
});

test('a file without a channel is nobody’s message', async () => {
  const before = slack.visibleTo('alice').length;

  expect(await complete(await uploaded())).toMatchObject({ ok: true });
  expect(slack.visibleTo('alice')).toHaveLength(before);
});

test('what was not uploaded, or completed before, is no file', async () => {
  const { fileId } = await announce();
  const done = await uploaded();
  await complete(done);

  for (const id of [fileId, done, 'F0NONE']) {
    expect(await complete(id, { channel_id: 'C0INC04711' })).toMatchObject({ ok: false, error: 'file_not_found' });
  }
});

test('the content is taken once, by POST, as long as it was announced', async () => {
  const { uploadUrl } = await announce();
  const post = async (body: string | FormData) => (await fetch(uploadUrl, { method: 'POST', body })).status;

  expect(await post('too short')).toBe(400);
  expect(await post(new FormData())).toBe(400);
  expect((await fetch(uploadUrl)).status).toBe(404);
  expect(await post(CONTENT)).toBe(200);
  expect(await post(CONTENT)).toBe(404);
  expect((await fetch(`${slack.url}/upload/other`, { method: 'POST', body: CONTENT })).status).toBe(404);
});

test.each<[string, Record<string, string>]>([
  ['files.getUploadURLExternal', { filename: 'a', length: '0' }],
  ['files.getUploadURLExternal', { filename: 'a', length: 'x' }],
  ['files.getUploadURLExternal', { length: '3' }],
  ['files.completeUploadExternal', {}],
  ['files.completeUploadExternal', { files: '[]' }],
  ['files.completeUploadExternal', { files: '[{"name":"a"}]' }],
])('%s with %j is refused', async (method, args) => {
  expect((await call(slack, method, args)).body).toMatchObject({ ok: false, error: 'invalid_arguments' });
});

test('a file of more than a gigabyte is not even announced', async () => {
  const { body } = await call(slack, 'files.getUploadURLExternal', { filename: 'a', length: String(1024 ** 3 + 1) });

  expect(body).toMatchObject({ ok: false, error: 'file_upload_size_restricted' });
});

test('both methods need files:write', async () => {
  await using bare = await startSlack({ scopes: ['chat:write', 'files:read'] });

  for (const method of ['files.getUploadURLExternal', 'files.completeUploadExternal']) {
    expect((await call(bare, method)).body).toMatchObject({ error: 'missing_scope', needed: 'files:write' });
  }
});
