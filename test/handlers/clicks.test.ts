import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../support/fake-clock.ts';
import { confirm, planFor, resultOf } from '../support/operator.ts';
import { startBot } from '../support/start-bot.ts';

describe('invariant 4: a plan is confirmed at most once, ever', () => {
  test('fifty identical clicks at once make one revocation', async () => {
    const { slack, cluster, live, audit } = await startBot();
    const plan = await planFor(slack, live.slice(0, 1));

    const clicks = await Promise.all(Array.from({ length: 50 }, () => slack.click(plan, 'Revoke', { stale: true })));
    await plan.updated((version) => version.plainText().includes('1 revoked'));

    expect(clicks.map(({ ack }) => ack.status)).toEqual(Array.from({ length: 50 }, () => 200));
    expect(cluster.deletes).toEqual([live[0]?.id ?? cluster.deletes[0]]);
    expect(audit().filter(({ action }) => action === 'revocation confirmed')).toHaveLength(1);
  });

  test('of a confirmation and a cancellation at once one wins, and the other reads who was faster', async () => {
    const { slack, cluster, live } = await startBot();
    const plan = await planFor(slack, live.slice(0, 1));

    const [confirmed, cancelled] = await Promise.all([
      slack.click(plan, 'Revoke'),
      slack.click(plan, 'Cancel', { stale: true }),
    ]);
    const texts = [(await resultOf(confirmed)).plainText(), (await resultOf(cancelled)).plainText()].join('\n');

    expect(texts).toMatch(/already (confirmed|cancelled) by @alice/);
    expect(cluster.deletes).toHaveLength(texts.includes('already confirmed') ? 1 : 0);
  });

  test('the same request replayed has one effect and says nothing, also after a restart', async () => {
    const running = await startBot();
    const { slack, cluster } = running;
    const [token] = running.live;
    const plan = await planFor(slack, [token ?? { id: '' }]);
    const click = await slack.click(plan, 'Revoke');
    await resultOf(click);

    const replayed = await slack.redeliver(click);
    await running.restart();
    const afterRestart = await slack.redeliver(click);

    expect([replayed.ack.status, afterRestart.ack.status]).toEqual([200, 200]);
    expect(cluster.deletes).toEqual([token?.id]);
    expect(slack.visibleTo('alice')).toHaveLength(1);
  });

  test('a plan shown before a restart is confirmed after it, once', async () => {
    const running = await startBot();
    const { slack, cluster, live } = running;
    const plan = await planFor(slack, live.slice(0, 1));
    await running.restart();

    const result = await confirm(slack, plan);
    const again = await (await slack.click(plan, 'Revoke', { stale: true })).answer();

    expect(result.plainText()).toContain('1 revoked');
    expect(again.plainText()).toContain('already confirmed by @alice');
    expect(again.ts).not.toBe(plan.ts);
    expect(cluster.deletes).toHaveLength(1);
  });
});

describe('invariant 3: no revocation without an unexpired plan, confirmed by whoever asked', () => {
  test('a plan expires to the millisecond, and offers a new one with the same tokens', async () => {
    const clock = createFakeClock();
    const { slack, cluster, live } = await startBot({ transport: 'socket', clock });
    const plan = await planFor(slack, live.slice(0, 1));
    clock.step(15 * 60_000);

    const expired = await (await slack.click(plan, 'Revoke')).answer();
    const anew = await (await slack.click(expired, 'New plan')).answer((message) =>
      message.buttons.some(({ text }) => text.startsWith('Revoke')),
    );
    const result = await confirm(slack, anew);

    expect(expired.plainText()).toContain('This plan has expired. Nothing was revoked.');
    expect(result.plainText()).toContain('1 revoked');
    expect(cluster.deletes).toHaveLength(1);
  });

  test('a plan can be confirmed until the millisecond before', async () => {
    const clock = createFakeClock();
    const { slack, live } = await startBot({ transport: 'socket', clock });
    const plan = await planFor(slack, live.slice(0, 1));
    clock.step(15 * 60_000 - 1_000);

    const result = await confirm(slack, plan);

    expect(result.plainText()).toContain('1 revoked');
  });

  test('invariant 14: a clock set back an hour does not revive an expired plan', async () => {
    const clock = createFakeClock();
    const { slack, cluster, live } = await startBot({ transport: 'socket', clock });
    const plan = await planFor(slack, live.slice(0, 1));
    clock.advance(16 * 60_000);
    clock.step(-3_600_000);

    const answer = await (await slack.click(plan, 'Revoke')).answer();

    expect(answer.plainText()).toContain('expired');
    expect(cluster.deletes).toEqual([]);
  });

  test('refuses a confirmation from anyone but the operator who asked', async () => {
    const { slack, cluster, live, audit } = await startBot();
    const plan = await planFor(slack, live.slice(0, 1));
    const value = plan.buttons[0]?.value;

    const click = await slack.clickRaw(
      { actions: [{ type: 'button', action_id: 'revoke_plan', block_id: 'b', value, action_ts: '1' }] },
      { user: 'carol' },
    );
    const answer = await click.answer();

    expect(answer.plainText()).toBe('Only the person who asked can confirm this.');
    expect(cluster.deletes).toEqual([]);
    expect(audit().at(-1)).toMatchObject({ action: 'click refused', actor: slack.workspace.person('carol').id });
  });

  test('refuses somebody who left the group between the command and the click', async () => {
    const clock = createFakeClock();
    const { slack, cluster, live, audit } = await startBot({ transport: 'socket', clock });
    const plan = await planFor(slack, live.slice(0, 1));
    slack.workspace.removeFromGroup('alice', 'oncall');
    clock.step(31_000);

    const result = await confirm(slack, plan);

    expect(result.plainText()).toContain('You are not on the list of people who may revoke tokens of this profile.');
    expect(result.plainText()).toContain('Nothing was revoked.');
    expect(cluster.deletes).toEqual([]);
    expect(audit().at(-1)?.action).toBe('plan refused');
  });
});

describe('invariant 5: from a click nothing is used but the plan’s ID', () => {
  const button = { type: 'button', action_id: 'revoke_plan', block_id: 'b', action_ts: '1' };

  test.each([
    ['a value that is no plan', { actions: [{ ...button, value: 'x' }] }],
    ['a plan nobody made', { actions: [{ ...button, value: 'f'.repeat(32) }] }],
    ['token IDs in the value', { actions: [{ ...button, value: 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73' }] }],
  ])('%s revokes nothing and is answered', async (_name, payload) => {
    const { slack, cluster } = await startBot();

    const answer = await (await slack.clickRaw(payload)).answer();

    expect(answer.plainText()).toContain('does not know this plan');
    expect(cluster.requests).toEqual([]);
  });

  test.each([
    [
      'two actions at once',
      {
        actions: [
          { ...button, value: 'f'.repeat(32) },
          { ...button, value: 'e'.repeat(32) },
        ],
      },
    ],
    ['no value', { actions: [button] }],
    ['a list for a value', { actions: [{ ...button, value: ['f'.repeat(32)] }] }],
    ['a user that is no user', { user: { id: 'nobody' }, actions: [{ ...button, value: 'f'.repeat(32) }] }],
    ['no trigger', { trigger_id: undefined, actions: [{ ...button, value: 'f'.repeat(32) }] }],
  ])('%s is refused, audited and answered', async (_name, payload) => {
    const { slack, cluster, audit } = await startBot();

    const click = await slack.clickRaw(payload);
    const answer = await click.answer();

    expect(click.ack.status).toBe(200);
    expect(answer.plainText()).toContain('not as Slack sends them');
    expect(audit().at(-1)?.action).toBe('request refused');
    expect(cluster.requests).toEqual([]);
  });
});

describe('invariant 17: nothing is silently ignored', () => {
  test('an action nobody knows is answered', async () => {
    const { slack } = await startBot();

    const answer = await (
      await slack.clickRaw({
        actions: [{ type: 'button', action_id: 'of_a_later_version', value: 'x', block_id: 'b', action_ts: '1' }],
      })
    ).answer();

    expect(answer.plainText()).toContain('does not know this button');
  });

  test('a command nobody knows is answered', async () => {
    const { slack } = await startBot();

    const answer = await (await slack.command('/other', 'anything')).answer();

    expect(answer.plainText()).toContain('does not know this command');
  });

  test('a dialog nobody knows is acknowledged', async () => {
    const { slack } = await startBot();
    const payload = {
      type: 'view_submission',
      team: { id: 'T0EXAMPLE1' },
      user: { id: 'U0ALICE001' },
      trigger_id: 't',
      view: { id: 'V1', callback_id: 'unknown', blocks: [], state: { values: {} } },
    };

    const ack = await slack.deliverRaw(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());

    expect(ack.status).toBe(200);
  });
});

test('tells the second of two plans which revocation has its token', async () => {
  const { slack, cluster, live } = await startBot();
  const [first, second, third] = live;
  const slow = cluster.fault({ method: 'DELETE', tokenId: first?.id ?? '' }, { kind: 'hang' });
  const one = await planFor(slack, live.slice(0, 2));
  const other = await planFor(
    slack,
    [first, third].filter((token) => token !== undefined),
    '--reason again',
  );
  const firstClick = await slack.click(one, 'Revoke');
  await one.updated((version) => version.plainText().includes('Running: '));

  const third_ = await planFor(slack, [first ?? { id: '' }], '--reason third');
  const result = await confirm(slack, other);
  slow.release();
  await resultOf(firstClick);

  const reference = /R-[0-9a-f]{8}/.exec(one.plainText())?.[0] ?? 'no reference';
  expect(third_.plainText()).toContain(`being revoked by ${reference}`);
  expect(result.plainText()).toContain(`not sent (revocation ${reference} has it)`);
  expect(result.plainText()).toContain('1 revoked');
  expect(cluster.deletes.filter((id) => id === first?.id)).toHaveLength(1);
  expect(second && cluster.deletes.includes(second.id)).toBe(true);
});

test('shows the same plan when the same is asked again within a minute', async () => {
  const { slack, live } = await startBot();
  const plan = await planFor(slack, live.slice(0, 2));

  const again = await planFor(slack, live.slice(0, 2).toReversed(), '--reason another --timeout 30s');

  expect(again.buttons[0]?.value).toBe(plan.buttons[0]?.value);
  expect(again.plainText()).toContain('This is that plan again, with its reason and options as they were.');
});

test('stops the rest when asked to', async () => {
  const { slack, cluster, live } = await startBot({ profile: { concurrency: 1 }, limits: { concurrency: 1 } });
  const tokens = live.slice(0, 6);
  const slow = cluster.fault({ method: 'DELETE' }, { kind: 'hang' });
  const plan = await planFor(slack, tokens);
  await slack.click(plan, 'Revoke');
  const running = await plan.updated((version) => version.plainText().includes('Running: '));

  const stop = await slack.click(running, 'Stop the rest');
  slow.release();
  const result = await plan.updated((version) => version.plainText().includes('Stopped by'));

  expect(stop.ack.status).toBe(200);
  expect(result.plainText()).toContain('Stopped by @alice');
  expect(result.plainText()).toMatch(/To do it by hand:\s+influxctl --profile 'default' token revoke /);
  expect(cluster.deletes.length).toBeLessThan(tokens.length);
});

test('goes on and tells by direct message when the response URL is gone', async () => {
  const clock = createFakeClock();
  const { slack, cluster, live } = await startBot({ transport: 'socket', clock });
  const slow = cluster.fault({ method: 'DELETE' }, { kind: 'hang' });
  const plan = await planFor(slack, live.slice(0, 1));
  await slack.click(plan, 'Revoke');
  await expect.poll(() => cluster.deletes.length).toBe(1);
  clock.step(30 * 60_000 - 5_000);
  clock.step(6_000);

  slow.release();
  const message = await slack.nextMessage((one) => one.channel.startsWith('D'));

  expect(message.plainText()).toContain('1 revoked');
});
