import { expect, test } from 'vitest';
import type { Exchange } from '../../sandbox/slack/exchange.ts';
import { confirm, planFor, resultOf } from '../support/operator.ts';
import { startBot } from '../support/start-bot.ts';

const BOB = 'U0BOB00001';
const FREEZERS = { bot: { freeze: { users: [BOB], usergroups: [] } } };

const manyTokens = Array.from({ length: 100 }, (_, number) => ({
  id: `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
  description: `bulk ${number}`,
  permissions: [{ action: 'write', resource: 'metrics' }],
  createdAt: '2026-01-01T00:00:00Z',
}));

async function textOf(exchange: Exchange): Promise<string> {
  return (await exchange.answer()).plainText();
}

test('invariant 18: frozen in the middle of a hundred tokens, no request leaves a second later, and people are told', async () => {
  const { slack, cluster, store, audit } = await startBot({ ...FREEZERS, cluster: { tokens: manyTokens } });
  const plan = await planFor(slack, manyTokens);
  cluster.latencyMs = 100;
  const third = Promise.withResolvers<void>();
  cluster.onRequest(() => cluster.deletes.length >= 3 && third.resolve());
  const click = await slack.click(plan, 'Revoke');
  await third.promise;

  const answer = await textOf(await slack.command('/influx', 'freeze wrong cluster', { user: 'bob' }));
  const frozenAt = performance.now();
  const result = await resultOf(click);
  const stillOpen = await store.transaction((transaction) => transaction.openWork());

  expect(answer).toContain('Frozen. No bot on this store starts a revocation.');
  expect(answer).toContain('1 running revocation was stopped');
  const late = cluster.requests.filter(({ method, atMs }) => method === 'DELETE' && atMs > frozenAt + 1_000);
  expect(late).toEqual([]);
  expect(cluster.deletes.length).toBeLessThan(100);
  expect(result.plainText()).toMatch(
    new RegExp(`${cluster.deletes.length} revoked, ${100 - cluster.deletes.length} not sent`),
  );
  expect(result.plainText()).toContain('not sent (frozen)');
  expect(result.plainText()).toContain('Stopped by @bob');
  expect(stillOpen).toMatchObject({ revocations: 0, items: 0 });
  expect(audit().map(({ action }) => action)).toEqual(expect.arrayContaining(['frozen', 'revocation frozen']));
});

test('invariant 18: a freeze that another bot put into the store ends what runs here', async () => {
  const { slack, cluster, store } = await startBot({ cluster: { tokens: manyTokens } });
  const plan = await planFor(slack, manyTokens);
  cluster.latencyMs = 100;
  const third = Promise.withResolvers<void>();
  cluster.onRequest(() => cluster.deletes.length >= 3 && third.resolve());
  const click = await slack.click(plan, 'Revoke');
  await third.promise;

  await store.transaction((transaction) => transaction.addFreeze({ by: BOB, reason: '', at: new Date() }));
  const frozenAt = performance.now();
  const result = await resultOf(click);

  expect(result.plainText()).toContain('not sent (frozen)');
  expect(cluster.requests.filter(({ method, atMs }) => method === 'DELETE' && atMs > frozenAt + 1_000)).toEqual([]);
});

test('invariant 18: what waits at the gateway before a slow cluster is called back and never sent, and what has left is followed to its end', async () => {
  const profile = { profile: { concurrency: 4 }, limits: { concurrency: 4 } };
  const { slack, cluster, store, audit } = await startBot({ ...FREEZERS, ...profile, cluster: { tokens: manyTokens } });
  const plan = await planFor(slack, manyTokens);
  const answers = manyTokens.map(({ id }) => cluster.fault({ method: 'DELETE', tokenId: id }, { kind: 'hang' }));
  const click = await slack.click(plan, 'Revoke');
  await expect.poll(() => cluster.requests.filter(({ method }) => method === 'DELETE').length).toBe(4);

  await textOf(await slack.command('/influx', 'freeze wrong cluster', { user: 'bob' }));
  const openItems = async () => (await store.transaction((transaction) => transaction.openWork())).items;
  await expect.poll(openItems).toBe(4);
  for (const answer of answers) answer.release();
  const result = await resultOf(click);

  expect(cluster.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(4);
  expect(result.plainText()).toMatch(/4 revoked, 96 not sent/);
  expect(result.plainText()).toContain('not sent (frozen)');
  expect(audit().filter(({ action }) => action === 'token taken back')).toHaveLength(4);
});

test('while it is frozen plans are shown without a red button, and clicks on older ones revoke nothing', async () => {
  const { slack, cluster, live, audit } = await startBot(FREEZERS);
  const older = await planFor(slack, live.slice(0, 1));
  await textOf(await slack.command('/influx', 'freeze "wrong *cluster* <!channel>"', { user: 'bob' }));

  const click = await textOf(await slack.click(older, 'Revoke'));
  const newer = await planFor(slack, live.slice(1, 2));
  const twin = await planFor(slack, live.slice(1, 2));

  expect(click).toMatch(
    /Revoking is frozen by @bob since .+: wrong \*cluster\* !channel\. Nothing was revoked\. This plan still waits/,
  );
  for (const plan of [newer, twin]) {
    expect(plan.plainText()).toContain('Frozen: nothing can be revoked now.');
    expect(plan.buttons.map(({ text }) => text)).toEqual(['Cancel']);
  }
  expect(cluster.deletes).toEqual([]);
  expect(audit().find(({ action }) => action === 'click refused')?.detail).toContain('"why":"frozen"');
});

test('unfrozen, a plan that waited can be confirmed, and what is asked for again has its button', async () => {
  const { slack, cluster, live } = await startBot(FREEZERS);
  const [first, second] = live;
  const older = await planFor(slack, first ? [first] : []);
  await textOf(await slack.command('/influx', 'freeze', { user: 'bob' }));
  await planFor(slack, second ? [second] : []);

  const answer = await textOf(await slack.command('/influx', 'unfreeze', { user: 'bob' }));
  const result = await confirm(slack, older);
  const again = await planFor(slack, second ? [second] : []);

  expect(answer).toMatch(/Unfrozen\. .+ It was frozen by @bob since/);
  expect(result.plainText()).toContain('1 revoked');
  expect(again.buttons.map(({ text }) => text)).toEqual(['Revoke 1 token', 'Cancel']);
  expect(cluster.deletes).toEqual([first?.id]);
});

test('a click that was taken before the freeze starts nothing after it', async () => {
  const { slack, cluster, live } = await startBot(FREEZERS);
  const plan = await planFor(slack, live.slice(0, 1));
  const looked = Promise.withResolvers<void>();
  const fault = cluster.fault({ method: 'GET' }, { kind: 'hang' });
  cluster.onRequest(({ method }) => method === 'GET' && looked.resolve());
  const click = await slack.click(plan, 'Revoke');
  await looked.promise;
  await textOf(await slack.command('/influx', 'freeze', { user: 'bob' }));

  fault.release();
  const ended = await resultOf(click);

  expect(ended.plainText()).toContain('Revoking is frozen. Nothing was revoked.');
  expect(cluster.deletes).toEqual([]);
});

test('--force is no way around it', async () => {
  const { slack, cluster, live } = await startBot({ ...FREEZERS, policy: { force: { users: ['U0ALICE001'] } } });
  await textOf(await slack.command('/influx', 'freeze', { user: 'bob' }));

  const answer = await planFor(slack, live.slice(0, 1), '--force');

  expect(answer.plainText()).toContain('Revoking is frozen. Nothing was revoked.');
  expect(cluster.deletes).toEqual([]);
});

test('it lasts across a restart, and a second freeze leaves the first as it is', async () => {
  const bot = await startBot(FREEZERS);
  await textOf(await bot.slack.command('/influx', 'freeze the first', { user: 'bob' }));

  await bot.restart();
  const second = await textOf(await bot.slack.command('/influx', 'freeze the second', { user: 'bob' }));
  const plan = await planFor(bot.slack, bot.live.slice(0, 1));

  expect(second).toMatch(/It was frozen already by @bob since .+: the first\. Nothing changed\./);
  expect(plan.buttons.map(({ text }) => text)).toEqual(['Cancel']);
});

test('only those whom the policy names may, asked afresh, and only they are shown the commands', async () => {
  const { slack, live, audit } = await startBot({ bot: { freeze: { users: [], usergroups: ['S0APPROVE1'] } } });

  const refused = await textOf(await slack.command('/influx', 'freeze', { user: 'alice' }));
  const helpOfAlice = await textOf(await slack.command('/influx', 'help', { user: 'alice' }));
  const helpOfBob = await textOf(await slack.command('/influx', 'help', { user: 'bob' }));
  slack.workspace.removeFromGroup('bob', 'approvers');
  const plan = await planFor(slack, live.slice(0, 1));

  expect(refused).toMatch(/not on the list of people who may freeze.+approvers/s);
  expect(helpOfAlice).not.toContain('/influx freeze');
  expect(helpOfBob).toContain('/influx freeze');
  expect(helpOfBob).toContain('/influx unfreeze');
  expect(plan.buttons.map(({ text }) => text)).toContain('Revoke 1 token');
  expect(audit().find(({ action }) => action === 'freeze refused')?.detail).toContain('not listed');
});

test('nobody may where the policy names nobody', async () => {
  const { slack } = await startBot();

  for (const user of ['alice', 'bob', 'guest', 'deploybot', 'partner']) {
    const answer = await textOf(await slack.command('/influx', 'unfreeze', { user }));
    expect(answer).not.toMatch(/unfrozen|not frozen/i);
  }
});

test('a reason of any length that holds a secret, or is too long, freezes nothing and says so', async () => {
  const { slack, live, audit } = await startBot(FREEZERS);

  const secret = await textOf(await slack.command('/influx', `freeze apiv3_${'Zm9vYmFy'.repeat(8)}`, { user: 'bob' }));
  const long = await textOf(await slack.command('/influx', `freeze "${'word '.repeat(70)}"`, { user: 'bob' }));

  expect(secret).toContain('looks like a secret');
  expect(long).toMatch(/The reason has \d+ characters; at most 300 are kept\. Nothing was frozen\./);
  expect((await planFor(slack, live.slice(0, 1))).buttons).toHaveLength(2);
  expect(audit().map(({ action }) => action)).not.toContain('frozen');
});
