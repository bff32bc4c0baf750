import { connect, type Socket } from 'node:net';
import { App } from '@slack/bolt';
import { expect, onTestFinished, test } from 'vitest';
import { boltLogger } from '../../handlers/wire/bolt-logger.ts';
import { createHttpReceiver, listenForSlack } from '../../handlers/wire/http-receiver.ts';
import { freePort } from '../../sandbox/free-port.ts';
import { createLogger } from '../../src/logger.ts';
import { planFor } from '../support/operator.ts';
import { startBot } from '../support/start-bot.ts';

const SECRET = 'sandbox0signing0secret0000000000';
const FORGED = `v0=${'0'.repeat(64)}`;

/** A receiver that listens, with what it turned away. */
async function listening() {
  const turnedAway: number[] = [];
  const logger = boltLogger(createLogger({ level: 'silent' }));
  const receiver = createHttpReceiver({
    signingSecret: SECRET,
    logger,
    onTurnedAway: (status) => turnedAway.push(status),
  });
  const app = new App({ receiver, logger, authorize: async () => ({}), convoStore: false });
  const port = await freePort();
  await listenForSlack(app, { host: '127.0.0.1', port });
  onTestFinished(async () => {
    await app.stop();
  });
  return { port, turnedAway };
}

/** A connection, and all that comes back on it until it ends. */
function open(port: number): { socket: Socket; received: Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  socket.on('error', () => undefined);
  const received = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  return { socket, received };
}

function head(headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}`);
  return ['POST /slack/events HTTP/1.1', ...lines, '', ''].join('\r\n');
}

const now = () => Math.floor(Date.now() / 1_000);

test.each([
  ['no signature', {}],
  ['a signature of another kind', { 'x-slack-signature': 'v1=abc', 'x-slack-request-timestamp': now() }],
  ['no time', { 'x-slack-signature': FORGED }],
  ['a time of long ago', { 'x-slack-signature': FORGED, 'x-slack-request-timestamp': now() - 301 }],
  ['a time to come', { 'x-slack-signature': FORGED, 'x-slack-request-timestamp': now() + 310 }],
])('with %s it is refused before a byte of its body was sent', async (_what, headers) => {
  const { port, turnedAway } = await listening();
  const { socket, received } = open(port);

  socket.write(head({ ...headers, 'content-length': 500_000 }));

  expect(await received).toMatch(/^HTTP\/1\.1 401 .+connection: close/is);
  expect(turnedAway).toEqual([401]);
});

test('a body that says it is above a mebibyte is refused before it is sent, and one that does not say while it is', async () => {
  const { port, turnedAway } = await listening();
  const signed = { 'x-slack-signature': FORGED, 'x-slack-request-timestamp': now() };

  const declared = open(port);
  declared.socket.write(head({ ...signed, 'content-length': 1024 * 1024 + 1 }));
  const chunked = open(port);
  chunked.socket.write(head({ ...signed, 'transfer-encoding': 'chunked' }));
  const chunk = 'x'.repeat(64 * 1024);
  for (let sent = 0; sent <= 1024 * 1024; sent += chunk.length) chunked.socket.write(`10000\r\n${chunk}\r\n`);

  expect(await declared.received).toMatch(/^HTTP\/1\.1 413 /);
  expect(await chunked.received).toMatch(/^HTTP\/1\.1 413 /);
  expect(turnedAway).toEqual([413, 413]);
});

test('a body signed wrongly is never parsed: not even one that no parser would take, or that says it is a check', async () => {
  const { port } = await listening();
  const headers = { 'x-slack-signature': FORGED, 'x-slack-request-timestamp': `${now()}` };
  const post = (body: string, type: string) =>
    fetch(`http://127.0.0.1:${port}/slack/events`, {
      method: 'POST',
      body,
      headers: { ...headers, 'content-type': type },
    });

  const broken = await post('{', 'application/json');
  const check = await post('ssl_check=1', 'application/x-www-form-urlencoded');

  expect([broken.status, check.status]).toEqual([401, 401]);
});

test('who sends slowly is cut off, whether in the middle of the headers or of the body', async () => {
  const { port } = await listening();
  const inHeaders = open(port);
  const inBody = open(port);

  inHeaders.socket.write('POST /slack/events HTTP/1.1\r\nhost: localhost\r\nx-slow: ');
  inBody.socket.write(
    `${head({ 'x-slack-signature': FORGED, 'x-slack-request-timestamp': now(), 'content-length': 10 })}x`,
  );

  expect(await inHeaders.received).toMatch(/^(HTTP\/1\.1 408 .*)?$/s);
  expect(await inBody.received).toMatch(/^(HTTP\/1\.1 408 .*)?$/s);
});

test('more connections than a Slack needs are not taken', async () => {
  const { port } = await listening();
  const sockets = Array.from({ length: 256 }, () => open(port));
  await Promise.all(sockets.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))));
  // Answered, so that the bot has taken all of them.
  for (const { socket } of sockets.slice(-1)) socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await sockets.at(-1)?.received;
  open(port);

  const last = open(port);

  expect(await last.received).toBe('');
});

test('one person who types without end is told that the bot is busy, while others are served', async () => {
  const { slack, cluster, live } = await startBot();
  const fault = cluster.fault({ method: 'GET', times: Number.POSITIVE_INFINITY }, { kind: 'hang' });
  const held = Array.from({ length: 10 }, (_, n) =>
    slack.command('/influx', `token revoke --reason ${n} ${live[n]?.id}`, { user: 'carol' }),
  );
  await Promise.all(held);

  const flood = await Promise.all(
    Array.from({ length: 50 }, () => slack.command('/influx', 'version', { user: 'carol' })),
  );
  const answers = await Promise.all(flood.map(async (exchange) => (await exchange.answer()).plainText()));
  const asOther = await (await slack.command('/influx', 'version', { user: 'alice' })).answer();
  fault.release();
  const plan = await planFor(slack, live.slice(11, 12));

  expect(new Set(answers)).toEqual(new Set(['The bot is busy. Nothing was accepted. Try again in a moment.']));
  expect(flood.every(({ ack }) => ack.status === 200)).toBe(true);
  expect(asOther.plainText()).toMatch(/^influx-chatops /);
  expect(plan.buttons).toHaveLength(2);
});
