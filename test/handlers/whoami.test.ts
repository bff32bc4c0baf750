import { expect, test } from 'vitest';
import { startBot } from '../support/start-bot.ts';

const AUDITORS = { policy: { audit: { users: ['U0BOB00001'], usergroups: ['S0ONCALL01'] } } };

test.each([
  [
    'alice',
    '• default: you may revoke tokens, not with --force, by the rule start.usergroups S0ONCALL01 · you may look at tokens and read the audit log, by the rule audit.usergroups S0ONCALL01',
  ],
  ['bob', '· you may look at tokens and read the audit log, by the rule audit.users U0BOB00001'],
])('whoami tells %s what the policy lets them do, each right with its rule', async (user, words) => {
  const { slack } = await startBot(AUDITORS);

  const answer = await (await slack.command('/influx', 'whoami', { user })).answer();

  expect(answer.plainText()).toContain(words);
});

test('whoami says of nobody that they may look at tokens who may not', async () => {
  const { slack } = await startBot(AUDITORS);

  const answer = await (await slack.command('/influx', 'whoami', { user: 'mallory' })).answer();

  expect(answer.plainText()).toContain('default: you may not revoke tokens here. You are not on the list');
  expect(answer.plainText()).not.toContain('you may look');
});

test('whoami tells a guest that they may nothing, and no name of a profile', async () => {
  const { slack } = await startBot({ policy: { channels: ['C0RANDOM01'] } });

  const answer = await (await slack.command('/influx', 'whoami', { user: 'guest' })).answer();

  expect(answer.plainText()).toContain('You may do nothing here. Guests cannot revoke tokens.');
  expect(answer.plainText()).not.toContain('default');
});
