import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../support/fake-clock.ts';
import { confirm, passing, planFor } from '../support/operator.ts';
import { startBot } from '../support/start-bot.ts';

const FOR_EVER = Number.POSITIVE_INFINITY;

describe('a result that Slack does not take', () => {
  test.each([
    ['429 without a time', { retryAfter: 'none' as const }],
    ['429 for half a minute', { retryAfter: 30 }],
    ['429 for a day', { retryAfter: 86_400 }],
  ])('after %s comes again within a minute, and says so', async (_name, fault) => {
    const clock = createFakeClock();
    const { slack, live } = await startBot({ transport: 'socket', clock });
    const plan = await planFor(slack, live.slice(0, 1));
    // The first message after the click says that it is being checked.
    slack.fault({ method: 'response_url' }, {});
    slack.fault({ method: 'response_url' }, fault);
    const clickedAt = clock.now().getTime();

    await slack.click(plan, 'Revoke');
    const result = await passing(
      clock,
      plan.updated((version) => version.plainText().includes('Sent again')),
    );

    expect(result.plainText()).toContain('1 revoked');
    expect(clock.now().getTime() - clickedAt).toBeLessThan(60_000);
  });

  test.each([
    ['no answer', { hang: true as const }],
    ['half an answer', { stall: true as const }],
  ])('with %s is given up and comes again', async (_name, fault) => {
    const { slack, live } = await startBot({ transport: 'socket' });
    const plan = await planFor(slack, live.slice(0, 1));
    slack.fault({ method: 'response_url' }, {});
    slack.fault({ method: 'response_url' }, fault);

    const click = await slack.click(plan, 'Revoke');
    const result = await click.answer((message) => message.plainText().includes('Sent again'));

    expect(result.plainText()).toContain('1 revoked');
  });

  test('for half an hour comes by direct message, for its address has grown too old', async () => {
    const clock = createFakeClock();
    const { slack, live } = await startBot({ transport: 'socket', clock });
    const plan = await planFor(slack, live.slice(0, 1));
    slack.fault({ method: 'response_url', times: FOR_EVER }, { status: 503 });
    await slack.click(plan, 'Revoke');
    await expect.poll(() => slack.requests('response_url').length).toBeGreaterThan(2);

    clock.advance(31 * 60_000);
    await passing(
      clock,
      expect.poll(() => slack.directMessages('alice').length, { timeout: 9_000 }).toBeGreaterThan(0),
    );

    expect(slack.directMessages('alice')[0]?.plainText()).toContain('1 revoked');
  });
});

test('Socket Mode hears again after its connection froze', async () => {
  const { slack, live } = await startBot({ transport: 'socket' });

  slack.freezeSockets();
  await expect.poll(() => slack.connections, { timeout: 25_000 }).toBe(1);
  const result = await confirm(slack, await planFor(slack, live.slice(0, 1)));

  expect(result.plainText()).toContain('1 revoked');
});

describe('a token that Slack takes back while the bot runs', () => {
  test('of the app ends it, rather than being alive and deaf, and says what to do', async () => {
    const { bot, slack } = await startBot({ transport: 'socket' });
    slack.fault({ method: 'apps.connections.open', times: FOR_EVER }, { error: 'token_revoked' });

    slack.disconnectSockets('drop');

    await expect(bot.rejected).rejects.toThrow(/^Slack rejects SLACK_APP_TOKEN \(token_revoked\)\. Set it to/);
    expect(bot.connected()).toBe(false);
  });

  test.each(['http', 'socket'] as const)(
    'of the bot ends it over %s, without a storm of questions',
    async (transport) => {
      const { bot, slack, cluster, live } = await startBot({ transport });
      slack.fault({ method: 'users.info', times: FOR_EVER }, { error: 'token_revoked' });
      slack.fault({ method: 'usergroups.users.list', times: FOR_EVER }, { error: 'token_revoked' });
      slack.fault({ method: 'auth.test', times: FOR_EVER }, { error: 'token_revoked' });
      const asked = slack.requests('auth.test').length;

      await slack.command('/influx', `token revoke ${live[0]?.id}`);

      await expect(bot.rejected).rejects.toThrow(/^Slack rejects SLACK_BOT_TOKEN \(token_revoked\)\. Set it to/);
      expect(slack.requests('auth.test').length - asked).toBeLessThanOrEqual(2);
      expect(cluster.requests).toEqual([]);
    },
  );

  test('is not made out from one method that Slack refuses', async () => {
    const { bot, slack, live } = await startBot();
    slack.fault({ method: 'users.info' }, { error: 'no_permission' });
    const refused = await (await slack.command('/influx', `token revoke ${live[0]?.id}`)).answer();

    const plan = await planFor(slack, live.slice(1, 2));

    expect(refused.plainText()).toContain('Nothing was revoked');
    expect(plan.buttons.map(({ text }) => text)).toContain('Revoke 1 token');
    expect(bot.connected()).toBe(true);
  });
});

test('slash spam of one person is refused, and others are served meanwhile', async () => {
  const { slack, cluster, live } = await startBot();
  const ids = Array.from({ length: 40 }, () => randomUUID());
  const readings = ids.map((tokenId) => cluster.fault({ method: 'GET', tokenId }, { kind: 'hang' }));
  const spam = await Promise.all(ids.map((id) => slack.command('/influx', `token revoke ${id}`, { user: 'alice' })));

  const other = await slack.command('/influx', `token revoke ${live[0]?.id}`, { user: 'carol' });
  const plan = await other.answer();
  for (const reading of readings) reading.release();

  expect(plan.buttons.map(({ text }) => text)).toContain('Revoke 1 token');
  expect(spam.every(({ ack }) => ack.status === 200)).toBe(true);
  expect(spam.some(({ ack }) => ack.body.includes('Nothing was accepted'))).toBe(true);
  expect(cluster.deletes).toEqual([]);
});
