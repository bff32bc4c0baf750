import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startCluster } from '../../sandbox/cluster/cluster.ts';
import { openChannel } from '../../src/tokens/channel.ts';
import { createTokenService } from '../../src/tokens/grpc-client.ts';
import { isServing } from '../../src/tokens/health.ts';
import { profileOf, temporaryDirectory } from './start-gateway.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/gateway.ts');
/** Less than the tokens take as text alone, which are some 60 MiB. */
const HEAP_MIB = 48;

test('invariant 12: 200,000 tokens pass through a gateway that has no room for all of them', async () => {
  const description = 'telegraf '.repeat(12);
  const tokens = Array.from({ length: 200_000 }, (_, index) => ({
    id: `018f2f3a-0000-7000-8000-${String(index).padStart(12, '0')}`,
    description,
    permissions: [{ action: 'read', resource: 'metrics' }],
    createdAt: '2025-01-01T00:00:00Z',
  }));
  const cluster = await startCluster({ tokens });
  const directory = temporaryDirectory();
  const listen = `unix:${join(directory, 'gateway.sock')}`;
  const settings = { listen, budgetFile: join(directory, 'budget'), clusters: [profileOf(cluster)], logLevel: 'info' };
  const gateway = spawn(process.execPath, [`--max-old-space-size=${HEAP_MIB}`, PROGRAM, '--child'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(gateway, 'exit');
  onTestFinished(async () => {
    gateway.kill('SIGKILL');
    await Promise.all([ended, cluster.close()]);
  });
  gateway.stdin.write(`${JSON.stringify(settings)}\n`);
  const channel = openChannel(listen, { 'grpc.max_reconnect_backoff_ms': 200 });
  onTestFinished(() => channel.close());
  expect(await isServing(channel, { timeoutMs: 20_000, waitForReady: true })).toBe(true);

  const service = createTokenService({ addressOf: () => listen });
  onTestFinished(() => service.close());
  let count = 0;

  for await (const page of service.list({ profile: 'default', timeoutMs: 55_000 })) count += page.length;

  expect(count).toBe(200_000);
  expect(gateway.exitCode).toBeNull();
});
