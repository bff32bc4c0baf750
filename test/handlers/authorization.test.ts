import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../support/fake-clock.ts';
import { confirm, planFor } from '../support/operator.ts';
import { startBot } from '../support/start-bot.ts';

describe('nobody gets in', () => {
  test.each([
    ['somebody on no list', 'mallory', 'You are not on the list'],
    ['a guest', 'guest', 'Guests cannot revoke tokens'],
    ['a single-channel guest', 'solo', 'Guests cannot revoke tokens'],
    ['somebody deactivated', 'departed', 'deactivated'],
    ['a bot', 'deploybot', 'Bots cannot revoke tokens'],
    ['somebody of another workspace', 'partner', 'workspace'],
  ])('%s is refused, audited, and the cluster is not even asked', async (_who, user, words) => {
    const { slack, cluster, live, audit } = await startBot({
      policy: { start: { users: [], usergroups: ['S0ONCALL01'] } },
    });

    const answer = await (await slack.command('/influx', `token revoke ${live[0]?.id}`, { user })).answer();

    expect(answer.plainText()).toContain(words);
    expect(answer.buttons).toEqual([]);
    expect(cluster.requests).toEqual([]);
    expect(audit().at(-1)?.action).toMatch(/refused/);
  });

  test.each(['guest', 'solo', 'deploybot', 'departed'])('not even when the policy names them: %s', async (user) => {
    const users = ['U0GUEST001', 'U0SOLO0001', 'U0DEPLOY01', 'U0DEPART01', 'U0PARTNER1'];
    const { slack, cluster, live } = await startBot({ policy: { start: { users, usergroups: [] } } });

    const answer = await (await slack.command('/influx', `token revoke ${live[0]?.id}`, { user })).answer();

    expect(answer.buttons).toEqual([]);
    expect(cluster.requests).toEqual([]);
  });

  test('a refusal names who may, and pings nobody', async () => {
    const { slack, live } = await startBot();

    const answer = await (await slack.command('/influx', `token revoke ${live[0]?.id}`, { user: 'mallory' })).answer();

    expect(answer.plainText()).toContain('These may: the user group oncall (S0ONCALL01).');
    expect(answer.mentions).toEqual([]);
  });

  test('a user group that cannot be looked up lets nobody through, at the command and at the click', async () => {
    const clock = createFakeClock();
    const { slack, cluster, live } = await startBot({ transport: 'socket', clock });
    const mend = slack.fault(
      { method: 'usergroups.users.list', times: Number.POSITIVE_INFINITY },
      { error: 'internal_error' },
    );
    const refused = await planFor(slack, live.slice(0, 1));
    mend();
    clock.step(61_000);
    const plan = await planFor(slack, live.slice(0, 1));
    slack.fault({ method: 'usergroups.users.list', times: Number.POSITIVE_INFINITY }, { status: 500 });
    clock.step(31_000);

    const result = await confirm(slack, plan);

    for (const message of [refused, result])
      expect(message.plainText()).toContain('Slack did not say which groups you are in');
    expect(cluster.deletes).toEqual([]);
  });

  test('only the channels of the policy will do, and it is asked again at the click', async () => {
    const { slack, cluster, live } = await startBot({ policy: { channels: ['C0GENERAL1'] } });
    const command = (channel: string) => slack.command('/influx', `token revoke ${live[0]?.id}`, { channel });

    const refused = await (await command('#incident-4711')).answer();
    const plan = await (await command('#general')).answer();
    const moved = await slack.click(plan, 'Revoke', {
      payload: { channel: { id: 'C0INC04711', name: 'incident-4711' } },
    });
    const answer = await moved.answer();

    expect(refused.plainText()).toContain('cannot be revoked from this channel');
    expect(answer.plainText()).toContain('cannot be revoked from this channel');
    expect(cluster.deletes).toEqual([]);
  });

  test('a workspace that is not served is refused without a question to Slack', async () => {
    const { slack, cluster, live } = await startBot({ policy: { start: { users: ['U0ALICE001'], usergroups: [] } } });

    const exchange = await slack.command('/influx', `token revoke ${live[0]?.id}`, {
      fields: { team_id: 'T0PARTNER1' },
    });

    expect((await exchange.answer()).plainText()).toContain('does not serve your workspace');
    expect(cluster.requests).toEqual([]);
    expect(slack.requests('users.info')).toEqual([]);
  });
});

describe('protected tokens and large plans', () => {
  test('a protected token stops the whole plan', async () => {
    const { slack, cluster, live } = await startBot({ policy: { protected: ['description:TELEGRAF: edge*1'] } });

    const answer = await planFor(slack, live.slice(0, 2));

    expect(answer.plainText()).toContain(`protects ${live[0]?.id.slice(0, 8)}`);
    expect(answer.buttons).toEqual([]);
    expect(cluster.deletes).toEqual([]);
  });

  test('a token that became protected by its description between plan and click is not revoked', async () => {
    const { slack, cluster, live } = await startBot({ policy: { protected: ['description:*do not revoke*'] } });
    const [token] = live;
    const plan = await planFor(slack, live.slice(0, 1));
    if (token) cluster.put({ ...token, description: `${token.description}, do not revoke` });

    const result = await confirm(slack, plan);

    expect(result.plainText()).toContain('Nothing was revoked.');
    expect(cluster.deletes).toEqual([]);
  });

  test('more tokens than the policy allows at once are refused by number', async () => {
    const { slack, live } = await startBot({ policy: { maxTokens: 2 } });

    const answer = await planFor(slack, live.slice(0, 3));

    expect(answer.plainText()).toContain('You asked for 3 tokens. The policy of this profile allows 2 at once.');
  });
});

describe('--force', () => {
  test('is refused where the policy does not name the person, and nothing is revoked', async () => {
    const { slack, cluster, live } = await startBot();

    const answer = await planFor(slack, live.slice(0, 1), '--force');

    expect(answer.plainText()).toContain('does not let you use --force');
    expect(cluster.deletes).toEqual([]);
  });

  test('revokes without a click where it does, tells the operator all and the channel no descriptions', async () => {
    const { slack, cluster, live, audit } = await startBot({ policy: { force: { users: ['U0ALICE001'] } } });
    const exchange = await slack.command('/influx', `token revoke —force ${live[0]?.id}`);

    const mine = await exchange.answer(
      (message) => message.ephemeralFor !== undefined && message.plainText().includes('1 revoked'),
    );
    const shared =
      slack.visibleTo('bob', '#incident-4711').at(-1) ??
      (await exchange.answer((message) => message.ephemeralFor === undefined));

    expect(mine.plainText()).toContain('telegraf');
    expect(shared.plainText()).toContain(`${cluster.deletes[0]?.slice(0, 8)}: revoked`);
    expect(shared.plainText()).not.toContain('telegraf');
    expect(cluster.deletes).toHaveLength(1);
    expect(audit().find(({ action }) => action === 'revocation confirmed')?.detail).toContain('"forced":true');
  });
});
