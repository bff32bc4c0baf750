import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Slack, startSlack } from '../../../sandbox/slack/slack.ts';
import { type Acknowledgement, danger, post, startBareBot } from './bare-bot.ts';

let slack: Slack;
let bot: Awaited<ReturnType<typeof startBareBot>>;
let acknowledgement: Acknowledgement | 'never';

beforeEach(async () => {
  acknowledgement = {};
  slack = await startSlack();
  bot = await startBareBot(slack, () => acknowledgement);
});

afterEach(async () => {
  await bot[Symbol.asyncDispose]();
  await slack.close();
});

const json = (body: unknown): Acknowledgement => ({ contentType: 'application/json', body: JSON.stringify(body) });
const seenBy = (user: string) =>
  slack.visibleTo(user, '#incident-4711').map(({ author, text }) => `${author}: ${text}`);

test('an empty 200 shows nothing', async () => {
  const exchange = await slack.command('/influx', 'help');

  expect(exchange.ack).toMatchObject({ status: 200, body: '', error: undefined });
  expect(exchange.ack.ms).toBeGreaterThan(0);
  expect(seenBy('alice')).toEqual([]);
});

test('plain text becomes an ephemeral message', async () => {
  acknowledgement = { body: 'Working on it.' };

  const exchange = await slack.command('/influx', 'help');

  expect((await exchange.answer()).text).toBe('Working on it.');
  expect(seenBy('alice')).toEqual(['app: Working on it.']);
  expect(seenBy('bob')).toEqual([]);
});

test('JSON with blocks becomes an ephemeral message with buttons', async () => {
  acknowledgement = json({ text: 'plan', blocks: [danger] });

  const exchange = await slack.command('/influx', 'token revoke 1');

  expect((await exchange.answer()).buttons.map(({ text }) => text)).toEqual(['Revoke 2 tokens', 'Cancel']);
});

test('in_channel shows the command and the answer to everybody', async () => {
  acknowledgement = json({ response_type: 'in_channel', text: 'here you are' });

  const exchange = await slack.command('/influx', 'version');

  expect(seenBy('bob')).toEqual(['U0ALICE001: /influx version', 'app: here you are']);
  expect(exchange.messages.map(({ text }) => text)).toEqual(['here you are']);
});

test('in_channel alone shows only the command', async () => {
  acknowledgement = json({ response_type: 'in_channel' });

  await slack.command('/influx', 'version');

  expect(seenBy('bob')).toEqual(['U0ALICE001: /influx version']);
});

test('a message Slack does not take, and JSON that is none, are told to the person', async () => {
  acknowledgement = json({ blocks: [{ type: 'hologram' }] });
  await slack.command('/influx', 'one');
  acknowledgement = { contentType: 'application/json', body: '{"text":' };
  await slack.command('/influx', 'two');

  expect(seenBy('alice')).toEqual([
    'slack: /influx failed with the error "invalid_blocks"',
    'slack: /influx failed with the error "invalid_command_response"',
  ]);
});

test.each([400, 401, 404, 500, 503, 302])('HTTP %i is dispatch_failed', async (status) => {
  acknowledgement = { status, body: 'thrown away' };

  const exchange = await slack.command('/influx', 'help');

  expect(exchange.ack).toMatchObject({ status, error: 'dispatch_failed' });
  expect((await exchange.answer()).text).toBe('/influx failed with the error "dispatch_failed"');
  expect(seenBy('alice')).toHaveLength(1);
});

test('no acknowledgement in time is operation_timeout, and the response URL still works', async () => {
  await using impatient = await startSlack({ ackWithinMs: 100 });
  await using _ = await startBareBot(impatient, () => 'never');

  const exchange = await impatient.command('/influx', 'help');
  await post(String(exchange.delivery.payload.response_url), { text: 'late, but here' });

  expect(exchange.ack).toMatchObject({ status: 0, error: 'operation_timeout' });
  expect(exchange.messages.map(({ author, text }) => `${author}: ${text}`)).toEqual([
    'slack: /influx failed with the error "operation_timeout"',
    'app: late, but here',
  ]);
});

test('a bot that is not there is dispatch_failed', async () => {
  await bot[Symbol.asyncDispose]();

  const exchange = await slack.command('/influx', 'help');

  expect(exchange.ack).toMatchObject({ status: 0, error: 'dispatch_failed' });
});

test('three seconds are the default', async () => {
  await using real = await startSlack();
  await using _ = await startBareBot(real, () => 'never');

  const exchange = await real.command('/influx', 'help');

  expect(exchange.ack.error).toBe('operation_timeout');
  expect(Math.round(exchange.ack.ms / 1000)).toBeGreaterThanOrEqual(3);
});

describe('of a click', () => {
  async function plan() {
    acknowledgement = json({ text: 'plan', blocks: [danger] });
    return (await slack.command('/influx', 'token revoke 1')).answer();
  }

  test('ignores the body', async () => {
    const message = await plan();
    acknowledgement = json({ text: 'nobody reads this', replace_original: true });

    await slack.click(message, 'confirm');

    expect(seenBy('alice')).toEqual(['app: plan']);
  });

  test('tells a failure like that of a command', async () => {
    const message = await plan();
    acknowledgement = { status: 500 };

    const clicked = await slack.click(message, 'confirm');

    expect((await clicked.answer()).text).toBe('block_actions failed with the error "dispatch_failed"');
  });
});
