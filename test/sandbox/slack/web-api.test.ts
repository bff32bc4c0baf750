import { webApi } from '@slack/bolt';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Slack, startSlack } from '../../../sandbox/slack/slack.ts';
import { call, danger } from './bare-bot.ts';

let slack: Slack;

beforeAll(async () => {
  slack = await startSlack();
});

afterAll(() => slack.close());

const errorOf = async (method: string, args: Record<string, string> = {}, token?: string) => {
  const { status, body } = await call(slack, method, args, token);
  return [status, body.ok, body.error];
};

describe('tokens and scopes', () => {
  test('auth.test says who the bot is', async () => {
    const { status, headers, body } = await call(slack, 'auth.test');

    expect(status).toBe(200);
    expect(headers.get('x-oauth-scopes')).toBe('commands,chat:write,users:read,usergroups:read,files:write,files:read');
    expect(body).toEqual({
      ok: true,
      url: `${slack.url}/`,
      team: 'Example Ops',
      user: 'influx',
      team_id: 'T0EXAMPLE1',
      user_id: 'U0INFLUX01',
      bot_id: 'B0INFLUX01',
      is_enterprise_install: false,
    });
  });

  test('a wrong, a missing and an unsuitable token are refused with HTTP 200', async () => {
    expect(await errorOf('auth.test', {}, 'xoxb-other')).toEqual([200, false, 'invalid_auth']);
    expect(await errorOf('auth.test', {}, '')).toEqual([200, false, 'not_authed']);
    expect(await errorOf('auth.test', {}, slack.appToken)).toEqual([200, false, 'not_allowed_token_type']);
    expect(await errorOf('apps.connections.open')).toEqual([200, false, 'not_allowed_token_type']);
  });

  test('a token in the form is as good as one in the header', async () => {
    const response = await fetch(`${slack.apiUrl}auth.test`, {
      method: 'POST',
      body: new URLSearchParams({ token: slack.botToken }),
    });

    expect(await response.json()).toMatchObject({ ok: true });
  });

  test('a missing scope is named, with the scopes there are', async () => {
    const { headers, body } = await call(slack, 'conversations.open', { users: 'U0ALICE001' });

    expect(body).toEqual({
      ok: false,
      error: 'missing_scope',
      needed: 'im:write,mpim:write,channels:manage,groups:write',
      provided: 'commands,chat:write,users:read,usergroups:read,files:write,files:read',
    });
    expect(headers.get('x-accepted-oauth-scopes')).toBe('im:write,mpim:write,channels:manage,groups:write');
  });

  test('each method needs its scope', async () => {
    await using bare = await startSlack({ scopes: ['commands'] });

    for (const method of [
      'users.info',
      'usergroups.users.list',
      'chat.postMessage',
      'chat.postEphemeral',
      'chat.update',
    ]) {
      expect((await call(bare, method)).body).toMatchObject({ error: 'missing_scope', provided: 'commands' });
    }
  });

  test('other methods are unknown, also those with the names of object properties', async () => {
    expect(await errorOf('views.explode')).toEqual([200, false, 'unknown_method']);
    expect(await errorOf('constructor')).toEqual([200, false, 'unknown_method']);
  });
});

describe('people and groups', () => {
  test.each([
    [
      'alice',
      { deleted: false, is_bot: false, is_restricted: false, is_ultra_restricted: false, team_id: 'T0EXAMPLE1' },
    ],
    ['guest', { is_restricted: true, is_ultra_restricted: false }],
    ['solo', { is_restricted: true, is_ultra_restricted: true }],
    ['deploybot', { is_bot: true }],
    ['departed', { deleted: true }],
    ['partner', { team_id: 'T0PARTNER1', is_restricted: false }],
  ])('users.info tells what %s is', async (name, expected) => {
    const { body } = await call(slack, 'users.info', { user: slack.workspace.person(name).id });

    expect(body).toMatchObject({ ok: true, user: { name, ...expected } });
  });

  test('a user is found by ID only', async () => {
    expect(await errorOf('users.info', { user: 'alice' })).toEqual([200, false, 'user_not_found']);
    expect(await errorOf('users.info')).toEqual([200, false, 'user_not_found']);
  });

  test('usergroups.users.list follows who joins and leaves', async () => {
    await using changing = await startSlack();
    const members = async () => (await call(changing, 'usergroups.users.list', { usergroup: 'S0ONCALL01' })).body.users;

    const before = await members();
    changing.workspace.removeFromGroup('alice', 'oncall');
    changing.workspace.addToGroup('bob', 'oncall');

    expect(before).toEqual(['U0ALICE001', 'U0CAROL001']);
    expect(await members()).toEqual(['U0CAROL001', 'U0BOB00001']);
    expect(await errorOf('usergroups.users.list', { usergroup: 'oncall' })).toEqual([200, false, 'no_such_subteam']);
  });
});

describe('chat.postMessage', () => {
  test.each([
    ['a channel the bot is not in', 'C0RANDOM01', 'not_in_channel'],
    ['a private channel the bot is not in', 'C0WARROOM1', 'channel_not_found'],
    ['the direct messages of two people', 'D0ALICEBOB', 'channel_not_found'],
    ['an archived channel', 'C0INC04600', 'is_archived'],
    ['nowhere', 'C0NOWHERE1', 'channel_not_found'],
    ['no channel at all', '', 'channel_not_found'],
  ])('refuses %s', async (_, channel, error) => {
    expect(await errorOf('chat.postMessage', { channel, text: 'hello' })).toEqual([200, false, error]);
  });

  test('posts to a channel, where everybody in it reads it', async () => {
    const { body } = await call(slack, 'chat.postMessage', { channel: 'C0GENERAL1', text: 'hello' });

    expect(body).toMatchObject({
      ok: true,
      channel: 'C0GENERAL1',
      message: { text: 'hello', bot_id: 'B0INFLUX01', ts: body.ts },
    });
    expect(slack.visibleTo('bob', '#general').at(-1)?.text).toBe('hello');
    expect(slack.visibleTo('solo', '#general')).toEqual([]);
  });

  test('a user ID opens the direct messages with them', async () => {
    const { body } = await call(slack, 'chat.postMessage', { channel: 'U0CAROL001', text: 'hello carol' });

    expect(body).toMatchObject({ ok: true, channel: 'D0CAROL001' });
    expect(slack.directMessages('carol').map(({ text }) => text)).toEqual(['hello carol']);
    expect(slack.visibleTo('bob').map(({ text }) => text)).not.toContain('hello carol');
  });

  test('refuses a message without text and blocks', async () => {
    expect(await errorOf('chat.postMessage', { channel: 'C0GENERAL1', blocks: '[]' })).toEqual([200, false, 'no_text']);
  });

  test('refuses invalid blocks with the place of each problem', async () => {
    const blocks = JSON.stringify([{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }]);

    const { body } = await call(slack, 'chat.postMessage', { channel: 'C0GENERAL1', text: 'x', blocks });

    expect(body).toEqual({
      ok: false,
      error: 'invalid_blocks',
      errors: ['must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
      response_metadata: { messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'] },
    });
  });

  test('refuses blocks that are no JSON list, and blocks too long together', async () => {
    const long = Array.from({ length: 4 }, () => ({
      type: 'section',
      text: { type: 'mrkdwn', text: 'x'.repeat(3000) },
    }));
    const post = (blocks: string) => errorOf('chat.postMessage', { channel: 'C0GENERAL1', text: 'x', blocks });

    expect(await post('[{')).toEqual([200, false, 'invalid_blocks_format']);
    expect(await post('{"type":"divider"}')).toEqual([200, false, 'invalid_blocks_format']);
    expect(await post(JSON.stringify(long))).toEqual([200, false, 'msg_blocks_too_long']);
  });

  test('cuts a text at 40,000 characters and warns', async () => {
    const post = async (length: number) =>
      (await call(slack, 'chat.postMessage', { channel: 'C0GENERAL1', text: 'x'.repeat(length) })).body;

    expect(await post(40_000)).not.toHaveProperty('warning');
    expect(await post(40_001)).toMatchObject({ ok: true, warning: 'message_truncated' });
    expect(slack.visibleTo('bob', '#general').at(-1)?.text).toHaveLength(40_000);
  });

  test('names the blocks and elements that the bot did not name', async () => {
    const button = { type: 'button', text: { type: 'plain_text', text: 'Go' } };
    const blocks = [
      { type: 'actions', elements: [button, button] },
      { type: 'section', text: { type: 'mrkdwn', text: 'a' }, accessory: button },
    ];
    await call(slack, 'chat.postMessage', { channel: 'C0GENERAL1', text: 'x', blocks: JSON.stringify(blocks) });

    const names =
      slack
        .visibleTo('bob', '#general')
        .at(-1)
        ?.buttons.map(({ blockId, actionId }) => `${blockId} ${actionId}`) ?? [];

    expect(new Set(names).size).toBe(3);
    expect(names.every((name) => /^\S+ \S+$/.test(name))).toBe(true);
  });
});

describe('chat.postEphemeral', () => {
  test('is read by one person, and by nobody else', async () => {
    const { body } = await call(slack, 'chat.postEphemeral', {
      channel: 'C0INC04711',
      user: 'U0BOB00001',
      text: 'psst',
    });

    expect(body).toEqual({ ok: true, message_ts: expect.stringMatching(/^\d+\.\d{6}$/) });
    expect(slack.visibleTo('bob', '#incident-4711').map(({ text }) => text)).toEqual(['psst']);
    expect(slack.visibleTo('alice', '#incident-4711')).toEqual([]);
  });

  test('needs both the bot and the person in the channel', async () => {
    const post = (channel: string, user: string) => errorOf('chat.postEphemeral', { channel, user, text: 'x' });

    expect(await post('C0RANDOM01', 'U0BOB00001')).toEqual([200, false, 'not_in_channel']);
    expect(await post('C0GENERAL1', 'U0SOLO0001')).toEqual([200, false, 'user_not_in_channel']);
    expect(await post('C0GENERAL1', 'bob')).toEqual([200, false, 'user_not_in_channel']);
  });
});

describe('chat.update', () => {
  let ts: string;
  const update = (args: Record<string, string>) => call(slack, 'chat.update', { channel: 'C0GENERAL1', ts, ...args });

  beforeEach(async () => {
    const { body } = await call(slack, 'chat.postMessage', {
      channel: 'C0GENERAL1',
      text: 'first',
      blocks: JSON.stringify([danger]),
    });
    ts = String(body.ts);
  });

  test('replaces the message; text without blocks removes the blocks', async () => {
    const { body } = await update({ text: 'second' });

    const message = slack.visibleTo('bob', '#general').at(-1);
    expect(body).toMatchObject({ ok: true, ts, text: 'second' });
    expect(message).toMatchObject({ text: 'second', blocks: [] });
    expect(message?.history.map(({ text, buttons }) => [text, buttons.length])).toEqual([['first', 2]]);
  });

  test('takes 4,000 characters and not one more', async () => {
    expect((await update({ text: 'x'.repeat(4000) })).body).toMatchObject({ ok: true });
    expect((await update({ text: 'x'.repeat(4001) })).body).toMatchObject({ ok: false, error: 'msg_too_long' });
  });

  test('never touches an ephemeral message or one that is not there', async () => {
    const { body } = await call(slack, 'chat.postEphemeral', {
      channel: 'C0GENERAL1',
      user: 'U0BOB00001',
      text: 'psst',
    });

    expect((await update({ ts: String(body.message_ts), text: 'x' })).body.error).toBe('message_not_found');
    expect((await update({ ts: '1.000001', text: 'x' })).body.error).toBe('message_not_found');
    expect((await update({ channel: 'C0INC04711', text: 'x' })).body.error).toBe('message_not_found');
  });
});

test('conversations.open opens direct messages where the scope is there', async () => {
  await using open = await startSlack({ scopes: ['im:write'] });
  const ask = async (users: string) => (await call(open, 'conversations.open', { users })).body;

  expect(await ask('U0BOB00001')).toEqual({ ok: true, channel: { id: 'D0BOB00001' } });
  expect(await ask('U0DEPART01')).toEqual({ ok: false, error: 'user_disabled' });
  expect(await ask('U0NOBODY01')).toEqual({ ok: false, error: 'user_not_found' });
});

test("Slack's own client understands the answers", async () => {
  const client = new webApi.WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });

  const posted = await client.chat.postMessage({
    channel: 'C0GENERAL1',
    text: 'from the client',
    blocks: [{ type: 'divider' }],
  });
  const auth = await client.auth.test();

  expect(posted.message?.blocks).toMatchObject([{ type: 'divider' }]);
  expect(auth.response_metadata?.scopes).toContain('chat:write');
  await expect(client.chat.postMessage({ channel: 'C0RANDOM01', text: 'x' })).rejects.toMatchObject({
    data: { error: 'not_in_channel' },
  });
});

test('takes JSON as well as forms, and refuses a body above a mebibyte', async () => {
  const headers = { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' };
  const send = (body: unknown) =>
    fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST', headers, body: JSON.stringify(body) });

  const taken = await send({ channel: 'C0GENERAL1', text: 'json', blocks: [{ type: 'divider' }] });
  const refused = await send({ text: 'x'.repeat(1024 * 1024) });

  expect(await taken.json()).toMatchObject({ ok: true });
  expect(refused.status).toBe(413);
});
