import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startCluster } from '../../sandbox/cluster/cluster.ts';
import { openGateway } from '../../src/gateway/gateway.ts';
import type { GatewaySettings } from '../../src/gateway/settings.ts';
import { claimSocket } from '../../src/gateway/unix-socket.ts';
import { createLogger } from '../../src/logger.ts';
import { openChannel } from '../../src/tokens/channel.ts';
import { isServing } from '../../src/tokens/health.ts';
import { openRawClient } from './raw-client.ts';
import { profileOf, startGateway, temporaryDirectory } from './start-gateway.ts';

const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';
const CHECK = { timeoutMs: 2_000 };

describe('draining', () => {
  test('lets calls in flight end, takes no new ones, and removes the socket', async () => {
    const { cluster, address, drain, service } = await startGateway();
    const client = openRawClient(address);
    const fault = cluster.fault({ method: 'DELETE' }, { kind: 'hang' });
    const arrived = new Promise((resolve) => cluster.onRequest(resolve));
    const inFlight = client.revoke({ tokenId: LIVE });
    await arrived;

    const drained = drain();
    const late = await openRawClient(address).get({ tokenId: LIVE });
    const serving = await service.serving('default');
    fault.release();

    expect(await inFlight).toMatchObject({ status: 'OK', reply: { outcome: 1 } });
    await drained;
    expect(late).toMatchObject({ status: 'UNAVAILABLE' });
    expect(serving).toBe(false);
    expect(existsSync(address.slice('unix:'.length))).toBe(false);
  });

  test('says NOT_SERVING to those who are connected', async () => {
    const { cluster, address, drain } = await startGateway();
    const channel = openChannel(address);
    onTestFinished(() => channel.close());
    const before = await isServing(channel, CHECK);
    const fault = cluster.fault({}, { kind: 'hang' });
    const arrived = new Promise((resolve) => cluster.onRequest(resolve));
    const inFlight = openRawClient(address).get({ tokenId: LIVE });
    await arrived;

    const drained = drain();
    const after = await isServing(channel, CHECK);
    fault.release();
    await Promise.all([drained, inFlight]);

    expect([before, after]).toEqual([true, false]);
  });
});

describe('a request that is too large', () => {
  test('is refused, and the gateway goes on', async () => {
    const { address, cluster } = await startGateway();
    const client = openRawClient(address);

    const large = await client.revoke({ tokenId: LIVE, reason: 'x'.repeat(300 * 1_024) });

    expect(large).toMatchObject({ status: 'RESOURCE_EXHAUSTED' });
    expect(cluster.requests).toEqual([]);
    expect(await client.get({ tokenId: LIVE })).toMatchObject({ status: 'OK' });
  });
});

describe('the socket', () => {
  test('lies in a directory that is closed to others, which is made where it is missing', async () => {
    const path = join(temporaryDirectory(), 'new', 'gateway.sock');

    await claimSocket(path);

    expect(existsSync(join(path, '..'))).toBe(true);
  });

  test('is refused in a directory that others may enter', async () => {
    const directory = join(temporaryDirectory(), 'open');
    mkdirSync(directory);
    chmodSync(directory, 0o755);

    await expect(claimSocket(join(directory, 'gateway.sock'))).rejects.toThrow(
      `The directory ${directory} must belong`,
    );
  });

  test('is refused when something else lies there', async () => {
    const path = join(temporaryDirectory(), 'gateway.sock');
    writeFileSync(path, '');

    await expect(claimSocket(path)).rejects.toThrow(`${path} is in the way`);
  });

  test('is refused when its path is longer than the system allows', async () => {
    await expect(claimSocket(`/tmp/${'x'.repeat(100)}/gateway.sock`)).rejects.toThrow('too long');
  });

  test('is refused when another gateway listens on it, which goes on', async () => {
    const { address, cluster, settings, service } = await startGateway();
    const second = openGateway(settings, createLogger({ level: 'silent' }));

    await expect(second).rejects.toThrow(`Another program listens on ${address.slice('unix:'.length)} already.`);
    expect(await service.serving('default')).toBe(true);
    expect(cluster.requests).toEqual([]);
  });

  test('is taken over from a gateway that died', async () => {
    const path = join(temporaryDirectory(), 'gateway.sock');
    const left = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 9))`;
    await expect(promisify(execFile)(process.execPath, ['-e', left])).rejects.toThrow();
    expect(existsSync(path)).toBe(true);
    const cluster = await startCluster();
    onTestFinished(() => cluster.close());
    const settings: GatewaySettings = {
      listen: `unix:${path}`,
      budgetFile: join(temporaryDirectory(), 'budget.ndjson'),
      clusters: [profileOf(cluster)],
      logLevel: 'silent',
    };

    const gateway = await openGateway(settings, createLogger({ level: 'silent' }));
    onTestFinished(() => gateway.drain());

    expect(await openRawClient(settings.listen).get({ tokenId: LIVE })).toMatchObject({ status: 'OK' });
  });

  test('of a program that listens and says nothing is not taken over', async () => {
    const path = join(temporaryDirectory(), 'gateway.sock');
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(path, resolve));
    onTestFinished(() => void other.close());

    await expect(claimSocket(path)).rejects.toThrow(path);
  });
});
