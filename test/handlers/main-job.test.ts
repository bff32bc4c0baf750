import { describe, expect, test } from 'vitest';
import { confirm, planFor } from '../support/operator.ts';
import { startBot } from '../support/start-bot.ts';

describe.each(['http', 'socket'] as const)('the main job over %s', (transport) => {
  test('shows a plan, revokes after the click, and says what became of each token', async () => {
    const { slack, cluster, live, audit } = await startBot({ transport });
    const [first, second] = [live[0], live[1]];

    const plan = await planFor(slack, live.slice(0, 2), '--reason "leaked in CI"');
    const result = await confirm(slack, plan);

    expect(plan.ephemeralFor).toBe(slack.workspace.person('alice').id);
    expect(plan.buttons.map(({ text, style }) => [text, style])).toEqual([
      ['Revoke 2 tokens', 'danger'],
      ['Cancel', undefined],
    ]);
    expect(plan.plainText()).toContain('Revoking is immediate and cannot be undone.');
    expect(plan.plainText()).toContain('leaked in CI');
    expect(result.plainText()).toContain('2 revoked');
    expect(result.plainText()).toContain(`${first?.description} ${first?.id.slice(0, 8)}: revoked`);
    expect(result.plainText()).toContain(`token create --write-database 'sensors' '${second?.description}'`);
    expect(result.plainText()).toContain('clients that used these tokens need a new one');
    expect(result.ts).toBe(plan.ts);
    expect(result.buttons.map(({ text }) => text)).toEqual(['Share in channel']);
    expect(cluster.deletes.toSorted()).toEqual([first?.id, second?.id].toSorted());
    expect(audit().map(({ action }) => action)).toContain('revocation finished');
  });

  test('acknowledges commands and clicks with nothing but 200, well before Slack gives up', async () => {
    const { slack, live } = await startBot({ transport });

    const command = await slack.command('/influx', `token revoke ${live[0]?.id}`);
    const click = await slack.click(await command.answer(), 'Revoke');

    for (const { ack } of [command, click]) expect(ack).toMatchObject({ status: 200, error: undefined });
  });

  test('answers every subcommand', async () => {
    const { slack } = await startBot({ transport });
    const say = async (text: string) => (await (await slack.command('/influx', text)).answer()).plainText();

    expect(await say('version')).toMatch(/^influx-chatops \d/);
    expect(await say('whoami')).toMatch(
      /U0ALICE001.+T0EXAMPLE1.+\n\n• default: you may revoke tokens, not with --force, by the rule start\.usergroups S0ONCALL01/s,
    );
    for (const text of ['help', '', '--help', 'help token revoke', 'token revoke -h', 'help token delete'])
      expect(await say(text)).toContain('/influx token revoke');
    expect(await say('token revok')).toContain('token revoke');
    expect(await say('token list')).toMatch(/1–10 of \d+ tokens/);
  });

  test('cancels when asked to, and revokes nothing', async () => {
    const { slack, cluster, live } = await startBot({ transport });
    const plan = await planFor(slack, live.slice(0, 1));

    const answer = await (await slack.click(plan, 'Cancel')).answer();

    expect(answer.plainText()).toContain('Cancelled. Nothing was revoked.');
    expect(answer.buttons).toEqual([]);
    expect(answer.ts).toBe(plan.ts);
    expect(cluster.deletes).toEqual([]);
  });
});

test('keeps apart what will not be touched, and has no red button when nothing is left', async () => {
  const { slack, cluster } = await startBot();
  const revoked = cluster.tokens.find(({ revokedAt }) => revokedAt);
  const unknown = { id: '00000000-0000-4000-8000-000000000000' };

  const plan = await planFor(slack, [{ id: revoked?.id ?? '' }, unknown]);

  expect(plan.plainText()).toContain('There is nothing to revoke.');
  expect(plan.plainText()).toContain('2 tokens will not be touched');
  expect(plan.plainText()).toContain(`${unknown.id}: unknown to the cluster`);
  expect(plan.buttons).toEqual([]);
});

test('leaves out what is in doubt and goes on when a token fails', async () => {
  const { slack, cluster, live } = await startBot();
  const [first, second, third] = live;
  cluster.fault(
    { method: 'DELETE', tokenId: second?.id ?? '', times: Number.POSITIVE_INFINITY },
    { kind: 'answer', status: 403 },
  );

  const result = await confirm(slack, await planFor(slack, live.slice(0, 3)));

  expect(result.plainText()).toContain('2 revoked, 1 refused');
  expect(result.plainText()).toContain(`${second?.id.slice(0, 8)}: refused (the cluster forbids it for this token)`);
  expect(cluster.deletes.toSorted()).toEqual([first?.id, second?.id, third?.id].toSorted());
});

test('makes no plan when the cluster rejects the management token, and says whose problem that is', async () => {
  const { slack, cluster, live } = await startBot();
  cluster.managementTokens.clear();

  const answer = await planFor(slack, live.slice(0, 1));

  expect(answer.plainText()).toContain('rejected the bot’s own management token for default'.replace('’', "'"));
  expect(answer.buttons).toEqual([]);
});

test('takes a hundred tokens in one command, and refuses one more by name of the limit', async () => {
  const tokens = Array.from({ length: 101 }, (_, n) => ({
    id: `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
    description: `bulk ${n}`,
    permissions: [{ action: 'write', resource: `db${n}` }],
    createdAt: '2026-01-01T00:00:00Z',
  }));
  const { slack, cluster } = await startBot({ cluster: { tokens } });

  const refused = await planFor(slack, tokens);
  const result = await confirm(slack, await planFor(slack, tokens.slice(0, 100)));

  expect(refused.plainText()).toMatch(/101.*100/s);
  expect(result.plainText()).toContain('100 revoked');
  for (const { id, description } of tokens.slice(0, 100)) {
    expect(result.plainText()).toContain(`${id.slice(0, 8)} ${description}: revoked`);
    expect(result.plainText()).toContain(` '${description}'`);
  }
  expect(new Set(cluster.deletes).size).toBe(100);
});

test('works the same on Cloud Dedicated', async () => {
  const { slack, cluster, live } = await startBot({ cluster: { product: 'dedicated' } });

  const result = await confirm(slack, await planFor(slack, live.slice(0, 1)));

  expect(result.plainText()).toContain('1 revoked');
  expect(cluster.requests.at(-1)?.path).toBe(
    `/api/v0/accounts/sandbox-account/clusters/sandbox-cluster/tokens/${live[0]?.id ?? cluster.deletes[0]}`,
  );
});

test('never writes a secret anywhere', async () => {
  const { slack, log, audit } = await startBot();
  const secret = `apiv1_${'Zm9vYmFy'.repeat(8)}`;

  const answer = await (await slack.command('/influx', `token revoke ${secret}`)).answer();

  expect(answer.plainText()).toContain('looks like a secret');
  expect(JSON.stringify([answer.text, answer.blocks, log, audit()])).not.toContain(secret);
});

test('serves ten operators at once, also where the gateway can only do little at a time', async () => {
  const { slack, cluster, live } = await startBot({ limits: { concurrency: 1 } });
  cluster.latencyMs = 5;

  const plans = await Promise.all(Array.from({ length: 10 }, (_, n) => planFor(slack, live.slice(0, 10 + n))));

  for (const plan of plans) expect(plan.plainText()).not.toContain('will not be touched');
});
