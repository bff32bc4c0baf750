import { expect, test } from 'vitest';
import type { ClusterToken } from '../../sandbox/cluster/seed-tokens.ts';
import { openRawClient } from './raw-client.ts';
import { startGateway } from './start-gateway.ts';

function many(count: number, description = 'token'): readonly ClusterToken[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `018f2f3a-0000-7000-8000-${String(index).padStart(12, '0')}`,
    description: `${description} ${index}`,
    permissions: [{ action: 'read', resource: 'metrics' }],
    createdAt: '2025-01-01T00:00:00Z',
  }));
}

async function start(tokens?: readonly ClusterToken[]) {
  const running = await startGateway({ cluster: tokens ? { tokens } : {} });
  return { ...running, client: openRawClient(running.address) };
}

test('lists revoked tokens only when asked', async () => {
  const { client, cluster } = await start();

  const live = await client.list();
  const all = await client.list({ includeRevoked: true });

  expect(live.reply?.tokens.some(({ revokedAt }) => revokedAt)).toBe(false);
  expect(all.reply?.tokens.map(({ id }) => id)).toEqual(cluster.tokens.map(({ id }) => id));
});

test.each([
  ['GRAFANA', ['grafana: production dashboards', 'grafana: staging dashboards']],
  ['BB9BEA7B', ['telegraf: edge gateways, plant 1']],
  ['jürgen', ['home assistant (Jürgen)']],
  ['63a0f73', []],
  ['.*', []],
  ['plant TELEGRAF 1', ['telegraf: edge gateways, plant 1']],
  ['bb9b edge', ['telegraf: edge gateways, plant 1']],
  ['tenant-2', ['many databases']],
  ['  ', 'all'],
] as const)(
  'search %j finds every word in descriptions, databases and beginnings of IDs, whatever the case',
  async (search, descriptions) => {
    const { client, cluster } = await start();

    const { reply } = await client.list({ search });

    const live = cluster.tokens.filter(({ revokedAt }) => !revokedAt).map(({ description }) => description);
    expect(reply?.tokens.map(({ description }) => description)).toEqual(descriptions === 'all' ? live : descriptions);
  },
);

test('finds the tokens of a database, and those of all databases', async () => {
  const { client } = await start();

  const { reply } = await client.list({ database: 'home' });

  const resources = reply?.tokens.map(({ permissions }) => permissions.map(({ resource }) => resource)) ?? [];
  expect(resources.length).toBeGreaterThan(2);
  for (const found of resources) expect(found.includes('home') || found.includes('*')).toBe(true);
  expect(resources.some((found) => found.includes('*'))).toBe(true);
});

test.each([
  [0, []],
  [1, [1]],
  [500, [500]],
  [501, [500, 1]],
  [1_500, [500, 500, 500]],
])('%d tokens come in pages %j', async (count, pages) => {
  const { client } = await start(many(count));

  expect(await client.list()).toMatchObject({ status: 'OK', reply: { pages } });
});

test('a page of long descriptions stays small enough to be received', async () => {
  const { client } = await start(many(300, 'x'.repeat(30_000)));

  const { reply } = await client.list();

  expect(reply?.tokens).toHaveLength(300);
  expect(Math.max(...(reply?.pages ?? []))).toBeLessThanOrEqual(35);
});

test('200,000 tokens are listed', async () => {
  const { client } = await start(many(200_000));

  const { reply } = await client.list();

  expect(reply?.tokens).toHaveLength(200_000);
  expect(reply?.pages).toHaveLength(400);
});

test.each([
  ['an HTML page', { kind: 'html' }, 'INTERNAL'],
  ['an object', { kind: 'answer', status: 200, body: {} }, 'INTERNAL'],
  ['something that is no token', { kind: 'answer', status: 200, body: [{ id: 'x' }] }, 'INTERNAL'],
  ['a compressed list', { kind: 'gzip' }, 'INTERNAL'],
  ['an endless list', { kind: 'huge', bytes: 300 * 1_048_576 }, 'INTERNAL'],
  ['a list cut short', { kind: 'cut', afterBytes: 2_000 }, 'UNAVAILABLE'],
  ['a 404', { kind: 'answer', status: 404, body: { code: 404, message: 'not found' } }, 'NOT_FOUND'],
  ['a refusal', { kind: 'answer', status: 401, body: { code: 401, message: 'unauthorized' } }, 'UNAUTHENTICATED'],
] as const)('%s is no list', async (_what, behaviour, status) => {
  const { client, cluster } = await start();
  cluster.fault({}, behaviour);

  expect(await client.list()).toMatchObject({ status });
});

test('goes on with other calls after a list that failed', async () => {
  const { client, cluster } = await start();
  cluster.fault({ times: 40 }, { kind: 'html' });
  for (let count = 0; count < 40; count += 1) await client.list();

  expect(await client.list()).toMatchObject({ status: 'OK' });
});
