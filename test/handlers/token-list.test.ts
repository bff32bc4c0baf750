import { describe, expect, test } from 'vitest';
import type { Message } from '../../sandbox/slack/message.ts';
import type { Slack } from '../../sandbox/slack/slack.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { confirm } from '../support/operator.ts';
import { type StartOptions, startBot } from '../support/start-bot.ts';

const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';
const REVOKED = '5d84990b-5b6b-49eb-b5b8-d8a839d35934';

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `018f2f3a-0000-7000-8000-${String(index).padStart(12, '0')}`,
    description: `token ${String(index).padStart(4, '0')}`,
    permissions: [{ action: 'read', resource: 'metrics' }],
    createdAt: '2025-01-01T00:00:00Z',
  }));

async function given(options: StartOptions = {}) {
  const running = await startBot(options);
  const say = async (text: string, user = 'alice') =>
    (await running.slack.command('/influx', `token ${text}`, { user })).answer();
  return { ...running, say };
}

const texts = ({ buttons }: Message) => buttons.map(({ text }) => text);

async function turn(slack: Slack, page: Message, button: string): Promise<Message> {
  return (await slack.click(page, button)).answer();
}

describe('token list', () => {
  test('is acknowledged before the cluster is asked, and shows every token that is not revoked', async () => {
    const { slack, cluster } = await given();

    const exchange = await slack.command('/influx', 'token list');
    const answer = await exchange.answer();

    const live = cluster.tokens.filter(({ revokedAt }) => !revokedAt);
    expect(exchange.ack).toMatchObject({ status: 200 });
    expect(answer.ephemeralFor).toBe('U0ALICE001');
    expect(answer.plainText()).toContain(`1–10 of ${live.length} tokens`);
    expect(cluster.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /api/v0/tokens']);
  });

  test('says of each token what matters, with its whole ID to copy and what is wrong with it in words', async () => {
    const { say } = await given();

    const text = (await say('list plant --include-revoked')).plainText();

    expect(text).toContain(
      'telegraf: edge gateways, plant 1 bb9bea7b · write sensors · created 2025-01-14, never expires',
    );
    expect(text).toContain(LIVE);
    expect(text).toMatch(/telegraf: plant 1, old 5d84990b.*revoked 2025-01-14/);
    expect((await say('list backfill')).plainText()).toContain('expired 2025-02-01');
  });

  test.each([
    ['list edge PLANT', ['bb9bea7b', 'c1758b86']],
    ['list bb9b', ['bb9bea7b']],
    ['list tenant-7', ['a3b59169']],
    ['list dashboards --database staging', ['5f50656b']],
    ['list “edge gateways, plant 2”', ['c1758b86']],
  ])('%s finds by description, database and the beginning of an ID', async (text, shortIds) => {
    const { say } = await given();

    const answer = await say(text);

    for (const id of shortIds) expect(answer.plainText()).toContain(id);
    expect(answer.plainText()).toContain(` of ${shortIds.length} token${shortIds.length === 1 ? '' : 's'}`);
  });

  test('sorts by description, or by ID when asked', async () => {
    const { say, cluster } = await given();
    const live = cluster.tokens.filter(({ revokedAt }) => !revokedAt);
    const shown = (message: Message) => message.plainText().match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];

    const byId = shown(await say('list --sort ID'));
    const byDescription = shown(await say('list loadtest'));

    expect(byId).toEqual(
      live
        .map(({ id }) => id)
        .sort()
        .slice(0, 10),
    );
    expect(byDescription).toEqual(['53d88058-3bab-43d0-8b62-62f611a57ac3']);
  });

  test('says how to find more where nothing is found', async () => {
    const { say } = await given();

    const answer = await say('list nowhere --database home');

    expect(answer.plainText()).toContain('No token was found. · search “nowhere” · for home, or for all databases');
    expect(answer.plainText()).toContain(
      'To find more: search for less, or leave out --database, or add --include-revoked, or choose another --profile.',
    );
  });

  test('a pasted secret is refused, and neither sent nor repeated', async () => {
    const { say, cluster, log } = await given();

    const answer = await say('list apiv1_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0');

    expect(answer.plainText()).toContain('looks like a secret');
    expect(answer.plainText()).toContain('/influx token list SEARCH');
    expect(cluster.requests).toEqual([]);
    expect(log.join('')).not.toContain('c2VjcmV0');
  });

  test.each([
    ['list --sort size', '--sort takes id or description, not “size”.'],
    ['list --format yaml', '--format takes table or json, not “yaml”.'],
    [`list ${'word '.repeat(11)}`, 'takes at most 10 words'],
    [`list ${'x'.repeat(201)}`, 'at most 200 are read'],
    [`get ${LIVE} ${REVOKED}`, 'one command takes at most 1'],
    ['get plant', 'This is not a token ID'],
  ])('%s is no command', async (text, problem) => {
    const { say, cluster } = await given();

    expect((await say(text)).plainText()).toContain(problem);
    expect(cluster.requests).toEqual([]);
  });
});

describe('the pages of a list', () => {
  test('are turned to and fro in place of the one that was clicked, with how many there are in all', async () => {
    const { slack, say } = await given({ cluster: { tokens: numbered(25) } });
    const first = await say('list token');

    const second = await turn(slack, first, 'Later');
    const third = await turn(slack, second, 'Later');
    const again = await turn(slack, third, 'Earlier');

    expect(texts(first)).not.toContain('Earlier');
    expect([first, second, third, again].map((page) => /\d+–\d+ of 25 tokens/.exec(page.plainText())?.[0])).toEqual([
      '1–10 of 25 tokens',
      '11–20 of 25 tokens',
      '21–25 of 25 tokens',
      '11–20 of 25 tokens',
    ]);
    expect(texts(third)).not.toContain('Later');
    expect(again.ts).toBe(first.ts);
    expect(again.plainText()).toContain('token 0010');
  });

  test('end at the twentieth, and it says to narrow the search', async () => {
    const { slack, say } = await given({ cluster: { tokens: numbered(250) } });
    const first = await say('list');
    const later = first.buttons.find(({ text }) => text === 'Later');

    const last = await slack.click(first, 'Later', {
      payload: { actions: [forged('list_page_later', later?.value?.replace('"page":1', '"page":19'))] },
    });

    expect(first.plainText()).toContain('Only the first 200 can be paged through. Narrow the search');
    const page = await last.answer();
    expect(page.plainText()).toContain('191–200 of 250 tokens');
    expect(texts(page)).not.toContain('Later');
  });

  test('ask the policy again at each click', async () => {
    const clock = createFakeClock();
    const { slack, say, cluster, audit } = await given({ clock, cluster: { tokens: numbered(25) } });
    const first = await say('list');
    const before = cluster.requests.length;
    slack.workspace.removeFromGroup('alice', 'oncall');
    clock.step(31_000);

    const refused = await turn(slack, first, 'Later');

    expect(refused.plainText()).toContain('You are not on the lists');
    expect(cluster.requests).toHaveLength(before);
    expect(audit().at(-1)).toMatchObject({ actor: 'U0ALICE001', action: 'list tokens refused', subject: 'tokens' });
  });

  test.each([
    ['nothing of ours', 'x'],
    ['a page too far', '{"page":20}'],
    ['a list', '[]'],
    ['a prototype', '{"__proto__":{"page":1}}'],
  ])('a forged value is refused: %s', async (_what, value) => {
    const { slack, say, cluster } = await given({ cluster: { tokens: numbered(25) } });
    const first = await say('list');
    const before = cluster.requests.length;

    for (const [button, action] of [
      ['Later', 'list_page_later'],
      ['Revoke…', 'plan_token'],
    ] as const) {
      const payload = { actions: [forged(action, value)] };
      const answer = await (await slack.click(first, button, { payload })).answer();
      expect(answer.plainText()).toContain('The bot does not know this');
    }
    expect(cluster.requests).toHaveLength(before);
  });
});

describe('Revoke…', () => {
  test('starts a plan for the token beside it, which is confirmed like every other', async () => {
    const { slack, say, cluster, audit } = await given();
    const page = await say('list bb9b');

    const plan = await turn(slack, page, 'Revoke…');
    const result = await confirm(slack, plan);

    expect(plan.plainText()).toContain('1 token will be revoked');
    expect(result.plainText()).toContain('1 revoked');
    expect(cluster.deletes).toEqual([LIVE]);
    expect(audit().map(({ action }) => action)).toEqual(
      expect.arrayContaining(['plan asked for', 'plan shown', 'revocation confirmed']),
    );
  });

  test('is not there beside what is revoked, nor for those who may only look', async () => {
    const { say } = await given({ policy: { audit: { users: ['U0BOB00001'], usergroups: [] } } });

    const revoked = await say('list --include-revoked plant 1, old');
    const forBob = await say('list bb9b', 'bob');

    expect(revoked.buttons).toEqual([]);
    expect(forBob.plainText()).toContain(LIVE);
    expect(forBob.buttons).toEqual([]);
  });

  test('is refused to those who may only look, however they came by it', async () => {
    const { slack, say, cluster } = await given({ policy: { audit: { users: ['U0BOB00001'], usergroups: [] } } });
    const page = await say('list bb9b');

    const answer = await (await slack.click(page, 'Revoke…', { payload: { user: { id: 'U0BOB00001' } } })).answer();

    expect(answer.plainText()).toContain('You are not on the list of people who may revoke');
    expect(cluster.deletes).toEqual([]);
  });
});

describe('nobody looks who may not', () => {
  test.each(['list', `get ${LIVE}`])('token %s is refused and audited, and the cluster is not asked', async (text) => {
    const { say, cluster, audit } = await given();

    for (const user of ['mallory', 'guest', 'deploybot', 'departed']) {
      expect((await say(text, user)).plainText()).not.toContain(LIVE);
    }

    expect(cluster.requests).toEqual([]);
    expect(audit().map(({ action }) => action)).toEqual(Array(4).fill(audit()[0]?.action));
    expect(audit()[0]?.action).toMatch(/^(list tokens|read a token) refused$/);
  });

  test('help leaves it out for them', async () => {
    const { slack } = await given();
    const help = async (user: string) =>
      (await (await slack.command('/influx', 'help', { user })).answer()).plainText();

    expect(await help('alice')).toContain('/influx token list');
    expect(await help('mallory')).not.toContain('/influx token list');
  });
});

describe('a cluster that does not tell', () => {
  test.each([
    [401, 'rejected the bot’s own management token'.replace('’', "'")],
    [403, 'does not let the bot read its tokens'],
    [429, 'asked to slow down. Nothing was read. Try again in 7.0 s.'],
    [500, 'could not answer. Nothing was read.'],
  ])('%d is said in words, with what to do', async (status, words) => {
    const { say, cluster } = await given();
    cluster.fault({ times: 2 }, { kind: 'answer', status, headers: { 'retry-after': '7' } });

    expect((await say('list')).plainText()).toContain(words);
    expect((await say(`get ${LIVE}`)).plainText()).toContain(words);
  });

  test('a list that is cut off is never shown as if it were whole', async () => {
    const { say, cluster } = await given();
    cluster.fault({}, { kind: 'cut', afterBytes: 2_000 });

    const answer = await say('list');

    expect(answer.plainText()).toContain('did not answer in time, or not to the end. Nothing is shown');
    expect(answer.plainText()).not.toContain(LIVE);
  });

  test('a slow one is told of after three seconds, and its list follows', async () => {
    const clock = createFakeClock();
    const { slack, cluster } = await given({ clock });
    const hanging = cluster.fault({}, { kind: 'hang' });
    const asked = Promise.withResolvers<void>();
    cluster.onRequest(() => asked.resolve());
    const exchange = await slack.command('/influx', 'token list');
    await asked.promise;

    clock.advance(3_000);
    const slow = await exchange.answer();
    hanging.release();
    const failed = await exchange.answer(
      (message) => message !== slow && !message.plainText().includes('takes a while'),
    );

    expect(slow.plainText()).toContain('Listing the tokens of default takes a while: 0 matching tokens so far.');
    expect(failed.plainText()).toMatch(/of \d+ tokens|did not answer in time/);
  });

  test('--timeout ends the waiting', async () => {
    const { say, cluster } = await given();
    cluster.fault({}, { kind: 'hang' });

    expect((await say('list --timeout 1s')).plainText()).toContain('did not answer in time');
  });
});

describe('token get', () => {
  test('shows one token, with a button to revoke it', async () => {
    const { say } = await given();

    const answer = await say(`get ${LIVE.toUpperCase()}`);

    expect(answer.plainText()).toContain('telegraf: edge gateways, plant 1 bb9bea7b · write sensors');
    expect(answer.plainText()).toContain(LIVE);
    expect(texts(answer)).toEqual(['Revoke…']);
  });

  test('shows a revoked one only when asked', async () => {
    const { say } = await given();

    expect((await say(`get ${REVOKED}`)).plainText()).toContain(
      'This token of default was revoked on 2025-01-14. Add --include-revoked to see it.',
    );
    const shown = await say(`get ${REVOKED} --include-revoked`);
    expect(shown.plainText()).toContain('revoked 2025-01-14');
    expect(shown.buttons).toEqual([]);
  });

  test('says of an unknown one where to look', async () => {
    const { say } = await given();

    expect((await say('get 00000000-0000-4000-8000-000000000000')).plainText()).toContain(
      'knows no token 00000000-0000-4000-8000-000000000000, or it is revoked and hidden.',
    );
  });

  test('shows JSON as the Management API writes it', async () => {
    const { say, cluster } = await given();

    const one = await say(`get ${LIVE} --format=json`);
    const some = await say('list edge --format JSON');

    expect(jsonIn(one)).toEqual({
      ...cluster.tokens.find(({ id }) => id === LIVE),
      createdAt: '2025-01-14T08:12:05.000Z',
    });
    expect(jsonIn(some)).toMatchObject([{ id: LIVE }, { id: 'c1758b86-eed3-4987-a8fe-e4c40d92e147' }]);
  });
});

/** A button as Slack reports it, with another value. */
function forged(action: string, value: string | undefined) {
  return { type: 'button', action_id: action, block_id: 'b', value };
}

function jsonIn(message: Message): unknown {
  const text = message.plainText();
  return JSON.parse(text.slice(text.search(/[[{]\n/), text.search(/[\]}]\s*$/) + 1));
}
