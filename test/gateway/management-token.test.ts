import { renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { MANAGEMENT_TOKEN } from '../../sandbox/cluster/cluster.ts';
import { createManagementToken } from '../../src/gateway/management-token.ts';
import { openRawClient } from './raw-client.ts';
import { startGateway, temporaryFile } from './start-gateway.ts';

const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';

test('is the value, without the spaces and line ends around it', async () => {
  expect(await createManagementToken({ value: ' secret\n' }).read()).toBe('secret');
  expect(await createManagementToken({ file: temporaryFile('secret\r\n') }).read()).toBe('secret');
});

test('is read again when the file was written again', async () => {
  const file = temporaryFile('first');
  const token = createManagementToken({ file });
  await token.read();

  writeFileSync(file, 'second');

  expect(await token.read()).toBe('second');
});

test('is read again when another file takes the place, as Kubernetes does it, even with the same time and size', async () => {
  const [file, next] = [temporaryFile('token-1'), temporaryFile('token-2')];
  const token = createManagementToken({ file });
  await token.read();

  const at = new Date('2026-01-01');
  for (const path of [file, next]) utimesSync(path, at, at);
  renameSync(next, file);

  expect(await token.read()).toBe('token-2');
});

test('is read again after the cluster refused it, changed or not', async () => {
  const file = temporaryFile('token-1');
  const at = new Date('2026-01-01');
  utimesSync(file, at, at);
  const token = createManagementToken({ file });
  await token.read();
  writeFileSync(file, 'token-2');
  utimesSync(file, at, at);

  token.refused();

  expect(await token.read()).toBe('token-2');
});

test.each(['', ' \n', 'two words', 'line\nbreak', 'ünïcode'])('%j is no management token', async (value) => {
  await expect(createManagementToken({ value }).read()).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
});

test('a file that is gone is the problem of the management token: nothing is sent', async () => {
  const file = temporaryFile(MANAGEMENT_TOKEN);
  const { address, cluster } = await startGateway({ profile: { managementToken: { file } } });
  rmSync(file);

  const ending = await openRawClient(address).revoke({ tokenId: LIVE });

  expect(ending).toMatchObject({
    status: 'UNAUTHENTICATED',
    details: 'the file of the management token cannot be read: ENOENT',
  });
  expect(cluster.requests).toEqual([]);
});

test('a rotated management token works without a restart', async () => {
  const file = temporaryFile(MANAGEMENT_TOKEN);
  const { address, cluster } = await startGateway({ profile: { managementToken: { file } } });
  const client = openRawClient(address);
  cluster.managementTokens.clear();
  cluster.managementTokens.add('rotated');
  const refused = await client.get({ tokenId: LIVE });

  writeFileSync(file, 'rotated\n');

  expect(refused).toMatchObject({ status: 'UNAUTHENTICATED', details: 'the cluster answered 401: unauthorized' });
  expect(await client.get({ tokenId: LIVE })).toMatchObject({ status: 'OK' });
});
