import { expect, test } from 'vitest';
import { openStage } from './stage.ts';
import { freshTokens } from './tokens.ts';

test('a gateway ends in time although a caller stands still and never says goodbye', async () => {
  const [token] = freshTokens(1);
  await using stage = await openStage({ tokens: token ? [token] : [] });
  const read = stage.cluster.requests.length;
  await stage.workspace.slack.command('/influx', `token revoke ${token?.id}`);
  await expect.poll(() => stage.cluster.requests.length).toBeGreaterThan(read);

  stage.link('gRPC over a Unix socket').break({ kind: 'half-open' });
  await stage.gateway.drain();

  expect(stage.log.join('')).toContain('gateway stopped');
});
