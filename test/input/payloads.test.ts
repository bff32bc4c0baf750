import { createHash, createHmac } from 'node:crypto';
import { type OutgoingHttpHeaders, request } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../sandbox/slack/message.ts';
import { type Payload, payloadCases } from '../support/corpus.ts';
import { confirm, planFor } from '../support/operator.ts';
import { sample } from '../support/sizes.ts';
import { type Running, startBot } from '../support/start-bot.ts';

const PLAN = 'PLAN';

const PARTS = 4;
const cases = sample(payloadCases);

describe('nothing that is not as Slack sends it has an effect, whoever signed it, and everything is answered', () => {
  test.each(Array.from({ length: PARTS }, (_, part) => part))('part %d', async (part) => {
    const running = await startBot();
    const { slack, cluster, live, audit } = running;
    const plan = await planFor(slack, live.slice(0, 1));
    const wrong: unknown[] = [];

    for (const one of cases.filter((_one, index) => index % PARTS === part)) {
      const { status, said } = await send(running, plan, one);
      if (!fits(one.status, status)) wrong.push([one.name, status]);
      if (one.says && !said.includes(one.says)) wrong.push([one.name, said]);
    }

    expect(wrong).toEqual([]);
    expect(cluster.deletes).toEqual([]);
    expect(audit().filter(({ action }) => action === 'plan asked for')).toHaveLength(1);
    expect((await confirm(slack, plan)).plainText()).toContain('1 revoked');
    expect(cluster.deletes).toEqual([live[0]?.id]);
  });
});

interface Answer {
  readonly status: number;
  readonly said: string;
}

async function send(running: Running, plan: Message, one: Payload): Promise<Answer> {
  if (one.command) return sendCommand(running, one, one.command);
  if (one.click) return sendClick(running, plan, one, one.click);
  if (one.raw) return sendRaw(running, one.raw);
  throw new Error(`${one.name} sends nothing`);
}

async function sendCommand(
  { slack }: Running,
  { says }: Payload,
  { set, drop }: NonNullable<Payload['command']>,
): Promise<Answer> {
  const strings = Object.entries(set).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const dropped = drop.map((name) => [name, undefined] as const);
  if (strings.length < Object.keys(set).length) {
    const all = Object.entries({ ...COMMAND, ...set }).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    );
    const ack = await slack.deliverRaw(new URLSearchParams(all).toString());
    return { status: ack.status, said: ack.body };
  }
  const exchange = await slack.command('/influx', 'version', { fields: Object.fromEntries([...strings, ...dropped]) });
  return { status: exchange.ack.status, said: says ? (await exchange.answer()).plainText() : exchange.ack.body };
}

const COMMAND = {
  command: '/influx',
  text: 'version',
  user_id: 'U0ALICE001',
  team_id: 'T0EXAMPLE1',
  channel_id: 'C0INC04711',
  trigger_id: '1.2.3',
  response_url: 'http://127.0.0.1:9/response/1',
};

async function sendClick(
  { slack }: Running,
  plan: Message,
  { says }: Payload,
  { set, drop }: NonNullable<Payload['click']>,
): Promise<Answer> {
  const button = plan.buttons[0];
  const action = { type: 'button', action_id: 'revoke_plan', block_id: 'b', value: PLAN, action_ts: '1.2' };
  const dropped = Object.fromEntries(drop.map((name) => [name, undefined]));
  const whole = withPlan({ actions: [action], ...set }, button?.value ?? '');
  const exchange = await slack.clickRaw({ ...whole, ...dropped });
  return { status: exchange.ack.status, said: says ? (await exchange.answer()).plainText() : '' };
}

/** The value with the plan's ID, as it is or bent, wherever a case names it. */
function withPlan(whole: object, id: string): Record<string, unknown> {
  const other = [...id].map((letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
  const source = JSON.stringify(whole)
    .replaceAll('"NALP"', JSON.stringify([...id].reverse().join('')))
    .replaceAll('"Plan"', JSON.stringify(other.join('')))
    .replaceAll(PLAN, id);
  return JSON.parse(source);
}

async function sendRaw({ slack, url }: Running, raw: NonNullable<Payload['raw']>): Promise<Answer> {
  const body = raw.body === 'VERSION' ? new URLSearchParams(COMMAND).toString() : raw.body;
  const timestamp = timestampOf(raw.timestamp);
  const headers: OutgoingHttpHeaders = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
    ...(timestamp === undefined ? {} : { 'x-slack-request-timestamp': timestamp }),
    'x-slack-signature': signatureOf(raw.signature ?? 'v0=HASH', slack.signingSecret, {
      timestamp: timestamp ?? '',
      body,
    }),
    ...raw.headers,
  };
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const outgoing = request(url, { method: raw.method, path: raw.path, headers, agent: false }, (incoming) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, said: Buffer.concat(chunks).toString() }));
  });
  // Refused before all of it was sent: the answer came, or the connection is gone.
  outgoing.on('error', () => resolve({ status: 413, said: '' }));
  outgoing.setTimeout(20_000, () => resolve({ status: 0, said: 'no answer' }));
  outgoing.end(body);
  return promise;
}

function timestampOf(asked: string | undefined): string | undefined {
  if (asked === 'DROP') return undefined;
  if (asked === 'MILLIS') return `${Date.now()}`;
  const away = /^([+-]\d+)s$/.exec(asked ?? '+0s');
  return away ? `${Math.floor(Date.now() / 1_000) + Number(away[1])}` : asked;
}

function signatureOf(
  pattern: string,
  secret: string,
  { timestamp, body }: { timestamp: string; body: string },
): string {
  const sign = (text: string, key = secret) => createHmac('sha256', key).update(text);
  const base = `v0:${timestamp}:${body}`;
  const hash = sign(base).digest('hex');
  return pattern
    .replace('HASHUPPER', hash.toUpperCase())
    .replace('HASHSHORT', hash.slice(0, 63))
    .replaceAll('HASH', hash)
    .replace('OTHERBODY', sign(`${base}x`).digest('hex'))
    .replace('OTHERTIME', sign(`v0:${Number(timestamp) + 1}:${body}`).digest('hex'))
    .replace('OTHERSECRET', sign(base, `${secret}x`).digest('hex'))
    .replace('BASE64', sign(base).digest('base64'))
    .replace('SHA1', createHash('sha1').update(base).digest('hex'));
}

function fits(expected: Payload['status'], status: number): boolean {
  if (expected === 'any') return status >= 200 && status < 500;
  return expected === '4xx' ? status >= 400 && status < 500 : status === expected;
}
