import { expect, test } from 'vitest';
import type { Slack } from '../../../sandbox/slack/slack.ts';
import type { View } from '../../../sandbox/slack/views.ts';
import { blockOf, dialogSaying } from '../../support/dialog.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { startBot } from '../../support/start-bot.ts';

const SECRET = `apiv3_${'aB3dE5gH'.repeat(8)}`;

async function opened(slack: Slack): Promise<View> {
  await slack.command('/influx', 'token revoke');
  return dialogSaying(slack, 'Show the plan');
}

/** What is offered for this text: the words above the options, and the options. */
async function offered(slack: Slack, view: View, value: string, user = 'alice') {
  const asked = { blockId: blockOf(view, 'choose_tokens'), actionId: 'choose_tokens', value };
  const suggestions = await slack.surfaces.suggest(view, asked, user);
  if (!('option_groups' in suggestions)) throw new Error(`no groups: ${JSON.stringify(suggestions)}`);
  const [group] = suggestions.option_groups;
  return { label: group?.label.text, options: group?.options ?? [] };
}

test.each(['http', 'socket'] as const)('offers the tokens that fit what was typed, over %s', async (transport) => {
  const { slack, live } = await startBot({ transport });
  const view = await opened(slack);
  const [token] = live;

  const byId = await offered(slack, view, token?.id.slice(0, 8) ?? '');
  const byName = await offered(slack, view, token?.description.slice(0, 8) ?? '');
  const none = await offered(slack, view, 'no such token');

  expect(byId).toMatchObject({ label: '1 token', options: [{ value: token?.id }] });
  expect(byId.options[0]?.text.text).toContain(token?.id.slice(0, 8));
  expect(byName.options.map(({ value }) => value)).toContain(token?.id);
  expect(none.label).toBe('No token fits this.');
});

test('offers all before anything was typed, and says when these are not all', async () => {
  const tokens = Array.from({ length: 250 }, (_, n) => ({
    id: `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`,
    description: `telegraf ${n}`,
    permissions: [{ action: 'write', resource: 'metrics' }],
    createdAt: '2026-01-01T00:00:00Z',
  }));
  const { slack } = await startBot({ cluster: { tokens } });

  const { label, options } = await offered(slack, await opened(slack), '');

  expect(label).toBe('The first 100 tokens. Type more to find others.');
  expect(options).toHaveLength(100);
  expect(options[0]?.text.text).toBe('telegraf 0 · 00000000 · write metrics');
});

test('whatever a description holds, its option is one Slack takes, and says its ID', async () => {
  const { slack } = await startBot();

  const { options } = await offered(slack, await opened(slack), '');

  expect(options.length).toBeGreaterThan(20);
  for (const { text, value } of options) expect(text.text).toContain(value.slice(0, 8));
});

test('asks the policy each time: who lost the right meanwhile is offered nothing', async () => {
  const clock = createFakeClock(new Date());
  const { slack } = await startBot({ clock, transport: 'socket' });
  const view = await opened(slack);
  expect((await offered(slack, view, '')).options.length).toBeGreaterThan(1);
  slack.workspace.removeFromGroup('alice', 'oncall');
  clock.advance(31_000);

  const { label, options } = await offered(slack, view, '');

  expect(label).toBe('You may not revoke tokens of this profile here.');
  expect(options).toMatchObject([{ value: 'nothing' }]);
});

test('is nobody else’s: another person is offered nothing, and the cluster is not asked', async () => {
  const { slack, cluster } = await startBot();
  const view = await opened(slack);
  const before = cluster.requests.length;

  const { label, options } = await offered(
    slack,
    { ...view, person: slack.workspace.person('mallory').id },
    '',
    'mallory',
  );

  expect(label).toBe('This dialog is too old. Open it again.');
  expect(options).toMatchObject([{ value: 'nothing' }]);
  expect(cluster.requests).toHaveLength(before);
});

test('a secret typed into the search finds nothing, is not repeated and not logged', async () => {
  const { slack, log } = await startBot();

  const { label, options } = await offered(slack, await opened(slack), SECRET);

  expect(label).toBe('That looks like a secret. Search by description or ID.');
  expect(JSON.stringify([options, log])).not.toContain(SECRET.slice(6, 22));
});

test('says so while the list is still being read, and answers within three seconds', async () => {
  const { slack, cluster } = await startBot();
  const hang = cluster.fault({ method: 'GET', times: 100 }, { kind: 'hang' });
  const view = await opened(slack);

  const { label } = await offered(slack, view, '');

  expect(label).toBe('The list is still being read. Type again in a moment.');
  hang.release();
});

test.each([
  [503, 'The cluster cannot be asked now. Paste token IDs instead.'],
  [401, 'The management token is refused: whoever runs the bot must renew it.'],
  [403, 'The cluster forbids listing its tokens. Paste token IDs instead.'],
])('says why the cluster gives no list: %i', async (status, words) => {
  const { slack, cluster } = await startBot();
  cluster.fault({ method: 'GET', times: 100 }, { kind: 'answer', status });

  const { label } = await offered(slack, await opened(slack), '');

  expect(label).toBe(words);
});

test('says so while Slack does not say who asks, and answers within three seconds', async () => {
  const clock = createFakeClock(new Date());
  const { slack } = await startBot({ clock, transport: 'socket' });
  const view = await opened(slack);
  clock.advance(31_000);
  const held = Promise.withResolvers<void>();
  slack.fault({ method: 'users.info' }, { until: held.promise });
  const asked = slack.requests('users.info').length;

  const offering = offered(slack, view, '');
  await expect.poll(() => slack.requests('users.info')).toHaveLength(asked + 1);
  clock.advance(1_000);

  expect((await offering).label).toBe('Slack does not say yet who you are. Type again in a moment.');
  held.resolve();
});
