import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startGateway } from './start-gateway.ts';

const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';
const SERVICE = 'influxchatops.token.v1.TokenService';

/** buf is a gRPC client in Go: it asks the gateway's reflection how to speak, and speaks. */
async function bufCurl(address: string, method: string, data: object, ...flags: readonly string[]) {
  const args = [
    'curl',
    '--protocol',
    'grpc',
    '--http2-prior-knowledge',
    '--unix-socket',
    address.slice('unix:'.length),
  ];
  const url = `http://localhost/${method}`;
  const request = method === '' ? [] : ['--data', JSON.stringify(data)];
  return promisify(execFile)('node_modules/.bin/buf', [...args, ...flags, ...request, url]);
}

test.each(['grpc-v1', 'grpc-v1alpha'])('reflection %s lists the service', async (version) => {
  const { address } = await startGateway();

  const { stdout } = await bufCurl(address, '', {}, '--reflect-protocol', version, '--list-methods');

  expect(stdout.trim().split('\n')).toEqual([
    `${SERVICE}/GetToken`,
    `${SERVICE}/ListTokens`,
    `${SERVICE}/RevokeToken`,
    `${SERVICE}/WithdrawRevocation`,
  ]);
});

test.each(['grpc-v1', 'grpc-v1alpha'])(
  'a client that is not ours reads and revokes, told how by reflection %s',
  async (version) => {
    const { address, cluster } = await startGateway();
    const reflection = ['--reflect-protocol', version];

    const read = await bufCurl(address, `${SERVICE}/GetToken`, { profile: 'default', token_id: LIVE }, ...reflection);
    const revoked = await bufCurl(
      address,
      `${SERVICE}/RevokeToken`,
      { profile: 'default', token_id: LIVE, operation_id: 'by hand', person: 'U0123', reason: 'leaked' },
      ...reflection,
    );

    expect(JSON.parse(read.stdout)).toMatchObject({
      token: { id: LIVE, description: 'telegraf: edge gateways, plant 1', createdAt: '2025-01-14T08:12:05Z' },
      revocationsLeft: 1_000_000,
    });
    expect(JSON.parse(revoked.stdout)).toEqual({ outcome: 'REVOKE_OUTCOME_REVOKED', clusterStatus: 204 });
    expect(cluster.deletes).toEqual([LIVE]);
  },
);

test('a client that is not ours reads the error and its reason', async () => {
  const { address } = await startGateway();

  const call = bufCurl(address, `${SERVICE}/GetToken`, { profile: 'default', token_id: '../databases/prod' });

  await expect(call).rejects.toMatchObject({
    stderr: expect.stringContaining('the token ID is not a UUID in lower case'),
  });
});

test.each([SERVICE, ''])('a client that is not ours asks for the health of %j', async (service) => {
  const { address } = await startGateway();

  const schema = ['--schema', 'node_modules/grpc-health-check/proto'];
  const { stdout } = await bufCurl(address, 'grpc.health.v1.Health/Check', { service }, ...schema);

  expect(JSON.parse(stdout)).toEqual({ status: 'SERVING' });
});

test('a client that is not ours lists tokens', async () => {
  const { address } = await startGateway();

  const { stdout } = await bufCurl(address, `${SERVICE}/ListTokens`, { profile: 'default', search: 'grafana' });

  expect(JSON.parse(stdout).tokens).toHaveLength(2);
});

test('what reflection tells is what the proto files say', async () => {
  const fresh = ['build', '--as-file-descriptor-set', '-o', '-'];

  const { stdout } = await promisify(execFile)('node_modules/.bin/buf', fresh, { encoding: 'buffer' });

  expect(stdout.equals(readFileSync('src/generated/descriptors.binpb'))).toBe(true);
});
