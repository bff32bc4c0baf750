import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Exchange } from '../../../sandbox/slack/exchange.ts';
import { type Slack, startSlack } from '../../../sandbox/slack/slack.ts';
import { call, danger, post, startBareBot, steppedClock } from './bare-bot.ts';

const MINUTE = 60_000;
let slack: Slack;
let clock: ReturnType<typeof steppedClock>;
let bot: Awaited<ReturnType<typeof startBareBot>>;

beforeEach(async () => {
  clock = steppedClock();
  slack = await startSlack({ clock });
  bot = await startBareBot(slack);
});

afterEach(async () => {
  await bot[Symbol.asyncDispose]();
  await slack.close();
});

const urlOf = ({ delivery }: Exchange) => String(delivery.payload.response_url);
const say = (exchange: Exchange, message: unknown) => post(urlOf(exchange), message);
const texts = (user: string) => slack.visibleTo(user, '#incident-4711').map(({ text }) => text);

/** An ephemeral plan with buttons, and alice's click on the red one. */
async function clickedPlan() {
  const asked = await slack.command('/influx', 'token revoke 1');
  await say(asked, { text: 'plan', blocks: [danger] });
  const plan = await asked.answer();
  return { plan, clicked: await slack.click(plan, 'confirm') };
}

/** The same in the channel, for everybody. */
async function clickedChannelMessage() {
  await call(slack, 'chat.postMessage', { channel: 'C0INC04711', text: 'plan', blocks: JSON.stringify([danger]) });
  const plan = await slack.nextMessage();
  return { plan, clicked: await slack.click(plan, 'confirm', { user: 'bob' }) };
}

describe('how often and how long', () => {
  test('five uses, and the sixth is answered 404 used_url', async () => {
    const asked = await slack.command('/influx', 'help');

    const answers = [];
    for (let use = 1; use <= 6; use += 1) answers.push(await say(asked, { text: `answer ${use}` }));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 404]);
    expect(answers.at(-1)?.text).toBe('{"ok":false,"error":"used_url"}');
    expect(texts('alice')).toEqual(['answer 1', 'answer 2', 'answer 3', 'answer 4', 'answer 5']);
  });

  test('thirty minutes by the clock, and then 404 expired_url', async () => {
    const asked = await slack.command('/influx', 'help');

    clock.step(30 * MINUTE);
    const intime = await say(asked, { text: 'in time' });
    clock.step(1);
    const late = await say(asked, { text: 'late' });

    expect([intime.status, late.status]).toEqual([200, 404]);
    expect(late.text).toBe('{"ok":false,"error":"expired_url"}');
    expect(texts('alice')).toEqual(['in time']);
  });

  test('a click brings a URL with its own five uses and thirty minutes', async () => {
    const asked = await slack.command('/influx', 'token revoke 1');
    await say(asked, { text: 'plan', blocks: [danger] });
    clock.step(31 * MINUTE);

    const clicked = await slack.click(await asked.answer(), 'confirm');

    expect((await say(asked, { text: 'x' })).status).toBe(404);
    expect((await say(clicked, { text: 'x', replace_original: true })).status).toBe(200);
  });

  test('a refused message uses the URL up too', async () => {
    const asked = await slack.command('/influx', 'help');

    for (let use = 1; use <= 5; use += 1) await say(asked, {});

    expect((await say(asked, { text: 'x' })).status).toBe(404);
  });

  test('an unknown URL is 404, and anything but JSON is 400', async () => {
    const asked = await slack.command('/influx', 'help');

    expect((await post(`${slack.url}/response/unknown`, { text: 'x' })).status).toBe(404);
    expect((await post(urlOf(asked), 'text=x', 'application/x-www-form-urlencoded')).status).toBe(400);
    expect((await post(urlOf(asked), '{"text":', 'application/json')).status).toBe(400);
    expect((await fetch(urlOf(asked))).status).toBe(404);
  });
});

describe("a command's URL", () => {
  test('answers plain ok, ephemeral unless in_channel', async () => {
    const asked = await slack.command('/influx', 'help');

    const answer = await say(asked, { text: 'only alice' });
    await say(asked, { text: 'all of us', response_type: 'in_channel' });

    expect(answer).toMatchObject({ status: 200, text: 'ok', contentType: 'text/plain' });
    expect(texts('alice')).toEqual(['only alice', 'all of us']);
    expect(texts('bob')).toEqual(['all of us']);
  });

  test('always posts a new message: replace_original has no effect', async () => {
    const asked = await slack.command('/influx', 'help');

    await say(asked, { text: 'one' });
    await say(asked, { text: 'two', replace_original: true });

    expect(texts('alice')).toEqual(['one', 'two']);
  });

  test('cannot delete', async () => {
    const asked = await slack.command('/influx', 'help');

    await say(asked, { text: 'one' });
    const answer = await say(asked, { delete_original: true });

    expect(answer.text).toBe('{"ok":false,"error":"no_text"}');
    expect(texts('alice')).toEqual(['one']);
  });

  test('works in a channel the bot is not in', async () => {
    const asked = await slack.command('/influx', 'help', { channel: '#random', user: 'bob' });

    await say(asked, { text: 'here too' });

    expect((await asked.answer()).channel).toBe(slack.workspace.channel('#random').id);
  });

  test('goes into a thread only in_channel and with replace_original false', async () => {
    const asked = await slack.command('/influx', 'help');
    const thread_ts = '1700000000.000001';

    await say(asked, { text: 'a', thread_ts });
    await say(asked, { text: 'b', thread_ts, response_type: 'in_channel' });
    await say(asked, { text: 'c', thread_ts, response_type: 'in_channel', replace_original: false });

    expect(slack.visibleTo('alice', '#incident-4711').map(({ threadTs }) => threadTs)).toEqual([
      undefined,
      undefined,
      thread_ts,
    ]);
  });
});

describe("a click's URL", () => {
  test('replaces the ephemeral message, which stays ephemeral for good', async () => {
    const { plan, clicked } = await clickedPlan();

    const answer = await say(clicked, { replace_original: true, response_type: 'in_channel', text: 'done' });

    expect(answer.text).toBe('{"ok":true}');
    expect(texts('alice')).toEqual(['done']);
    expect(texts('bob')).toEqual([]);
    expect(plan.latest?.buttons).toEqual([]);
    expect(plan.buttons).toHaveLength(2);
  });

  test('replaces also where replace_original is left out', async () => {
    const { clicked } = await clickedPlan();

    await say(clicked, { text: 'overwritten' });

    expect(texts('alice')).toEqual(['overwritten']);
  });

  test('replaces a message in the channel for everybody', async () => {
    const { clicked } = await clickedChannelMessage();

    await say(clicked, { replace_original: true, text: 'done' });

    expect([texts('alice'), texts('bob')]).toEqual([['done'], ['done']]);
  });

  test('posts a new ephemeral for the person who clicked', async () => {
    const { clicked } = await clickedChannelMessage();

    await say(clicked, { replace_original: false, text: 'not yours' });

    expect(texts('alice')).toEqual(['plan']);
    expect(texts('bob')).toEqual(['plan', 'not yours']);
  });

  test('deletes, alone or with a message in its place', async () => {
    const one = await clickedPlan();
    await say(one.clicked, { delete_original: true });
    await one.plan.deleted();
    const afterOne = texts('alice');
    const two = await clickedPlan();
    await say(two.clicked, { delete_original: true, text: 'instead' });

    expect(afterOne).toEqual([]);
    expect(texts('alice')).toEqual(['instead']);
    expect(one.plan.latest).toBeUndefined();
  });

  test('cannot replace what was deleted', async () => {
    const { clicked } = await clickedPlan();

    await say(clicked, { delete_original: true });
    const answer = await say(clicked, { replace_original: true, text: 'x' });

    expect(answer.text).toBe('{"ok":false,"error":"message_not_found"}');
  });
});

test('a message Slack does not take is answered 200 with ok false and the place of each problem', async () => {
  const asked = await slack.command('/influx', 'help');

  const answer = await say(asked, { text: 'x', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '' } }] });

  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toMatchObject({
    ok: false,
    error: 'invalid_blocks',
    response_metadata: { messages: ['[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]'] },
  });
  expect(texts('alice')).toEqual([]);
});

test('blocks that together are too long for chat.postMessage are taken', async () => {
  const asked = await slack.command('/influx', 'help');
  const section = { type: 'section', text: { type: 'plain_text', text: 'x'.repeat(3_000) } };

  const { status, text } = await say(asked, { text: 'long', blocks: Array.from({ length: 10 }, () => section) });

  expect({ status, text }).toEqual({ status: 200, text: 'ok' });
  expect((await asked.answer()).blocks).toHaveLength(10);
});
