import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Slack, startSlack } from '../../../sandbox/slack/slack.ts';
import { call, startBareBot } from './bare-bot.ts';

let slack: Slack;

beforeEach(async () => {
  slack = await startSlack();
});

afterEach(() => slack.close());

const say = (text: string) => call(slack, 'chat.postMessage', { channel: 'C0GENERAL1', text });
const read = () => slack.visibleTo('bob', '#general').map(({ text }) => text);
const raw = (signal?: AbortSignal) =>
  fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.botToken}` },
    body: new URLSearchParams({ channel: 'C0GENERAL1', text: 'x' }),
    ...(signal ? { signal } : {}),
  });

test('hits one method, as often as said, and nothing else', async () => {
  slack.fault({ method: 'chat.postMessage', times: 2 }, { error: 'internal_error' });

  const answers = [await say('1'), await call(slack, 'auth.test'), await say('2'), await say('3')];

  expect(answers.map(({ body }) => body.error ?? 'ok')).toEqual(['internal_error', 'ok', 'internal_error', 'ok']);
  expect(read()).toEqual(['3']);
});

test('faults of one method come in the order they were planned', async () => {
  slack.fault({ method: 'chat.postMessage' }, { error: 'fatal_error' });
  slack.fault({ method: '*' }, { error: 'internal_error' });

  expect([(await say('1')).body.error, (await say('2')).body.error]).toEqual(['fatal_error', 'internal_error']);
});

test('lasts until it is mended', async () => {
  const mend = slack.fault({ method: '*', times: Infinity }, { error: 'internal_error' });
  const during = [(await say('1')).body.error, (await say('2')).body.error];
  mend();
  const after = await say('3');
  slack.fault({ method: '*', times: Infinity }, { error: 'internal_error' });
  slack.clearFaults();

  expect(during).toEqual(['internal_error', 'internal_error']);
  expect([after.body.ok, (await say('4')).body.ok]).toEqual([true, true]);
});

test.each([
  [30, '30'],
  ['none', null],
] as const)('a rate limit of %s is HTTP 429 with Retry-After', async (retryAfter, header) => {
  slack.fault({ method: 'chat.postMessage' }, { retryAfter });

  const { status, headers, body } = await say('x');

  expect([status, headers.get('retry-after'), body.error]).toEqual([429, header, 'ratelimited']);
});

test.each([
  ['a status', { status: 503 }, 503],
  ['HTML', { invalidJson: true }, 200],
] as const)('%s comes with a body that is no JSON', async (_, fault, status) => {
  slack.fault({ method: 'chat.postMessage' }, fault);

  const response = await raw();

  expect(response.status).toBe(status);
  await expect(response.json()).rejects.toThrow();
  expect(read()).toEqual([]);
});

test('a reset cuts the connection before anything is done, a lost reply after', async () => {
  slack.fault({ method: 'chat.postMessage' }, { reset: true });
  await expect(say('reset')).rejects.toThrow();
  slack.fault({ method: 'chat.postMessage' }, { lostReply: true });
  await expect(say('lost reply')).rejects.toThrow();

  expect(read()).toEqual(['lost reply']);
  expect(slack.requests('chat.postMessage').map(({ status }) => status)).toEqual([0, 0]);
});

test('a hang does nothing and never answers', async () => {
  slack.fault({ method: 'chat.postMessage' }, { hang: true });
  const controller = new AbortController();
  const arrived = new Promise((resolve) => slack.onRecord(resolve));

  const response = raw(controller.signal);
  await arrived;
  controller.abort();

  await expect(response).rejects.toThrow('aborted');
  expect(read()).toEqual([]);
});

test('a stall does what was asked and stops in the middle of the answer', async () => {
  slack.fault({ method: 'chat.postMessage' }, { stall: true });
  const controller = new AbortController();

  const response = await raw(controller.signal);
  const part = await response.body?.getReader().read();
  controller.abort();

  expect(Number(response.headers.get('content-length'))).toBeGreaterThan(part?.value?.length ?? Infinity);
  expect(read()).toEqual(['x']);
});

test('a fault at a response URL does not use it up', async () => {
  await using _ = await startBareBot(slack);
  const asked = await slack.command('/influx', 'help');
  const url = String(asked.delivery.payload.response_url);
  const send = () =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text":"x"}' });
  slack.fault({ method: 'response_url' }, { status: 404 });

  const statuses = [];
  for (let use = 1; use <= 7; use += 1) statuses.push((await send()).status);

  expect(statuses).toEqual([404, 200, 200, 200, 200, 200, 404]);
});

test('goes down and comes back on the same port, with everything it knew', async () => {
  await say('before');
  const { url } = slack;

  await slack.goDown();
  await expect(say('meanwhile')).rejects.toThrow('fetch failed');
  await slack.comeBack();
  await say('after');

  expect(slack.url).toBe(url);
  expect(read()).toEqual(['before', 'after']);
});
