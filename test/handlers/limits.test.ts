import { expect, test } from 'vitest';
import { createFakeClock } from '../support/fake-clock.ts';
import { confirm, passing, planFor } from '../support/operator.ts';
import { startBot } from '../support/start-bot.ts';

test('a budget that cannot hold the plan is told at the plan; what it cannot hold waits, and can be stopped', async () => {
  const clock = createFakeClock();
  const { slack, cluster, live } = await startBot({ transport: 'socket', clock, limits: { revocationsPerHour: 2 } });
  const plan = await planFor(slack, live.slice(0, 3));
  await slack.click(plan, 'Revoke');
  const waiting = await passing(
    clock,
    plan.updated((version) => version.plainText().includes('Waiting: ')),
  );

  await slack.click(waiting, 'Stop the rest');
  const result = await passing(
    clock,
    plan.updated((version) => version.plainText().includes('Stopped by')),
  );

  expect(plan.plainText()).toContain('The hourly budget of this profile allows 2 more now.');
  expect(waiting.plainText()).toContain('the limits of this profile are reached');
  expect(result.plainText()).toContain('2 revoked, 1 not sent');
  expect(cluster.deletes).toHaveLength(2);
});

test('when the management token expires in the middle, the profile waits, says so, and goes on once it works', async () => {
  const clock = createFakeClock();
  const { slack, cluster, live } = await startBot({ transport: 'socket', clock });
  const plan = await planFor(slack, live.slice(0, 4));
  const expired = cluster.fault({ method: 'DELETE', times: Number.POSITIVE_INFINITY }, { kind: 'answer', status: 401 });
  await slack.click(plan, 'Revoke');
  const waiting = await passing(
    clock,
    plan.updated((version) => version.plainText().includes('Waiting: ')),
  );
  expired.remove();

  const result = await passing(
    clock,
    plan.updated((version) => version.plainText().includes('revoked ·')),
  );

  expect(waiting.plainText()).toContain('the management token of this profile is expired or wrong');
  expect(result.plainText()).toContain('4 revoked');
});

test('what still waits half an hour after the confirmation is not sent any more', async () => {
  const clock = createFakeClock();
  const { slack, cluster, live } = await startBot({ transport: 'socket', clock });
  const plan = await planFor(slack, live.slice(0, 2));
  cluster.fault({ method: 'DELETE', times: Number.POSITIVE_INFINITY }, { kind: 'answer', status: 401 });
  await slack.click(plan, 'Revoke');
  await passing(
    clock,
    plan.updated((version) => version.plainText().includes('Waiting: ')),
  );
  clock.step(31 * 60_000);

  const told = await passing(
    clock,
    slack.nextMessage(({ channel }) => channel.startsWith('D')),
  );

  expect(told.plainText()).toContain('2 not sent');
  expect(told.plainText()).toContain('too long after the confirmation');
  expect(told.plainText()).toMatch(/To do it by hand:\s+influxctl --profile 'default' token revoke \S+ \S+$/m);
});

test('a token that stays silent ends as unknown, in plain sight, with the line to look it up by hand', async () => {
  const clock = createFakeClock();
  const { slack, cluster, live } = await startBot({ transport: 'socket', clock });
  const [token] = live;
  const plan = await planFor(slack, live.slice(0, 1));
  cluster.fault(
    { tokenId: token?.id ?? '', method: 'DELETE', times: Number.POSITIVE_INFINITY },
    { kind: 'reset', applied: false },
  );

  await slack.click(plan, 'Revoke');
  const result = await passing(
    clock,
    plan.updated((version) => version.plainText().includes('1 unknown')),
  );

  expect(result.plainText()).toContain('1 token needs attention:');
  expect(result.plainText()).toContain(`token revoke ${token?.id}`);
});

test('--debug adds status, attempts, milliseconds and the reference of each request', async () => {
  const { slack, cluster, live } = await startBot();

  const result = await confirm(slack, await planFor(slack, live.slice(0, 1), '--debug'));

  const request = cluster.requests.at(-1)?.headers['x-request-id'];
  expect(result.plainText()).toMatch(/revoked \[HTTP 204, 1 attempt, \d+ ms, [0-9a-f]{8}-[0-9a-f]{8}-1\]/);
  expect(result.plainText()).toContain(`${request}]`);
});

test('--timeout bounds one token over all its attempts', async () => {
  const clock = createFakeClock();
  const { slack, cluster, live } = await startBot({ transport: 'socket', clock });
  const plan = await planFor(slack, live.slice(0, 1), '--timeout 2s');
  cluster.fault({ method: 'DELETE', times: Number.POSITIVE_INFINITY }, { kind: 'answer', status: 503 });

  await slack.click(plan, 'Revoke');
  const result = await passing(
    clock,
    plan.updated((version) => version.plainText().includes('1 failed')),
  );

  expect(result.plainText()).toContain('failed');
  expect(cluster.deletes.length).toBeLessThan(5);
});
