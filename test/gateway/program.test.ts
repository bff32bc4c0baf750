import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Cluster, MANAGEMENT_TOKEN, startCluster } from '../../sandbox/cluster/cluster.ts';
import type { GatewaySettings } from '../../src/gateway/settings.ts';
import { openChannel } from '../../src/tokens/channel.ts';
import { isServing } from '../../src/tokens/health.ts';
import { openRawClient } from './raw-client.ts';
import { profileOf, temporaryDirectory, temporaryFile } from './start-gateway.ts';

const ROOT = join(import.meta.dirname, '../..');
const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';

interface Program {
  readonly process: ChildProcess;
  /** What it wrote until it ended, and how it did. */
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

function run(args: readonly string[], environment: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { PATH: '/usr/bin:/bin', ...environment } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    texts.err += chunk;
  });
  return { process: child, ended: once(child, 'close').then(([code]) => ({ code, ...texts })) };
}

async function cluster(): Promise<Cluster> {
  const started = await startCluster();
  onTestFinished(() => started.close());
  return started;
}

/** Resolves when the gateway at this address says that it serves. */
async function served(address: string): Promise<boolean> {
  const ownConnection = { 'grpc.use_local_subchannel_pool': 1, 'grpc.max_reconnect_backoff_ms': 200 };
  const channel = openChannel(address, ownConnection);
  onTestFinished(() => channel.close());
  return isServing(channel, { timeoutMs: 15_000, waitForReady: true });
}

/** A process that has ended has no command line, even where nobody has asked how it ended. */
function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
}

function settingsFor(before: Cluster): GatewaySettings {
  const directory = temporaryDirectory();
  const listen = `unix:${join(directory, 'gateway.sock')}`;
  return { listen, budgetFile: join(directory, 'budget'), clusters: [profileOf(before)], logLevel: 'info' };
}

test('--help says what it is and what it takes', async () => {
  const { code, out } = await run(['bin/gateway.ts', '--help']).ended;

  expect(code).toBe(0);
  expect(out).toContain('--config FILE');
});

test.each([
  ['an unknown flag', ['--verbose'], "Unknown option '--verbose'"],
  ['a configuration that is not there', ['--config', '/nonexistent/config.toml'], '/nonexistent/config.toml'],
])('%s ends it with a plain message', async (_what, args, message) => {
  const { code, err } = await run(['bin/gateway.ts', ...args]).ended;

  expect(code).toBe(1);
  expect(err).toContain(message);
  expect(err).not.toMatch(/^\s+at /m);
});

test('by itself it serves what the configuration says, and drains on SIGTERM', async () => {
  const before = await cluster();
  const directory = temporaryDirectory();
  const config = join(directory, 'config.toml');
  const token = temporaryFile(MANAGEMENT_TOKEN);
  writeFileSync(
    config,
    `[gateway]
     listen = "unix:${directory}/gateway.sock"
     [[profile]]
     name = "default"
     product = "clustered"
     host = "${before.host}"
     port = "${before.port}"
     mgmt_token_file = "${token}"
     [profile.tls]
     disable = true`,
    { mode: 0o600 },
  );
  const program = run(['bin/gateway.ts', '--config', config]);
  const address = `unix:${directory}/gateway.sock`;

  expect(await served(address)).toBe(true);
  expect(await openRawClient(address).get({ tokenId: LIVE })).toMatchObject({ status: 'OK' });
  program.process.kill('SIGTERM');
  const { code, out } = await program.ended;

  expect(code).toBe(0);
  expect(out).toContain('"msg":"gateway stopped"');
});

test('as a child it ends when its standard input does, and is told nothing secret twice', async () => {
  const settings = settingsFor(await cluster());
  const program = run(['bin/gateway.ts', '--child']);
  program.process.stdin?.write(`${JSON.stringify(settings)}\n`);
  expect(await served(settings.listen)).toBe(true);

  program.process.stdin?.end();
  const { code, out, err } = await program.ended;

  expect(code).toBe(0);
  expect(err).toBe('');
  expect(out).not.toContain(MANAGEMENT_TOKEN);
});

test('as a child without settings it ends', async () => {
  const program = run(['bin/gateway.ts', '--child']);

  program.process.stdin?.end();

  expect((await program.ended).code).toBe(0);
});

test('as a child with settings that are wrong it says so without repeating them', async () => {
  const program = run(['bin/gateway.ts', '--child']);

  program.process.stdin?.end(`{"clusters": "${MANAGEMENT_TOKEN}"}\n`);
  const { code, out, err } = await program.ended;

  expect(code).toBe(1);
  expect(err).toContain("The gateway's settings are wrong: listen: ");
  expect(out + err).not.toContain(MANAGEMENT_TOKEN);
});

test('a child whose parent is killed ends by itself: nothing is orphaned or left behind', async () => {
  const settings = settingsFor(await cluster());
  const parent = temporaryFile(`
    import { startChildGateway } from ${JSON.stringify(join(ROOT, 'src/child-gateway.ts'))};
    import { createLogger } from ${JSON.stringify(join(ROOT, 'src/logger.ts'))};
    const child = await startChildGateway({
      settings: () => (${JSON.stringify(settings)}),
      program: ${JSON.stringify(join(ROOT, 'bin/gateway.ts'))},
      logger: createLogger({ level: 'silent' }),
      environment: {},
      logsTo: 2,
    });
    console.log(child.pid, child.address);
  `);
  const program = run(['--input-type=module', '-e', `await import(${JSON.stringify(`file://${parent}`)})`]);
  const [line] = await once(program.process.stdout ?? program.process, 'data');
  const [pid, address = ''] = [Number.parseInt(String(line), 10), String(line).trim().split(' unix:')[1]];
  const directory = dirname(address);
  expect([isRunning(pid), existsSync(directory)]).toEqual([true, true]);

  program.process.kill('SIGKILL');

  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  expect(existsSync(directory)).toBe(false);
});

test('a budget survives kill -9 of the gateway', async () => {
  const given = settingsFor(await cluster());
  const [profile] = given.clusters;
  const limits = { concurrency: 1, perSecond: 100, revocationsPerHour: 5 };
  const settings = { ...given, clusters: profile ? [{ ...profile, limits }] : [] };
  const first = run(['bin/gateway.ts', '--child']);
  first.process.stdin?.write(`${JSON.stringify(settings)}\n`);
  await served(settings.listen);
  await openRawClient(settings.listen).revoke({ tokenId: LIVE });

  first.process.kill('SIGKILL');
  await first.ended;
  const second = run(['bin/gateway.ts', '--child']);
  second.process.stdin?.write(`${JSON.stringify(settings)}\n`);
  await served(settings.listen);

  const { reply } = await openRawClient(settings.listen).get({ tokenId: LIVE });
  expect(reply?.revocationsLeft).toBe(4);
});
