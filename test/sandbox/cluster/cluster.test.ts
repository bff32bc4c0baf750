import { Agent, type Dispatcher, request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { type Cluster, type ClusterOptions, MANAGEMENT_TOKEN, startCluster } from '../../../sandbox/cluster/cluster.ts';
import type { Behaviour } from '../../../sandbox/cluster/faults.ts';
import { seedTokens } from '../../../sandbox/cluster/seed-tokens.ts';

const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

async function start(options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await startCluster(options);
  onTestFinished(() => cluster.close());
  return cluster;
}

interface Answer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly text: string;
}

async function ask(cluster: Cluster, line: string, token = MANAGEMENT_TOKEN): Promise<Answer> {
  const [method = '', path = ''] = line.split(' ');
  const dispatcher = new Agent({ pipelining: 0 });
  onTestFinished(() => dispatcher.destroy());
  const url = `http://${cluster.host}:${cluster.port}${path}`;
  const reply = await request(url, { dispatcher, method, headers: { authorization: `Bearer ${token}` } });
  return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
}

test('seeds the same thirty-odd tokens at every start, all with canonical v4 UUIDs', async () => {
  const [first, second] = [await start(), await start()];

  expect(first.tokens).toEqual(second.tokens);
  expect(first.tokens[0]?.id).toBe(LIVE);
  expect(first.tokens.length).toBeGreaterThanOrEqual(30);
  expect(new Set(first.tokens.map(({ id }) => id)).size).toBe(first.tokens.length);
  for (const { id } of first.tokens)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('seeds tokens of every kind a message has to cope with', () => {
  const tokens = seedTokens();
  const some = (holds: (token: (typeof tokens)[number]) => boolean) => tokens.filter(holds).length;

  expect(some(({ revokedAt }) => revokedAt !== undefined)).toBeGreaterThan(0);
  expect(some(({ expiresAt }) => expiresAt !== undefined && expiresAt < '2025-12-01')).toBeGreaterThan(0);
  expect(some(({ permissions }) => permissions.length === 0)).toBeGreaterThan(0);
  expect(some(({ permissions }) => permissions.some(({ resource }) => resource === '*'))).toBeGreaterThan(0);
  expect(some(({ description }) => /[\u202a-\u202e]/.test(description))).toBeGreaterThan(0);
  expect(some(({ description }) => description.includes('<!channel>'))).toBeGreaterThan(0);
  expect(some(({ description }) => description.length > 1_000)).toBeGreaterThan(0);
  expect(some(({ description }) => description === '')).toBeGreaterThan(0);
});

test.each([
  ['clustered', '/api/v0'],
  ['dedicated', '/api/v0/accounts/sandbox-account/clusters/sandbox-cluster'],
] as const)('serves %s below its own base', async (product, base) => {
  const cluster = await start({ product });

  expect(cluster.base).toBe(base);
  expect((await ask(cluster, `GET ${base}/tokens`)).text).toBe(JSON.stringify(cluster.tokens));
  expect((await ask(cluster, `GET ${base}/tokens/${LIVE}`)).text).toBe(JSON.stringify(cluster.tokens[0]));
  expect((await ask(cluster, `DELETE ${base}/tokens/${LIVE}`)).status).toBe(204);
});

test.each([
  ['a wrong management token', `GET /api/v0/tokens/${LIVE}`, 'wrong', 401, 'unauthorized'],
  ['a wrong management token, even for a malformed ID', 'GET /api/v0/tokens/x', 'wrong', 401, 'unauthorized'],
  ['a malformed ID', 'GET /api/v0/tokens/not-a-uuid', MANAGEMENT_TOKEN, 400, 'bad request'],
  ['an unknown ID', `DELETE /api/v0/tokens/${UNKNOWN}`, MANAGEMENT_TOKEN, 404, 'not found'],
  ['another path', 'GET /api/v0/databases', MANAGEMENT_TOKEN, 404, 'not found'],
  ['a path below a token', `GET /api/v0/tokens/${LIVE}/more`, MANAGEMENT_TOKEN, 404, 'not found'],
  ['another method', `PATCH /api/v0/tokens/${LIVE}`, MANAGEMENT_TOKEN, 405, 'method not allowed'],
] as const)('refuses %s in the words of the API', async (_what, line, token, status, message) => {
  const cluster = await start();

  const answer = await ask(cluster, line, token);

  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toContain('application/json');
  expect(JSON.parse(answer.text)).toEqual({ code: status, message });
});

test('keeps the row of a revoked token, with the time', async () => {
  const cluster = await start({ now: () => new Date('2026-01-02T03:04:05Z') });

  await ask(cluster, `DELETE /api/v0/tokens/${LIVE}`);

  expect(JSON.parse((await ask(cluster, `GET /api/v0/tokens/${LIVE}`)).text).revokedAt).toBe(
    '2026-01-02T03:04:05.000Z',
  );
  expect(cluster.deletes).toEqual([LIVE]);
});

test.each([204, 404] as const)('answers a second DELETE with %d where it is told to', async (status) => {
  const cluster = await start();
  cluster.secondDelete = status;
  await ask(cluster, `DELETE /api/v0/tokens/${LIVE}`);

  expect((await ask(cluster, `DELETE /api/v0/tokens/${LIVE}`)).status).toBe(status);
});

test('forgets revoked tokens like an older cluster where it is told to', async () => {
  const cluster = await start();
  cluster.hidesRevoked = true;
  await ask(cluster, `DELETE /api/v0/tokens/${LIVE}`);

  expect((await ask(cluster, `GET /api/v0/tokens/${LIVE}`)).status).toBe(404);
});

test('does not count a DELETE that was not let in', async () => {
  const cluster = await start();

  await ask(cluster, `DELETE /api/v0/tokens/${LIVE}`, 'wrong');

  expect(cluster.deletes).toEqual([]);
  expect(cluster.requests).toHaveLength(1);
});

test('tells a listener of each request until it is told to stop', async () => {
  const cluster = await start();
  const heard: string[] = [];
  const stop = cluster.onRequest(({ method, path }) => heard.push(`${method} ${path}`));
  await ask(cluster, 'GET /api/v0/tokens');

  stop();
  await ask(cluster, 'GET /api/v0/tokens');

  expect(heard).toEqual(['GET /api/v0/tokens']);
  expect(cluster.requests.map(({ status }) => status)).toEqual([200, 200]);
});

test('hits only the requests a fault is for, as often as it says, oldest fault first', async () => {
  const cluster = await start();
  const wanted = { method: 'GET', tokenId: LIVE } as const;
  const fault = cluster.fault({ ...wanted, times: 2 }, { kind: 'answer', status: 503 });
  cluster.fault(wanted, { kind: 'answer', status: 502 });
  const path = `GET /api/v0/tokens/${LIVE}`;

  expect((await ask(cluster, 'GET /api/v0/tokens')).status).toBe(200);
  const statuses = [];
  for (let count = 0; count < 4; count += 1) statuses.push((await ask(cluster, path)).status);

  expect(statuses).toEqual([503, 503, 502, 200]);
  expect(fault.hits).toBe(2);
});

test('a fault that is removed hits no more', async () => {
  const cluster = await start();
  const fault = cluster.fault({ times: Number.POSITIVE_INFINITY }, { kind: 'answer', status: 503 });

  fault.remove();

  expect((await ask(cluster, 'GET /api/v0/tokens')).status).toBe(200);
});

const ANSWERED: readonly (readonly [Behaviour, Partial<Answer>, boolean])[] = [
  [
    { kind: 'answer', status: 429, headers: { 'retry-after': '7' }, body: 'slow down' },
    { status: 429, text: 'slow down' },
    false,
  ],
  [{ kind: 'answer', status: 500, body: { code: 500, message: 'x' }, applied: true }, { status: 500 }, true],
  [{ kind: 'redirect', to: 'http://127.0.0.1:9/' }, { status: 302 }, false],
  [{ kind: 'html', status: 502 }, { status: 502 }, false],
  [{ kind: 'huge', bytes: 200_000 }, { status: 200, text: ' '.repeat(200_000) }, false],
  [{ kind: 'slow', delayMs: 5 }, { status: 204 }, true],
];

test.each(ANSWERED)('a DELETE with %o is answered so', async (behaviour, expected, applied) => {
  const cluster = await start();
  cluster.fault({ method: 'DELETE' }, behaviour);

  const answer = await ask(cluster, `DELETE /api/v0/tokens/${LIVE}`);

  expect(answer).toMatchObject(expected);
  expect(cluster.tokens[0]?.revokedAt !== undefined).toBe(applied);
});

const CUT: readonly (readonly [Behaviour, boolean])[] = [
  [{ kind: 'reset', applied: false }, false],
  [{ kind: 'reset', applied: true }, true],
  [{ kind: 'cut', afterBytes: 12 }, true],
  [{ kind: 'cut', afterBytes: 0, applied: false }, false],
];

test.each(CUT)('a DELETE with %o has no answer', async (behaviour, applied) => {
  const cluster = await start();
  cluster.fault({ method: 'DELETE' }, behaviour);

  await expect(ask(cluster, `DELETE /api/v0/tokens/${LIVE}`)).rejects.toThrow();

  expect(cluster.tokens[0]?.revokedAt !== undefined).toBe(applied);
});

test('a request hangs until it is released, and takes effect then', async () => {
  const cluster = await start();
  const fault = cluster.fault({ method: 'DELETE' }, { kind: 'hang' });
  const arrived = new Promise((resolve) => cluster.onRequest(resolve));
  const answer = ask(cluster, `DELETE /api/v0/tokens/${LIVE}`);
  await arrived;

  expect(cluster.tokens[0]?.revokedAt).toBeUndefined();
  fault.release();

  expect((await answer).status).toBe(204);
  expect(cluster.tokens[0]?.revokedAt).toBeDefined();
});

test('another token, a compressed body and a body cut short are what they say', async () => {
  const cluster = await start();
  cluster.fault({}, { kind: 'wrong id', id: UNKNOWN });
  cluster.fault({}, { kind: 'gzip' });
  cluster.fault({}, { kind: 'cut', afterBytes: 150 });
  const path = `GET /api/v0/tokens/${LIVE}`;

  expect(JSON.parse((await ask(cluster, path)).text).id).toBe(UNKNOWN);
  expect((await ask(cluster, path)).headers['content-encoding']).toBe('gzip');
  await expect(ask(cluster, path)).rejects.toThrow();
});
