import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { objectFromJson } from '../../../sandbox/slack/json.ts';
import { signature } from '../../../sandbox/slack/signature.ts';
import { type Slack, startSlack } from '../../../sandbox/slack/slack.ts';
import { call, danger, post, startBareBot, steppedClock } from './bare-bot.ts';

let slack: Slack;
let clock: ReturnType<typeof steppedClock>;
let bot: Awaited<ReturnType<typeof startBareBot>>;

beforeEach(async () => {
  clock = steppedClock(new Date('2026-03-04T05:06:07Z'));
  slack = await startSlack({ clock, patienceMs: 300 });
  bot = await startBareBot(slack);
});

afterEach(async () => {
  await bot[Symbol.asyncDispose]();
  await slack.close();
});

const lastForm = () => bot.received.at(-1)?.form ?? new URLSearchParams();
const lastPayload = () => objectFromJson(lastForm().get('payload') ?? '') ?? {};

async function plan(text = 'plan') {
  const asked = await slack.command('/influx', 'token revoke 1');
  await post(String(asked.delivery.payload.response_url), { text, blocks: [danger] });
  return asked.answer();
}

describe('a command', () => {
  test("arrives with Slack's fields, content type and signature, and no others", async () => {
    await slack.command('/influx', 'token revoke —force “x”');

    const [received] = bot.received;
    const timestamp = Number(received?.headers['x-slack-request-timestamp']);
    expect(Object.fromEntries(lastForm())).toEqual({
      token: 'sandboxVerificationToken',
      team_id: 'T0EXAMPLE1',
      team_domain: 'example-ops',
      channel_id: 'C0INC04711',
      channel_name: 'incident-4711',
      user_id: 'U0ALICE001',
      user_name: 'alice',
      command: '/influx',
      text: 'token revoke —force “x”',
      api_app_id: 'A0INFLUX01',
      is_enterprise_install: 'false',
      response_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/response\/[0-9a-f]{24}$/),
      trigger_id: expect.stringMatching(/^\d+\.\d+\.[0-9a-f]{32}$/),
    });
    expect(received?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(timestamp * 1000).toBe(clock.now().getTime());
    expect(received?.headers['x-slack-signature']).toBe(
      signature(slack.signingSecret, timestamp, received?.body ?? ''),
    );
  });

  test.each([
    ['#security-private', 'privategroup'],
    ['D0ALICE001', 'directmessage'],
  ])('from %s calls the channel %s', async (channel, name) => {
    await slack.command('/influx', 'help', { channel });

    expect(lastForm().get('channel_name')).toBe(name);
  });

  test('of a partner carries their own workspace', async () => {
    await slack.command('/influx', 'help', { user: 'partner' });

    expect(lastForm().get('team_id')).toBe('T0PARTNER1');
  });

  test('can be forged field by field', async () => {
    await slack.command('/influx', 'help', { fields: { user_id: undefined, team_id: 'T0ELSEWHERE' } });

    expect(lastForm().has('user_id')).toBe(false);
    expect(lastForm().get('team_id')).toBe('T0ELSEWHERE');
  });

  test('by somebody or somewhere that is not there fails, naming who and what is', async () => {
    await expect(slack.command('/influx', 'help', { user: 'eve' })).rejects.toThrow(/No person eve .* alice, bob/);
    await expect(slack.command('/influx', 'help', { channel: '#x' })).rejects.toThrow(
      /No channel #x .* #incident-4711/,
    );
  });
});

describe('a click', () => {
  test('on an ephemeral message arrives without the message', async () => {
    const message = await plan();

    await slack.click(message, 'Revoke 2 tokens');

    expect(lastPayload()).toEqual({
      type: 'block_actions',
      user: { id: 'U0ALICE001', username: 'alice', name: 'alice', team_id: 'T0EXAMPLE1' },
      api_app_id: 'A0INFLUX01',
      token: 'sandboxVerificationToken',
      container: { type: 'message', message_ts: message.ts, channel_id: 'C0INC04711', is_ephemeral: true },
      trigger_id: expect.any(String),
      team: { id: 'T0EXAMPLE1', domain: 'example-ops' },
      enterprise: null,
      is_enterprise_install: false,
      channel: { id: 'C0INC04711', name: 'incident-4711' },
      state: { values: {} },
      response_url: expect.stringContaining(`${slack.url}/response/`),
      actions: [
        {
          action_id: 'confirm',
          block_id: 'decide',
          text: { type: 'plain_text', text: 'Revoke 2 tokens', emoji: true },
          value: 'plan-1',
          style: 'danger',
          type: 'button',
          action_ts: expect.stringMatching(/^\d+\.\d{6}$/),
        },
      ],
    });
  });

  test('on a message in a channel brings the message, and anybody there can do it', async () => {
    await call(slack, 'chat.postMessage', {
      channel: 'C0INC04711',
      text: 'plan',
      blocks: JSON.stringify([danger]),
      thread_ts: '1.000001',
    });

    await slack.click(await slack.nextMessage(), 'Cancel', { user: 'mallory' });

    expect(lastPayload()).toMatchObject({
      user: { id: 'U0MALLORY1' },
      container: { is_ephemeral: false, thread_ts: '1.000001' },
      message: { text: 'plan', blocks: [danger], thread_ts: '1.000001' },
    });
  });

  test('carries the state of the inputs', async () => {
    const option = { text: { type: 'plain_text', text: 'Production' }, value: 'prod' };
    const select = { type: 'static_select', action_id: 'profile', options: [option], initial_option: option };
    const reason = { type: 'plain_text_input', action_id: 'reason', initial_value: 'leaked' };
    const blocks = [
      { ...danger, elements: [...danger.elements, select] },
      { type: 'input', block_id: 'why', label: { type: 'plain_text', text: 'Reason' }, element: reason },
    ];
    await call(slack, 'chat.postMessage', { channel: 'C0INC04711', text: 'plan', blocks: JSON.stringify(blocks) });

    await slack.click(await slack.nextMessage(), 'confirm');

    expect(lastPayload().state).toEqual({
      values: {
        decide: { profile: { type: 'static_select', selected_option: option } },
        why: { reason: { type: 'plain_text_input', value: 'leaked' } },
      },
    });
  });

  test.each(['Revoke 2 tokens', 'Revoke', 'confirm'])('finds the button by %s', async (asked) => {
    await slack.click(await plan(), asked);

    expect(lastPayload().actions).toMatchObject([{ action_id: 'confirm' }]);
  });

  test('on a button that is not there fails, naming those that are', async () => {
    const message = await plan();

    await expect(slack.click(message, 'Approve')).rejects.toThrow(
      'Buttons: [ Revoke 2 tokens ] (confirm), [ Cancel ] (cancel)',
    );
  });

  test('on a button replaced meanwhile fails, unless the client lags', async () => {
    const message = await plan();
    const clicked = await slack.click(message, 'confirm');
    await post(String(clicked.delivery.payload.response_url), { replace_original: true, text: 'running' });

    await expect(slack.click(message, 'confirm')).rejects.toThrow(/Buttons: none\. It reads:\nrunning/);
    expect((await slack.click(message, 'confirm', { stale: true })).ack.status).toBe(200);
  });

  test("on somebody else's ephemeral message fails", async () => {
    const message = await plan();

    await expect(slack.click(message, 'confirm', { user: 'mallory' })).rejects.toThrow(
      'mallory does not see this message',
    );
  });

  test('can be forged property by property, or as a whole', async () => {
    await slack.click(await plan(), 'confirm', { payload: { user: undefined } });
    const changed = lastPayload();
    await slack.clickRaw({ actions: [{ action_id: 'confirm', value: 'forged' }] }, { user: 'mallory' });

    expect(changed).not.toHaveProperty('user');
    expect(lastPayload()).toMatchObject({
      type: 'block_actions',
      user: { id: 'U0MALLORY1' },
      actions: [{ value: 'forged' }],
    });
  });

  test('is never the same as another one', async () => {
    const message = await plan();

    const [one, two] = await Promise.all([slack.click(message, 'confirm'), slack.click(message, 'confirm')]);

    expect(one.triggerId).not.toBe(two.triggerId);
    expect(one.delivery.payload.response_url).not.toBe(two.delivery.payload.response_url);
  });
});

describe('redelivery', () => {
  test('sends the same bytes under the same signature', async () => {
    const asked = await slack.command('/influx', 'help');
    clock.step(60_000);

    await slack.redeliver(asked);

    const [first, second] = bot.received;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers).toEqual(first?.headers);
  });

  test('fresh, it sends the same bytes under a signature of now', async () => {
    const asked = await slack.command('/influx', 'help');
    clock.step(60_000);

    await slack.redeliver(asked, { fresh: true });

    const [first, second] = bot.received;
    expect(second?.body).toBe(first?.body);
    expect(Number(second?.headers['x-slack-request-timestamp'])).toBe(
      Number(first?.headers['x-slack-request-timestamp']) + 60,
    );
    expect(second?.headers['x-slack-signature']).not.toBe(first?.headers['x-slack-signature']);
  });
});

test('a raw form is signed, at another time or with other headers where asked', async () => {
  const signedAt = new Date('2020-01-01T00:00:00Z');

  const ack = await slack.deliverRaw('user_id=a&user_id=b', {
    signedAt,
    headers: { 'x-slack-signature': 'v0=forged' },
  });

  expect(ack.status).toBe(200);
  expect(bot.received.at(-1)).toMatchObject({
    body: 'user_id=a&user_id=b',
    headers: { 'x-slack-request-timestamp': '1577836800', 'x-slack-signature': 'v0=forged' },
  });
});

describe('waiting', () => {
  test('an answer that never comes fails with what was seen and what Slack refused', async () => {
    const asked = await slack.command('/influx', 'help');
    const url = String(asked.delivery.payload.response_url);
    await post(url, { text: 'something else' });
    await post(url, { blocks: [{ type: 'hologram' }] });

    const waiting = asked.answer(({ text }) => text === 'the answer');

    await expect(waiting).rejects.toThrow(/Waiting for an answer to \/influx by alice/);
    await expect(waiting).rejects.toThrow(/Seen so far:\n- something else/);
    await expect(waiting).rejects.toThrow(/What Slack refused:\n- response_url 200 .*unsupported type: hologram/);
  });

  test('answers come one after the other, each once', async () => {
    const asked = await slack.command('/influx', 'help');
    for (const text of ['one', 'two', 'three']) await post(String(asked.delivery.payload.response_url), { text });

    const texts = [(await asked.answer()).text, (await asked.answer(({ text }) => text === 'three')).text];

    expect(texts).toEqual(['one', 'three']);
    await expect(asked.answer()).rejects.toThrow('Nothing came within 300 ms');
  });

  test("an exchange sees its own answers and those of the app's direct messages, not those of others", async () => {
    const mine = await slack.command('/influx', 'mine');
    const theirs = await slack.command('/influx', 'theirs', { user: 'bob' });
    await post(String(theirs.delivery.payload.response_url), { text: 'for bob' });
    await call(slack, 'chat.postMessage', { channel: 'U0BOB00001', text: 'direct to bob' });
    await call(slack, 'chat.postMessage', { channel: 'U0ALICE001', text: 'direct to alice' });
    await call(slack, 'chat.postMessage', { channel: 'C0GENERAL1', text: 'elsewhere' });

    expect(mine.messages.map(({ text }) => text)).toEqual(['direct to alice']);
    expect(theirs.messages.map(({ text }) => text)).toEqual(['for bob', 'direct to bob']);
  });

  test('a question that throws fails the one who asked, not the bot', async () => {
    const asked = await slack.command('/influx', 'help');

    const waiting = asked.answer(() => {
      throw new Error('a broken question');
    });
    const answer = post(String(asked.delivery.payload.response_url), { text: 'one' });

    await expect(waiting).rejects.toThrow('a broken question');
    expect((await answer).status).toBe(200);
  });

  test('a message keeps its versions, and each version what it said', async () => {
    const message = await plan('first');
    const clicked = await slack.click(message, 'confirm');
    for (const text of ['second', 'third']) {
      await post(String(clicked.delivery.payload.response_url), { replace_original: true, text });
    }

    const next = await message.updated();
    const last = await message.updated(({ text }) => text === 'third');

    expect([message.text, next.text, last.text]).toEqual(['first', 'second', 'third']);
    expect(last.history).toEqual([message, next]);
    expect(message.latest).toBe(last);
    await expect(last.updated()).rejects.toThrow('which now reads:\nthird');
  });

  test('the record holds every request of both directions, without tokens', async () => {
    const ended: string[] = [];
    const stop = slack.onRecord(({ method }) => ended.push(method));
    await plan();
    await call(slack, 'auth.test', { token: slack.botToken });
    stop();
    await call(slack, 'auth.test');

    expect(slack.record.map(({ direction, method, status }) => [direction, method, status])).toEqual([
      ['to bot', '/influx', 200],
      ['from bot', 'response_url', 200],
      ['from bot', 'auth.test', 200],
      ['from bot', 'auth.test', 200],
    ]);
    expect(ended).toEqual(['/influx', 'response_url', 'auth.test']);
    expect(slack.requests('auth.test')).toHaveLength(2);
    expect(JSON.stringify(slack.record)).not.toContain(slack.botToken);
  });
});
