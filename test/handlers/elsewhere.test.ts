import { expect, test } from 'vitest';
import { createTokenService } from '../../src/tokens/grpc-client.ts';
import { startGateway } from '../gateway/start-gateway.ts';
import { planFor } from '../support/operator.ts';
import { ON_CALL, startBot } from '../support/start-bot.ts';

const ONLY_THERE = { ...ON_CALL, start: { users: ['U0BOB00001'], usergroups: [] } };
const UNKNOWN = '00000000-0000-4000-8000-00000000000';

/** A bot with two profiles, of which only `prod-eu` knows the tokens of the seeds. */
async function startTwo(policyThere = ON_CALL) {
  const [here, there] = [
    await startGateway({ cluster: { tokens: [] } }),
    await startGateway({ profile: { name: 'prod-eu' } }),
  ];
  const tokens = createTokenService({ addressOf: (name) => (name === 'default' ? here.address : there.address) });
  const profile = { production: false, concurrency: 4 };
  const profiles = new Map([
    ['default', { ...profile, name: 'default', policy: ON_CALL }],
    ['prod-eu', { ...profile, name: 'prod-eu', policy: policyThere }],
  ]);
  const { slack } = await startBot({ bot: { tokens, profiles } });
  return { slack, here: here.cluster, there: there.cluster };
}

test('an ID that this profile does not know is found on the other one, where nothing is done', async () => {
  const { slack, here, there } = await startTwo();
  const [known] = there.tokens;

  const answer = await planFor(slack, [known ?? { id: '' }, { id: `${UNKNOWN}1` }]);

  expect(answer.plainText()).toContain('There is nothing to revoke.');
  expect(answer.plainText()).toContain('bb9bea7b is a token of prod-eu. Nothing is done there: use --profile prod-eu.');
  expect(answer.buttons.map(({ text }) => text)).not.toContain('Revoke 1 token');
  expect([...here.deletes, ...there.deletes]).toEqual([]);
  expect(there.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
});

test('nobody learns what is on a profile they may not use', async () => {
  const { slack, there } = await startTwo(ONLY_THERE);

  const answer = await planFor(slack, there.tokens.slice(0, 1));

  expect(answer.plainText()).not.toContain('prod-eu');
  expect(there.requests).toEqual([]);
});

test('another cluster that is out of order changes nothing but the log', async () => {
  const { slack, there } = await startTwo();
  there.fault({}, { kind: 'answer', status: 503 });

  const answer = await planFor(slack, there.tokens.slice(0, 1));

  expect(answer.plainText()).toContain('unknown to the cluster, or already revoked and hidden');
  expect(answer.plainText()).not.toContain('prod-eu');
});
