import { openSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Cluster, MANAGEMENT_TOKEN, startCluster } from '../sandbox/cluster/cluster.ts';
import { type ChildGateway, startChildGateway } from '../src/child-gateway.ts';
import type { GatewaySettings } from '../src/gateway/settings.ts';
import { createLogger } from '../src/logger.ts';
import { createTokenService } from '../src/tokens/grpc-client.ts';
import { profileOf, temporaryDirectory } from './gateway/start-gateway.ts';

const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';
const READ = { profile: 'default', tokenId: LIVE, timeoutMs: 5_000 };
const PROGRAM = join(import.meta.dirname, '../bin/gateway.ts');

async function start(settings?: (cluster: Cluster) => Partial<GatewaySettings>) {
  const directory = temporaryDirectory();
  const cluster = await startCluster();
  onTestFinished(() => cluster.close());
  const logFile = join(directory, 'log');
  const lines: string[] = [];
  let starts = 0;
  const child = await startChildGateway({
    settings: () => {
      starts += 1;
      const given = { listen: 'unix:/', budgetFile: join(directory, 'budget'), logLevel: 'info' } as const;
      return { ...given, clusters: [profileOf(cluster)], ...settings?.(cluster) };
    },
    program: PROGRAM,
    logger: createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } }),
    environment: {
      ...{ PATH: '/usr/bin:/bin', SLACK_BOT_TOKEN: 'xoxb-secret', INFLUXDB_MGMT_TOKEN_DEFAULT: MANAGEMENT_TOKEN },
    },
    logsTo: openSync(logFile, 'a'),
  });
  onTestFinished(() => child.stop());
  const service = createTokenService({ addressOf: () => child.address });
  onTestFinished(() => service.close());
  return { cluster, child, service, lines, starts: () => starts, childLog: () => readFileSync(logFile, 'utf8') };
}

function pidOf({ pid }: ChildGateway): number {
  if (pid === undefined) throw new Error('The child runs.');
  return pid;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('serves as soon as it has started, and writes its own log lines', async () => {
  const { child, service, cluster, childLog } = await start();

  expect(child.serving()).toBe(true);
  expect((await service.get(READ)).token?.id).toBe(LIVE);
  await service.revoke({ ...READ, operationId: 'o', person: 'U1', reason: 'leak', requestId: 'r' });

  expect(cluster.deletes).toEqual([LIVE]);
  expect(childLog()).toContain('"msg":"revocation sent"');
  for (const line of childLog().trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ part: 'gateway' });
});

test('invariant 8: neither arguments nor environment of the child hold a secret', async () => {
  const { child, childLog } = await start();
  const proc = `/proc/${pidOf(child)}`;

  const seen = `${readFileSync(`${proc}/cmdline`, 'utf8')} ${readFileSync(`${proc}/environ`, 'utf8')} ${childLog()}`;

  expect(seen).toContain('gateway.ts');
  expect(seen).not.toContain(MANAGEMENT_TOKEN);
  expect(seen).not.toContain('xoxb');
  expect(seen).not.toContain('SLACK');
});

test('listens in a directory that only its user may enter', async () => {
  const { child } = await start();
  const path = child.address.slice('unix:'.length);

  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  expect(Buffer.byteLength(path)).toBeLessThan(104);
});

describe('when it dies', () => {
  test('it is started again at a new address, with settings read afresh', async () => {
    const { child, service, lines, starts } = await start();
    const { address, pid } = { address: child.address, pid: pidOf(child) };

    process.kill(pid, 'SIGKILL');
    await expect.poll(() => child.address !== address && child.serving(), { timeout: 15_000 }).toBe(true);

    expect(child.pid).not.toBe(pid);
    expect((await service.get(READ)).token?.id).toBe(LIVE);
    expect(starts()).toBe(2);
    expect(lines.join('')).toContain('gateway ended, starting it again');
  });

  test('it is not believed to serve', async () => {
    const { child } = await start();

    process.kill(pidOf(child), 'SIGKILL');

    await expect.poll(() => child.serving(), { interval: 1 }).toBe(false);
  });

  test('it is tried again and again when it does not start', async () => {
    let broken = false;
    const { child, lines, starts } = await start(() => (broken ? { budgetFile: '/dev/null/budget' } : {}));
    broken = true;
    process.kill(pidOf(child), 'SIGKILL');
    await expect.poll(() => lines.join(''), { timeout: 15_000 }).toContain('gateway did not start');

    broken = false;

    await expect.poll(() => child.serving(), { timeout: 15_000 }).toBe(true);
    expect(starts()).toBeGreaterThan(2);
  });
});

test.each(['SIGTERM', 'SIGINT'] as const)('ignores %s: the bot decides when it ends', async (signal) => {
  const { child, service } = await start();
  const pid = pidOf(child);

  process.kill(pid, signal);

  expect((await service.get(READ)).token?.id).toBe(LIVE);
  expect(child.pid).toBe(pid);
});

test('lets a revocation in flight end when it is stopped', async () => {
  const { child, service, cluster } = await start();
  const pid = pidOf(child);
  const fault = cluster.fault({ method: 'DELETE' }, { kind: 'hang' });
  const arrived = new Promise((resolve) => cluster.onRequest(resolve));
  const revoked = service.revoke({ ...READ, operationId: 'o', person: 'U1', reason: 'leak', requestId: 'r' });
  await arrived;

  const stopped = child.stop();
  fault.release();

  expect(await revoked).toMatchObject({ outcome: 'revoked' });
  await stopped;
  expect(isRunning(pid)).toBe(false);
  expect(child.serving()).toBe(false);
});

test('a start that fails is said, and leaves nothing behind', async () => {
  await expect(start(() => ({ budgetFile: '/dev/null/budget' }))).rejects.toThrow(
    /ended before it served: exit code 1/,
  );
});

test('settings that cannot be read are said', async () => {
  const unreadable = () => {
    throw new Error('config.toml is gone');
  };

  await expect(start(unreadable)).rejects.toThrow('config.toml is gone');
});
