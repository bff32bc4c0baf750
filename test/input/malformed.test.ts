import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startCluster } from '../../sandbox/cluster/cluster.ts';
import { startChildGateway } from '../../src/child-gateway.ts';
import { createLogger } from '../../src/logger.ts';
import { openRawClient } from '../gateway/raw-client.ts';
import { profileOf, temporaryDirectory } from '../gateway/start-gateway.ts';
import { type Nonsense, nonsense, sense } from '../support/malformed.ts';
import { figures, size } from '../support/sizes.ts';

const SEED = 20261122;
const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';
const GATEWAY = join(import.meta.dirname, '../../bin/gateway.ts');
const AT_A_TIME = 16;
/** What a peer waits for an answer to nonsense, which need not come. */
const PATIENCE_MS = 40;
/** Reached within the first 100,000 inputs, and not passed in the next 150,000. */
const LARGEST_KIB = 600 * 1_024;

test('malformed HTTP/2 and protobuf leave the gateway alive, small, and serving', async () => {
  const { address, pid, cluster } = await startProcess();
  const client = openRawClient(address);
  const count = size({ short: 1_200, long: 100_000 });
  await client.get({ tokenId: LIVE });
  const before = residentKib(pid);
  const waiting = nonsense(count, SEED);
  let sent = 0;
  let largest = before;

  async function peer(): Promise<void> {
    for (const one of waiting) {
      await write(address, one);
      sent += 1;
      if (sent % 1_000 === 0) largest = Math.max(largest, residentKib(pid));
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, peer));

  const after = await client.get({ tokenId: LIVE });
  largest = Math.max(largest, residentKib(pid));
  figures('malformed HTTP/2 and protobuf', { inputs: sent, 'KiB before': before, 'KiB at most': largest, seed: SEED });
  expect(sent).toBeGreaterThanOrEqual(count);
  expect(after).toMatchObject({ status: 'OK', reply: { token: { id: LIVE } } });
  expect(largest).toBeLessThan(LARGEST_KIB);
  expect(cluster.deletes).toEqual([]);
});

test('the same bytes without the nonsense are a call', async () => {
  const { address, cluster } = await startProcess();
  const asked = new Promise<string>((resolve) => cluster.onRequest(({ method, path }) => resolve(`${method} ${path}`)));

  await write(address, sense(LIVE), 5_000);

  expect(await asked).toBe(`GET /api/v0/tokens/${LIVE}`);
});

/** A gateway in a process of its own; whoever starts it again would move it to another address. */
async function startProcess() {
  const cluster = await startCluster();
  const settings = {
    listen: '',
    budgetFile: join(temporaryDirectory(), 'budget.ndjson'),
    clusters: [profileOf(cluster)],
    logLevel: 'silent' as const,
  };
  const gateway = await startChildGateway({
    settings: () => settings,
    program: GATEWAY,
    logger: createLogger({ level: 'silent' }),
    environment: { PATH: '/usr/bin:/bin' },
  });
  onTestFinished(async () => {
    await gateway.stop();
    await cluster.close();
  });
  return { cluster, address: gateway.address, pid: gateway.pid ?? 0 };
}

/** Writes it on a connection of its own, and resolves when that has ended or nothing came any more. */
async function write(address: string, { bytes }: Nonsense, patienceMs = PATIENCE_MS): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect(address.slice('unix:'.length));
  socket.setTimeout(patienceMs, () => socket.destroy());
  socket.on('error', () => undefined); // cut off for what it said
  socket.once('close', () => resolve());
  socket.resume();
  socket.end(bytes);
  return promise;
}

function residentKib(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib);
}
