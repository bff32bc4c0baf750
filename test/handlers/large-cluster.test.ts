import { expect, test, vi } from 'vitest';
import { startGateway } from '../gateway/start-gateway.ts';
import { quiet } from '../revocation/event-loop.ts';
import { startEndlessCluster } from '../support/endless-cluster.ts';
import { startBot } from '../support/start-bot.ts';

const TOKENS = 200_000;
const PATIENCE_MS = 100_000;

/** A bot before a cluster whose list takes seconds. */
async function startLarge() {
  const large = await startEndlessCluster(TOKENS);
  const { service } = await startGateway({ profile: { host: '127.0.0.1', port: large.port } });
  const { slack, bot } = await startBot({ bot: { tokens: service }, slack: { patienceMs: PATIENCE_MS } });
  return { large, slack, bot };
}

test('a cluster of 200,000 tokens is acknowledged at once, and listed when it has told all', {
  timeout: PATIENCE_MS,
}, async () => {
  const { large, slack } = await startLarge();

  const exchange = await slack.command('/influx', 'token list --sort id --timeout 5m');
  const sentAtAcknowledgement = large.sent;
  const first = await exchange.answer((message) => !message.plainText().includes('takes a while'));

  expect(exchange.ack.status).toBe(200);
  expect(sentAtAcknowledgement).toBeLessThan(TOKENS);
  expect(first.plainText()).toContain('1–10 of 200000 tokens');
  expect(first.plainText()).toContain('018f2f3a-0000-7000-8000-000000000009');
  expect(first.plainText()).toContain('Only the first 200 can be paged through.');
});

test('a search among 200,000 that takes longer than its time says so, and stops the cluster', {
  timeout: PATIENCE_MS,
}, async () => {
  const { large, slack } = await startLarge();

  const exchange = await slack.command('/influx', 'token list 199999 --timeout 1s');
  const answer = await exchange.answer();

  expect(answer.plainText()).toContain('did not answer in time, or not to the end.');
  await large.cut;
  await quiet();
  expect(large.open).toBe(0);
});

test('a bot that is stopped ends its listings, however much time they have', { timeout: PATIENCE_MS }, async () => {
  const { large, slack, bot } = await startLarge();
  await slack.command('/influx', 'token list --timeout 5m');
  await vi.waitFor(() => expect(large.sent).toBeGreaterThan(0));

  await bot.stop();

  await large.cut;
  expect(large.sent).toBeLessThan(TOKENS);
});
