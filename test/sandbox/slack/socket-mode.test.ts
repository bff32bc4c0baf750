import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { objectFromJson } from '../../../sandbox/slack/json.ts';
import { type Slack, startSlack } from '../../../sandbox/slack/slack.ts';
import { call } from './bare-bot.ts';

let slack: Slack;
const clients: WebSocket[] = [];

beforeEach(async () => {
  slack = await startSlack();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  await slack.close();
});

type Frame = Readonly<Record<string, unknown>>;

async function ticket(of: Slack = slack): Promise<string> {
  return String((await call(of, 'apps.connections.open', {}, of.appToken)).body.url);
}

/** A Socket Mode client: its frames so far, and what it says to each envelope (`undefined`: nothing). */
async function connect(answer: (envelope: Frame) => Frame | undefined = () => ({}), of: Slack = slack) {
  const client = new WebSocket(await ticket(of));
  clients.push(client);
  const frames: Frame[] = [];
  client.on('message', (data) => {
    const frame = objectFromJson(String(data)) ?? {};
    frames.push(frame);
    const payload = frame.envelope_id === undefined ? undefined : answer(frame);
    if (payload) client.send(JSON.stringify({ envelope_id: frame.envelope_id, payload }));
  });
  await once(client, 'message');
  const of_type = (type: string) => frames.filter((frame) => frame.type === type);
  return { client, frames, commands: () => of_type('slash_commands') };
}

test('says hello with the app and the number of connections', async () => {
  const { frames } = await connect();
  const second = await connect();

  expect(frames).toEqual([
    {
      type: 'hello',
      num_connections: 1,
      connection_info: { app_id: 'A0INFLUX01' },
      debug_info: { host: 'sandbox', approximate_connection_time: 18060 },
    },
  ]);
  expect(second.frames).toMatchObject([{ num_connections: 2 }]);
  expect(slack.connections).toBe(2);
});

test('a ticket is good for one connection', async () => {
  const url = await ticket();
  expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/link\/\?ticket=[0-9a-f-]{36}&/);
  const first = new WebSocket(url);
  clients.push(first);
  await once(first, 'open');

  for (const again of [url, url.replace('ticket=', 'ticket=0')]) {
    const second = new WebSocket(again);
    await expect(once(second, 'open')).rejects.toThrow('401');
  }
});

test('delivers a command in an envelope and takes the payload of its acknowledgement', async () => {
  const { frames } = await connect(() => ({ text: 'by acknowledgement' }));

  const exchange = await slack.command('/influx', 'help');

  expect(frames[1]).toEqual({
    envelope_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    type: 'slash_commands',
    payload: exchange.delivery.payload,
    accepts_response_payload: true,
  });
  expect(exchange.ack).toMatchObject({ status: 200, error: undefined });
  expect((await exchange.answer()).text).toBe('by acknowledgement');
});

test('delivers a click as an interactive envelope', async () => {
  const { frames } = await connect();

  await slack.clickRaw({ actions: [] });

  expect(frames[1]).toMatchObject({ type: 'interactive', payload: { type: 'block_actions', actions: [] } });
});

test('gives each envelope to one of several connections, in turn', async () => {
  const [one, two] = [await connect(), await connect()];

  for (let count = 0; count < 4; count += 1) await slack.command('/influx', `help ${count}`);

  expect([one.commands().length, two.commands().length]).toEqual([2, 2]);
});

test('without a connection a command fails at once', async () => {
  const exchange = await slack.command('/influx', 'help');

  expect(exchange.ack).toMatchObject({ status: 0, error: 'dispatch_failed' });
  expect((await exchange.answer()).author).toBe('slack');
});

test('without an acknowledgement in time it is operation_timeout, and a late one is thrown away', async () => {
  await using impatient = await startSlack({ ackWithinMs: 50 });
  const { client, commands } = await connect(() => undefined, impatient);

  const exchange = await impatient.command('/influx', 'help');
  client.send(JSON.stringify({ envelope_id: commands()[0]?.envelope_id, payload: { text: 'late' } }));
  client.ping();
  await once(client, 'pong');

  expect(exchange.ack.error).toBe('operation_timeout');
  expect(exchange.messages.map(({ author }) => author)).toEqual(['slack']);
});

test('ignores frames that acknowledge nothing', async () => {
  const { client } = await connect();

  for (const frame of ['no json', '{}', '{"envelope_id":"unknown"}']) client.send(frame);

  expect((await slack.command('/influx', 'help')).ack.status).toBe(200);
});

test('redelivers the same envelope, or fresh under a new ID', async () => {
  const { commands } = await connect();
  const asked = await slack.command('/influx', 'help');

  await slack.redeliver(asked);
  await slack.redeliver(asked, { fresh: true });

  const [first, second, third] = commands();
  expect(second).toEqual(first);
  expect(third?.payload).toEqual(first?.payload);
  expect(third?.envelope_id).not.toBe(first?.envelope_id);
});

test('the same envelope ten times at once is acknowledged ten times', async () => {
  const { commands } = await connect();
  const asked = await slack.command('/influx', 'help');

  const again = await Promise.all(Array.from({ length: 10 }, () => slack.redeliver(asked)));

  expect(again.map(({ ack }) => ack.status)).toEqual(Array(10).fill(200));
  expect(commands()).toHaveLength(11);
});

test.each(['warning', 'refresh_requested'] as const)(
  '%s asks for a new connection and gives the old one nothing more',
  async (reason) => {
    const old = await connect();

    slack.disconnectSockets(reason);
    await once(old.client, 'message');
    const fresh = await connect();
    await slack.command('/influx', 'one');
    await slack.command('/influx', 'two');

    expect(old.frames).toMatchObject([{ type: 'hello' }, { type: 'disconnect', reason }]);
    expect(fresh.commands()).toHaveLength(2);
  },
);

test('link_disabled says so and closes', async () => {
  const { client, frames } = await connect();
  const closed = once(client, 'close');

  slack.disconnectSockets('link_disabled');

  expect((await closed)[0]).toBe(1000);
  expect(frames.at(-1)).toMatchObject({ type: 'disconnect', reason: 'link_disabled' });
  expect(slack.connections).toBe(0);
});

test('a drop cuts the connection without a word', async () => {
  const { client, frames } = await connect();
  const closed = once(client, 'close');

  slack.disconnectSockets();

  expect((await closed)[0]).toBe(1006);
  expect(frames).toHaveLength(1);
});

test('frozen connections lose what they are given and answer no ping; new ones work', async () => {
  await using freezing = await startSlack({ ackWithinMs: 50 });
  const frozen = await connect(undefined, freezing);
  const pongs: string[] = [];
  frozen.client.on('pong', () => pongs.push('pong'));
  frozen.client.ping();
  await once(frozen.client, 'pong');

  freezing.freezeSockets();
  frozen.client.ping();
  const lost = await freezing.command('/influx', 'lost');

  expect(lost.ack.error).toBe('operation_timeout');
  expect(pongs).toHaveLength(1);
  expect(frozen.commands()).toEqual([]);
  expect([frozen.client.readyState, freezing.connections]).toEqual([WebSocket.OPEN, 0]);
});

test('a connection made after a freeze gets everything', async () => {
  const frozen = await connect();
  slack.freezeSockets();
  const fresh = await connect();

  await slack.command('/influx', 'one');
  await slack.command('/influx', 'two');

  expect([frozen.commands().length, fresh.commands().length]).toEqual([0, 2]);
});

test('takes ten connections and turns the eleventh away', async () => {
  for (let count = 1; count <= 10; count += 1) await connect();

  const { client, frames } = await connect();
  if (client.readyState !== WebSocket.CLOSED) await once(client, 'close');

  expect(frames).toEqual([{ type: 'disconnect', reason: 'too_many_websockets' }]);
  expect(slack.connections).toBe(10);
});

test('says when the bot has connected', async () => {
  const connected = slack.whenConnected().then(() => slack.connections);

  await connect();

  expect(await connected).toBe(1);
});

test('going down cuts the connections and forgets the tickets', async () => {
  const { client } = await connect();
  const unused = await ticket();
  const closed = once(client, 'close');

  await slack.goDown();
  await closed;
  await slack.comeBack();

  await expect(once(new WebSocket(unused), 'open')).rejects.toThrow('401');
  expect(slack.connections).toBe(0);
});
