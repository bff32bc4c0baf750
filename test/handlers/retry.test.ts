import { describe, expect, test } from 'vitest';
import type { Message } from '../../sandbox/slack/message.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { passing, planFor, resultOf } from '../support/operator.ts';
import { type Running, startBot } from '../support/start-bot.ts';

/** A result in which the second of three tokens failed, and how to mend the cluster. */
async function withAFailure(): Promise<{
  running: Running;
  clock: FakeClock;
  result: Message;
  failed: string;
  mend: () => void;
}> {
  const clock = createFakeClock();
  const running = await startBot({ clock, transport: 'socket' });
  const { slack, cluster, live } = running;
  const tokens = live.slice(0, 3);
  const failed = tokens[1]?.id ?? '';
  const times = Number.POSITIVE_INFINITY;
  const fault = cluster.fault({ method: 'DELETE', tokenId: failed, times }, { kind: 'answer', status: 503 });
  const click = await slack.click(await planFor(slack, tokens, '--reason leaked --debug'), 'Revoke');
  const mend = () => fault.remove();
  return { running, clock, result: await passing(clock, resultOf(click)), failed, mend };
}

describe('Retry', () => {
  test('makes a new plan of exactly what failed, with its reason, which is confirmed like any other', async () => {
    const { running, result, failed, mend } = await withAFailure();
    const { slack, cluster } = running;
    mend();
    const before = cluster.deletes.length;

    const plan = await (await slack.click(result, 'Retry this one')).answer();
    const second = await resultOf(await slack.click(plan, 'Revoke'));

    expect(result.plainText()).toContain('2 revoked, 1 failed');
    expect(plan.plainText()).toContain('1 token will be revoked');
    expect(plan.plainText()).toContain(failed.slice(0, 8));
    expect(plan.plainText()).toContain('leaked');
    expect(second.plainText()).toContain('1 revoked');
    expect(second.buttons.map(({ text }) => text)).toEqual(['Share in channel']);
    expect(cluster.deletes.slice(before)).toEqual([failed]);
    expect(result.latest?.plainText()).toBe(result.plainText());
  });

  test('pressed twice shows one plan, and revokes nothing by itself', async () => {
    const { running, result } = await withAFailure();
    const { slack, cluster } = running;
    const before = cluster.deletes.length;

    await (await slack.click(result, 'Retry')).answer();
    const again = await (await slack.click(result, 'Retry')).answer();

    expect(again.plainText()).toContain('that plan is still open');
    expect(cluster.deletes).toHaveLength(before);
  });

  test('is the operator’s alone, and takes nothing from the click but the plan', async () => {
    const { running, result } = await withAFailure();
    const { slack, live, audit } = running;
    const value = result.buttons.find(({ actionId }) => actionId === 'retry_tokens')?.value;
    const press = async (user: string, carried: unknown) => {
      const actions = [{ type: 'button', action_id: 'retry_tokens', value: carried }];
      return (await slack.clickRaw({ actions }, { user })).answer();
    };

    const foreign = await press('carol', value);
    const forged = await press('alice', `${value} ${live[5]?.id}`);

    expect(foreign.plainText()).toBe('Only the person who asked can do this.');
    expect(forged.plainText()).toContain('does not know this plan');
    expect(audit().filter(({ action }) => action === 'click refused')).toHaveLength(2);
  });

  test('is refused while the revocation runs, and where nothing is left over', async () => {
    const { slack, cluster, live } = await startBot();
    const plan = await planFor(slack, live.slice(0, 1));
    const actions = [{ type: 'button', action_id: 'retry_tokens', value: plan.buttons[0]?.value }];
    cluster.latencyMs = 500;

    const click = await slack.click(plan, 'Revoke');
    const early = await (await slack.clickRaw({ actions })).answer();
    const result = await resultOf(click);
    const late = await (await slack.clickRaw({ actions })).answer();

    expect(early.plainText()).toContain('This revocation still runs.');
    expect(late.plainText()).toContain('Nothing is left over');
    expect(result.buttons.map(({ text }) => text)).toEqual(['Share in channel']);
  });

  test('asks the policy again: who was taken off the list meanwhile revokes nothing', async () => {
    const { running, clock, result } = await withAFailure();
    const { slack } = running;
    slack.workspace.removeFromGroup('alice', 'oncall');
    clock.advance(31_000);

    const answer = await (await slack.click(result, 'Retry')).answer();

    expect(answer.plainText()).toContain('You are not on the list');
    expect(answer.buttons.filter(({ style }) => style === 'danger')).toEqual([]);
  });
});
