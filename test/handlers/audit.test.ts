import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Message } from '../../sandbox/slack/message.ts';
import type { Slack } from '../../sandbox/slack/slack.ts';
import type { AuditEntry, Store } from '../../src/revocation/store.ts';
import { confirm, planFor } from '../support/operator.ts';
import { ON_CALL, startBot } from '../support/start-bot.ts';

const AUDITOR = { audit: { users: ['U0BOB00001', 'U0ALICE001'], usergroups: [] } };
const MINUTE_MS = 60_000;

/** Types `/influx audit` and returns what appears. */
async function auditFor(slack: Slack, words = '', user = 'bob'): Promise<Message> {
  return (await slack.command('/influx', `audit ${words}`, { user })).answer();
}

/** Clicks a button of the page and returns what comes of it. */
async function turn(slack: Slack, page: Message, button: string): Promise<Message> {
  return (await slack.click(page, button)).answer(({ ephemeralFor }) => ephemeralFor !== undefined);
}

/** Entries of the log, a minute apart, the last one a minute ago. */
async function written(store: Store, entries: readonly Partial<AuditEntry>[]): Promise<void> {
  const now = Date.now();
  const all = entries.map((entry, index) => ({
    ...{ actor: 'bot', action: `step ${index}`, subject: 'plan', detail: { profile: 'default' } },
    ...entry,
    at: new Date(now - (entries.length - index) * MINUTE_MS),
  }));
  await store.transaction((transaction) => transaction.audit(all));
}

const lines = (message: Message) => message.plainText().split('\n');
const rows = (message: Message) => lines(message).filter((line) => line.startsWith('•'));

describe('/influx audit', () => {
  test('tells the newest first: when, who without a ping, what, which tokens, and the reference', async () => {
    const { slack, live } = await startBot({ policy: AUDITOR });
    const [token] = live;
    if (!token) throw new Error('no token');
    await confirm(slack, await planFor(slack, [token]));

    const page = await auditFor(slack);

    const [finished, revoked] = rows(page);
    expect(lines(page)[0]).toMatch(/^Audit log, the newest first since .*\.$/);
    expect(finished).toMatch(
      /^• .* · the bot for alice \(U0ALICE001\): revocation finished \(1 revoked\) on default · R-/,
    );
    expect(revoked).toContain(`token revoked ${token.id.slice(0, 8)} on default · R-`);
    expect(rows(page).at(-1)).toContain(`alice (U0ALICE001): asked for a plan ${token.id.slice(0, 8)} on default`);
    expect(page.mentions).toEqual([]);
    expect(page.plainText()).not.toContain(token.id);
    expect(page.plainText()).not.toContain(token.description);
    expect(page.ephemeralFor).toBe('U0BOB00001');
  });

  test('reading it is written down, with what was asked', async () => {
    const { slack, audit } = await startBot({ policy: AUDITOR });

    await auditFor(slack, '--user me --since 90m --token A0EEBC99');

    const entry = audit().find(({ action }) => action === 'audit read');
    expect(entry).toMatchObject({ actor: 'U0BOB00001', subject: 'audit' });
    expect(JSON.parse(entry?.detail ?? '')).toMatchObject({
      token: 'a0eebc99',
      user: 'U0BOB00001',
      since: expect.any(String),
      profiles: ['default'],
    });
  });

  test('who may not read it is refused by name of who may, that is written down, and help leaves it out', async () => {
    const { slack, audit } = await startBot({ policy: AUDITOR });

    const answer = await auditFor(slack, '', 'carol');
    const help = await (await slack.command('/influx', 'help', { user: 'carol' })).answer();

    expect(answer.plainText()).toContain('You are not on the list of people who may read the audit log');
    expect(answer.plainText()).toContain('bob (U0BOB00001)');
    expect(answer.mentions).toEqual([]);
    expect(audit().map(({ actor, action }) => `${actor} ${action}`)).toEqual(['U0CAROL001 audit read refused']);
    expect(help.plainText()).not.toContain('/influx audit');
    expect((await (await slack.command('/influx', 'help', { user: 'bob' })).answer()).plainText()).toContain('audit');
  });

  test('the same delivery twice is one reading', async () => {
    const { slack, audit } = await startBot({ policy: AUDITOR });
    const exchange = await slack.command('/influx', 'audit', { user: 'bob' });
    await exchange.answer();

    await slack.redeliver(exchange);
    await auditFor(slack);

    expect(audit().filter(({ action }) => action === 'audit read')).toHaveLength(2);
  });

  test.each([
    ['--since -1d', 'Write --since DURATION: how long ago, such as 1d12h or 90m, or a time such as'],
    ['--token nothing', '--token takes a token ID, or the first eight digits of one. Nothing was read.'],
    ['--user alice', '--user takes me, or a member ID such as U0123ABCD'],
    ['--user @alice', 'Copy member ID'],
    ['--since yesterday', '--since takes how long ago, such as 7d, 1d12h or 90m'],
    ['--profile other', 'There is no profile of that name.'],
    ['everything', '/influx audit takes no words after it'],
  ])('%s is answered with what to write', async (words, expected) => {
    const { slack, audit } = await startBot({ policy: AUDITOR });

    expect((await auditFor(slack, words)).plainText()).toContain(expected);
    expect(audit()).toEqual([]);
  });
});

describe('the filters', () => {
  const OTHER = '11111111-2222-4333-8444-555555555555';

  /** A log with one entry for each way of being about a token or of a person. */
  async function given() {
    const running = await startBot({ policy: AUDITOR });
    const id = running.live[0]?.id ?? '';
    await written(running.store, [
      { action: 'of another token', subject: OTHER },
      { action: 'in a list', actor: 'U0ALICE001', detail: { profile: 'default', tokenIds: [OTHER, id] } },
      { action: 'as the subject', subject: id, detail: { profile: 'default', operator: 'U0CAROL001' } },
      { action: 'of carol', actor: 'U0CAROL001' },
      { action: 'mentions carol only', detail: { profile: 'default', reason: 'ask "U0CAROL001"' } },
    ]);
    const found = async (words: string) => {
      const page = await auditFor(running.slack, words);
      return rows(page).flatMap((row) => /of another token|in a list|as the subject|of carol|mentions/.exec(row) ?? []);
    };
    return { ...running, id, found };
  }

  test('--token takes the whole ID or eight digits, and finds it in lists too', async () => {
    const { found, id } = await given();

    const expected = ['as the subject', 'in a list'];
    expect(await found(`--token ${id}`)).toEqual(expected);
    expect(await found(`--token ${id.slice(0, 8).toUpperCase()}`)).toEqual(expected);
    expect(await found(`--token \`${OTHER}\``)).toEqual(['in a list', 'of another token']);
  });

  test('--user takes an ID, me and a mention, and finds what the bot did for them', async () => {
    const { found } = await given();

    for (const user of ['U0CAROL001', '<@U0CAROL001>', '<@U0CAROL001|carol>', '@U0CAROL001']) {
      expect(await found(`--user ${user}`)).toEqual(['of carol', 'as the subject']);
    }
    expect(await found('--user me')).toEqual([]);
  });

  test('--since and all of them together', async () => {
    const { found, id } = await given();

    expect(await found('--since 2m30s')).toEqual(['mentions', 'of carol']);
    expect(await found(`--since 1d2h --token ${id} --user U0ALICE001 --profile default`)).toEqual(['in a list']);
  });
});

describe('Earlier and Later', () => {
  test('go through all of it and back, authorized and written down at each click', async () => {
    const { slack, store, audit } = await startBot({ policy: AUDITOR });
    await written(
      store,
      Array.from({ length: 25 }, () => ({})),
    );
    const steps = (page: Message) => rows(page).map((row) => Number(/step (\d+)/.exec(row)?.[1]));
    const first = await auditFor(slack, '--user bot --since 2h'.replace('--user bot ', ''));

    const second = await turn(slack, first, 'Earlier');
    const third = await turn(slack, second, 'Earlier');
    const back = await turn(slack, third, 'Later');

    expect(steps(first)).toEqual([24, 23, 22, 21, 20, 19, 18, 17, 16, 15]);
    expect(steps(second)).toEqual([14, 13, 12, 11, 10, 9, 8, 7, 6, 5]);
    expect(steps(third)).toEqual([4, 3, 2, 1, 0]);
    expect(steps(back)).toEqual(steps(second));
    expect(back.ts).toBe(first.ts);
    expect([first, second, third].map(({ buttons }) => buttons.map(({ text }) => text))).toEqual([
      ['Earlier', 'Export'],
      ['Earlier', 'Later', 'Export'],
      ['Later', 'Export'],
    ]);
    expect(audit().filter(({ action }) => action === 'audit read')).toHaveLength(4);
  });

  test('Later ends at the latest page', async () => {
    const { slack, store } = await startBot({ policy: AUDITOR });
    await written(
      store,
      Array.from({ length: 12 }, () => ({})),
    );
    const first = await auditFor(slack);

    const middle = await turn(slack, await turn(slack, first, 'Earlier'), 'Later');
    const latest = await turn(slack, middle, 'Later');

    expect(rows(latest)).toHaveLength(10);
    expect(rows(latest)[0]).toContain('bob (U0BOB00001): read the audit log · #15');
    expect(latest.buttons.map(({ text }) => text)).toEqual(['Earlier', 'Export']);
  });

  test('a click decides nothing by its value: who lost the right reads nothing more', async () => {
    const { slack, store, audit } = await startBot({ policy: { audit: { users: [], usergroups: ['S0APPROVE1'] } } });
    await written(
      store,
      Array.from({ length: 12 }, () => ({})),
    );
    const page = await auditFor(slack);
    slack.workspace.removeFromGroup('bob', 'approvers');
    slack.workspace.deactivate('bob');

    const values = page.buttons.map(({ value }) => value);
    const forged = { type: 'button', action_id: 'audit_page', block_id: 'b', value: values[0] };
    const answer = await (await slack.clickRaw({ actions: [forged] }, { user: 'carol' })).answer();

    expect(answer.plainText()).toContain('You are not on the list of people who may read the audit log');
    expect(audit().at(-1)).toMatchObject({ actor: 'U0CAROL001', action: 'audit read refused' });
  });

  test.each([
    '',
    'since=x',
    'since=1&token=%27%20or%201',
    'since=1&user=alice',
    'since=1&earlier=-1',
    'since=1&earlier=1e99',
    'since=1&__proto__=1',
    '{"since":1}',
    'since=9e15',
  ])('a value that is not one of ours reads nothing: %j', async (value) => {
    const { slack, audit } = await startBot({ policy: AUDITOR });

    for (const action of ['audit_page', 'export_audit']) {
      const forged = { type: 'button', action_id: action, block_id: 'b', value };
      const answer = await (await slack.clickRaw({ actions: [forged] }, { user: 'bob' })).answer();
      expect(answer.plainText()).toContain('This button is not as the bot made it. Nothing was read.');
    }
    expect(audit()).toEqual([]);
  });
});

describe('who may audit one profile of several', () => {
  /** Bob may audit `default` only, alice both. */
  async function given() {
    const second = {
      name: 'second',
      production: false,
      concurrency: 1,
      policy: { ...ON_CALL, audit: { users: ['U0ALICE001'], usergroups: [] } },
    };
    const first = { ...second, name: 'default', policy: { ...ON_CALL, ...AUDITOR } };
    const running = await startBot({
      bot: {
        profiles: new Map([
          ['default', first],
          ['second', second],
        ]),
      },
    });
    await written(running.store, [
      { action: 'of the first' },
      { action: 'of the second', detail: { profile: 'second' } },
      { action: 'of none', detail: {} },
      { action: 'of one that is gone', detail: { profile: 'gone' } },
      { action: 'of one in a reason', detail: { profile: 'second', reason: '"profile":"default"' } },
    ]);
    const found = async (words: string, user: string) =>
      rows(await auditFor(running.slack, words, user))
        .flatMap((row) => /of (?:the first|the second|none|one that is gone|one in a reason)/.exec(row) ?? [])
        .map((words) => words.slice(3));
    return { ...running, found };
  }

  test('sees entries of that profile, and nothing that belongs to none', async () => {
    const { found } = await given();

    expect(await found('', 'bob')).toEqual(['the first']);
    expect(await found('', 'alice')).toEqual([
      'one in a reason',
      'one that is gone',
      'none',
      'the second',
      'the first',
    ]);
    expect(await found('--profile second', 'alice')).toEqual(['one in a reason', 'the second']);
  });

  test('is refused the other one', async () => {
    const { slack } = await given();

    expect((await auditFor(slack, '--profile second', 'bob')).plainText()).toContain('You are not on the list');
  });
});

const line = z.object({
  seq: z.number(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.unknown(),
  prev_hash: z.string(),
  hash: z.string(),
});

/** Whether the line is what was written, by the formula that people are told. */
function isGenuine({ seq, at, actor, action, subject, detail, prev_hash, hash }: z.infer<typeof line>): boolean {
  const columns = JSON.stringify([seq, Date.parse(at), actor, action, subject, JSON.stringify(detail), prev_hash]);
  return createHash('sha256').update(columns).digest('hex') === hash;
}

describe('Export', () => {
  /** A page that holds one entry: that the one before was read. */
  async function anyPage(slack: Slack): Promise<Message> {
    await auditFor(slack);
    return auditFor(slack);
  }

  test('sends the whole answer as a file in a direct message, as it is in the chain', async () => {
    const { slack, store, audit } = await startBot({ policy: AUDITOR });
    await written(
      store,
      Array.from({ length: 30 }, (_, index) => ({
        subject: index % 2 ? 'odd' : 'even',
        detail: { profile: 'default', index },
      })),
    );
    const page = await auditFor(slack);

    const answer = await turn(slack, page, 'Export');
    const [introduction, message] = slack.directMessages('bob');

    const content = message?.files[0]?.content.toString() ?? '';
    const entries = content
      .trimEnd()
      .split('\n')
      .map((one) => line.parse(JSON.parse(one)));
    expect(answer.plainText()).toContain('31 entries of the audit log went to you as a file');
    expect(introduction?.plainText()).toContain('The file holds 31 entries');
    expect(message?.files[0]).toMatchObject({ name: 'audit.ndjson' });
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 31 }, (_, index) => index + 1));
    expect(entries.every(isGenuine)).toBe(true);
    expect(audit().at(-1)).toMatchObject({ actor: 'U0BOB00001', action: 'audit exported', subject: 'audit' });
    expect(slack.requests('upload')[0]?.body).toEqual({ bytes: content.length, token: false });
    expect(slack.requests('conversations.open')).toEqual([]);
  });

  test('without files:write it says what it needs, before anything is read', async () => {
    const { slack, audit } = await startBot({
      policy: AUDITOR,
      slack: { scopes: ['commands', 'chat:write', 'users:read', 'usergroups:read'] },
    });
    const page = await anyPage(slack);

    const answer = await turn(slack, page, 'Export');

    expect(answer.plainText()).toContain('needs the scope files:write, which this app was not granted');
    expect(audit().map(({ action }) => action)).toEqual(['audit read', 'audit read']);
    expect(slack.requests('files.getUploadURLExternal')).toEqual([]);
  });

  test('and so it does when Slack answers that it is missing', async () => {
    const { slack } = await startBot({ policy: AUDITOR });
    const page = await anyPage(slack);
    slack.fault({ method: 'files.getUploadURLExternal' }, { error: 'missing_scope' });

    expect((await turn(slack, page, 'Export')).plainText()).toContain('needs the scope files:write');
    expect(slack.directMessages('bob')).toEqual([]);
  });

  test.each([
    ['files.getUploadURLExternal', { status: 500 }],
    ['upload', { status: 503 }],
    ['upload', { reset: true }],
    ['files.completeUploadExternal', { error: 'fatal_error' }],
  ] as const)('%s going wrong is said with a reference, and no file appears', async (method, fault) => {
    const { slack } = await startBot({ policy: AUDITOR });
    const page = await anyPage(slack);
    slack.fault({ method }, fault);

    const answer = await turn(slack, page, 'Export');

    expect(answer.plainText()).toMatch(/Something went wrong in the bot \(E-[0-9a-f]{8}\)/);
    expect(slack.directMessages('bob').flatMap(({ files }) => files)).toEqual([]);
  });

  test('is not offered where there is nothing to export', async () => {
    const { slack } = await startBot({ policy: AUDITOR });
    const page = await auditFor(slack, '--user U0NOBODY01');

    expect(page.plainText()).toContain('Nothing in this time matches that you may read.');
    await expect(turn(slack, page, 'Export')).rejects.toThrow('No button Export on this message');
    expect(slack.directMessages('bob')).toEqual([]);
  });
});
