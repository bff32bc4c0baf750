import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Arena, openArena } from '../chaos/arena.ts';
import { revokePersistently } from './persistent-operator.ts';
import { freshTokens } from './tokens.ts';

/** Real processes that mostly wait, so several at once. */
describe.concurrent('a bot', () => {
  test('whose event loop stood still for longer than Slack waits does what was clicked once', {
    timeout: 120_000,
  }, async () => {
    await using arena = await openArena();
    const { workspace, cluster } = arena;
    const [bot] = arena.bots;
    const [token] = freshTokens(1);
    if (token) cluster.put(token);
    const command = await workspace.slack.command('/influx', `token revoke ${token?.id}`);
    const plan = await command.answer((message) => message.buttons.length > 0);

    bot?.freeze();
    const late = await workspace.slack.click(plan, 'Revoke');
    bot?.thaw();
    await workspace.slack.click(plan, 'revoke_plan', { stale: true });
    await workspace.message((message) => message.plainText().includes('1 revoked'));

    expect(late.ack.error).toBe('operation_timeout');
    expect(cluster.deletes).toEqual([token?.id]);
  });

  test('whose disk is full accepts nothing, says so, and goes on once there is room', {
    timeout: 120_000,
  }, async () => {
    await using arena = await openArena();
    const { workspace, cluster, operators } = arena;
    const [bot] = arena.bots;
    const [token] = freshTokens(1);
    if (token) cluster.put(token);
    await bot?.fillDisk(true);

    const refused = await fillUntilRefused(arena);
    const deletesMeanwhile = cluster.deletes.length;
    await bot?.fillDisk(false);
    const { result } = await revokePersistently(workspace, [token?.id ?? ''], { user: operators[0] ?? '' });

    expect(refused).toContain('Something went wrong in the bot');
    expect(deletesMeanwhile).toBe(0);
    expect(result.plainText()).toContain('1 revoked');
  });

  test('whose gateway stands still in the middle starts another, and every token has its outcome', {
    timeout: 120_000,
  }, async () => {
    await using arena = await openArena();
    const { workspace, cluster } = arena;
    const tokens = freshTokens(3);
    cluster.put(...tokens);
    cluster.latencyMs = 100;
    cluster.onRequest(({ method }) => {
      const pid = arena.bots[0]?.gatewayPid;
      if (method === 'DELETE' && pid && cluster.deletes.length === 0) process.kill(pid, 'SIGSTOP');
    });

    const { result } = await revokePersistently(
      workspace,
      tokens.map(({ id }) => id),
    );

    expect(result.plainText()).toContain('3 revoked');
  });
});

/** The store has a little room left in the pages it has: asks until there is none. */
async function fillUntilRefused({ workspace }: Arena): Promise<string> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { ack } = await workspace.slack.command('/influx', `token revoke --reason ${tries} ${randomUUID()}`, {
      channel: `#${tries % 2 ? 'general' : 'incident-4711'}`,
    });
    if (ack.body.includes('Something went wrong')) return ack.body;
  }
  throw new Error('the disk never became full');
}
