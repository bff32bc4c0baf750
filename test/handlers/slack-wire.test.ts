import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../support/fake-clock.ts';
import { confirm, passing, planFor } from '../support/operator.ts';
import { startBot } from '../support/start-bot.ts';

const COMMAND = new URLSearchParams({
  command: '/influx',
  text: 'version',
  user_id: 'U0ALICE001',
  team_id: 'T0EXAMPLE1',
  channel_id: 'C0INC04711',
  trigger_id: '1.2.3',
  response_url: 'http://127.0.0.1:9/response/1',
}).toString();

describe('signed requests', () => {
  const minutes = (number: number) => new Date(Date.now() + number * 60_000);

  test.each([
    ['a bad signature', { headers: { 'x-slack-signature': `v0=${'0'.repeat(64)}` } }],
    ['no signature', { headers: { 'x-slack-signature': '' } }],
    ['a stale timestamp', { signedAt: minutes(-6) }],
    ['a timestamp from the future', { signedAt: minutes(6) }],
  ])('%s is refused', async (_name, options) => {
    const { slack, audit } = await startBot();

    const ack = await slack.deliverRaw(COMMAND, options);

    expect(ack.status).toBe(401);
    expect(audit()).toEqual([]);
  });

  test('a charset that a proxy added does no harm', async () => {
    const { slack } = await startBot();

    const ack = await slack.deliverRaw(COMMAND, {
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    });

    expect(ack.status).toBe(200);
    expect(ack.body).toContain('influx-chatops');
  });

  test('fields given twice are refused', async () => {
    const { slack } = await startBot();

    const ack = await slack.deliverRaw(`${COMMAND}&text=token+revoke&user_id=U0BOB00001`);

    expect(ack.body).toContain('not as Slack sends them');
  });

  test('a body above a mebibyte is refused', async () => {
    const { slack } = await startBot();

    const ack = await slack.deliverRaw(`${COMMAND}&padding=${'x'.repeat(1_100_000)}`);

    expect([413, 0]).toContain(ack.status);
  });
});

describe('Slack going wrong', () => {
  test.each([
    ['answers 500', { status: 500 }],
    ['answers 429', { retryAfter: 1 }],
    ['cuts the connection', { reset: true as const }],
    ['loses its reply', { lostReply: true as const }],
    ['answers a page that is not its own', { invalidJson: true as const }],
  ])('a result is sent again when Slack %s, and says so', async (_name, fault) => {
    const clock = createFakeClock();
    const { slack, cluster, live } = await startBot({ transport: 'socket', clock });
    const plan = await planFor(slack, live.slice(0, 1));
    // The first message after the click is “checking”; the second is the result.
    slack.fault({ method: 'response_url' }, {});
    slack.fault({ method: 'response_url' }, fault);

    await slack.click(plan, 'Revoke');
    const result = await passing(
      clock,
      plan.updated((version) => version.plainText().includes('Sent again')),
    );

    expect(result.plainText()).toContain('1 revoked');
    expect(cluster.deletes).toHaveLength(1);
  });

  test('Slack never delays a revocation: with every answer hanging, the tokens are gone', async () => {
    const { slack, cluster, live } = await startBot();
    const plan = await planFor(slack, live.slice(0, 3));
    slack.fault({ method: 'response_url', times: Number.POSITIVE_INFINITY }, { hang: true });

    await slack.click(plan, 'Revoke');

    await expect.poll(() => cluster.deletes.length, { timeout: 4_000 }).toBe(3);
  });

  test.each(['drop', 'warning', 'refresh_requested', 'link_disabled'] as const)(
    'Socket Mode is heard again after %s',
    async (reason) => {
      const { slack, live } = await startBot({ transport: 'socket' });

      slack.disconnectSockets(reason);
      await expect.poll(() => slack.connections, { timeout: 9_000 }).toBe(1);
      const result = await confirm(slack, await planFor(slack, live.slice(0, 1)));

      expect(result.plainText()).toContain('1 revoked');
    },
  );

  test('Socket Mode is heard again after Slack was down', async () => {
    const { slack } = await startBot({ transport: 'socket' });
    await slack.goDown();
    await slack.comeBack();

    await expect.poll(() => slack.connections, { timeout: 9_000 }).toBe(1);
  });
});
