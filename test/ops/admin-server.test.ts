import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type AdminServerOptions, openAdminServer } from '../../src/ops/admin-server.ts';

async function given(options: Partial<AdminServerOptions> = {}) {
  const faults: string[] = [];
  const server = await openAdminServer({
    ...{ host: '127.0.0.1', port: 0 },
    readiness: async () => ({ ready: false, parts: { slack: 'not connected' } }),
    metrics: { contentType: 'text/plain; version=0.0.4', text: async () => 'up 1\n' },
    onFault: (error, doing) => faults.push(`${doing}: ${error}`),
    ...options,
  });
  onTestFinished(() => server.close());
  const url = (path: string) => `http://127.0.0.1:${server.port}${path}`;
  return { server, url, faults };
}

test('tells readiness and metrics as they are, and that it works', async () => {
  const { url } = await given();

  const readiness = await fetch(url('/readyz'));
  const metrics = await fetch(url('/metrics?x=1'));

  expect(await readiness.json()).toEqual({ ready: false, parts: { slack: 'not connected' } });
  expect([readiness.status, metrics.status, (await fetch(url('/healthz'))).status]).toEqual([503, 200, 200]);
  expect(await metrics.text()).toBe('up 1\n');
  expect(metrics.headers.get('content-type')).toContain('version=0.0.4');
});

test('HEAD has the same status and no body', async () => {
  const { url } = await given();
  const answer = await fetch(url('/readyz'), { method: 'HEAD' });

  expect([answer.status, await answer.text()]).toEqual([503, '']);
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is refused, and the connection closed', async (method) => {
  const { url } = await given();
  const answer = await fetch(url('/healthz'), { method });

  expect([answer.status, answer.headers.get('allow'), answer.headers.get('connection')]).toEqual([
    405,
    'GET, HEAD',
    'close',
  ]);
});

test.each(['/', '/health', '/metrics/x', '/%2e%2e/etc/passwd', '//metrics'])('there is nothing at %s', async (path) => {
  const { url } = await given();

  expect((await fetch(url(path))).status).toBe(404);
});

test('says nothing of a fault but that there is one, and logs it', async () => {
  const broken = async () => {
    throw new Error('canary');
  };
  const { url, faults } = await given({ readiness: broken, metrics: { contentType: 'text/plain', text: broken } });

  for (const path of ['/readyz', '/metrics']) {
    const answer = await fetch(url(path));
    expect([answer.status, await answer.text()]).toEqual([500, '{"error":"this could not be told, see the log"}\n']);
  }
  expect(faults).toEqual(Array(2).fill('answering on the admin port: Error: canary'));
});

test('cuts off who sends slowly, and refuses long headers', async () => {
  const { server } = await given();
  const slow = connect(server.port, '127.0.0.1');
  slow.write('GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ');
  const ended = new Promise((resolve) => slow.resume().once('close', resolve));
  const long = await fetch(`http://127.0.0.1:${server.port}/healthz`, { headers: { 'x-long': 'x'.repeat(10_000) } });

  expect(long.status).toBe(431);
  await ended;
});

test('says in words where it cannot listen', async () => {
  const { server } = await given();

  await expect(given({ port: server.port })).rejects.toThrow(
    `admin.listen: 127.0.0.1:${server.port} cannot be listened on. Is another program there?`,
  );
});
