import { join } from 'node:path';
import { Metadata, Server, ServerCredentials, type ServiceError, status } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type GetTokenResponse,
  RevokeOutcome,
  type RevokeTokenResponse,
  type Token,
  type TokenServiceServer,
  TokenServiceService,
} from '../../src/generated/influxchatops/token/v1/token_service.ts';
import { createTokenService } from '../../src/tokens/grpc-client.ts';
import { startGateway, temporaryDirectory } from '../gateway/start-gateway.ts';
import { allOf } from '../support/all-of.ts';
import { revokeRequest, tokenServiceContract } from './contract.ts';

const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';
const READ = { profile: 'default', tokenId: LIVE, timeoutMs: 5_000 };
const LIST = { profile: 'default', timeoutMs: 5_000 };

describe('the gRPC client before a gateway', () => tokenServiceContract(startGateway));

interface Replies {
  readonly get?: GetTokenResponse | Partial<ServiceError>;
  readonly revoke?: RevokeTokenResponse | Partial<ServiceError>;
  readonly list?: readonly Token[];
}

/** A server that speaks the proto and says what it is told to. */
async function startImpostor({ get = {}, revoke = {}, list = [] }: Replies) {
  const address = `unix:${join(temporaryDirectory(), 'impostor.sock')}`;
  const deadlines: number[] = [];
  const server = new Server();
  const implementation: TokenServiceServer = {
    getToken: (call, callback) => {
      deadlines.push(Number(call.getDeadline()) - Date.now());
      if ('revocationsLeft' in get) callback(null, get);
      else callback(get);
    },
    withdrawRevocation: (_call, callback) => callback(null, {}),
    revokeToken: (_call, callback) => {
      if ('outcome' in revoke) callback(null, revoke);
      else callback(revoke);
    },
    listTokens: (call) => {
      deadlines.push(Number(call.getDeadline()) - Date.now());
      call.write({ tokens: [...list] });
      call.end();
    },
  };
  server.addService(TokenServiceService, implementation);
  await new Promise((resolve) => server.bindAsync(address, ServerCredentials.createInsecure(), resolve));
  const service = createTokenService({ addressOf: () => address });
  onTestFinished(() => {
    service.close();
    server.forceShutdown();
  });
  return { service, address, deadlines };
}

const TOKEN = {
  id: LIVE,
  description: '',
  permissions: [],
  createdAt: new Date(0),
  expiresAt: undefined,
  revokedAt: undefined,
};

test('what a description or a database name holds of a secret does not come in', async () => {
  const secret = 'apiv1_c2VjcmV0c2VjcmV0c2VjcmV0==';
  const token = {
    ...TOKEN,
    description: `old one was ${secret}, revoked`,
    permissions: [{ action: 'read', resource: secret }],
  };
  const { service } = await startImpostor({ get: { token, revocationsLeft: 1 }, list: [token] });

  const reading = await service.get(READ);
  const [listed] = await allOf(service.list(LIST));

  expect(reading.token?.description).toBe('old one was [secret removed], revoked');
  expect(listed).toEqual([reading.token]);
  expect(JSON.stringify([reading, listed])).not.toContain('c2Vj');
});

describe('a gateway that does not do as promised', () => {
  test.each([
    ['without a date', { ...TOKEN, createdAt: undefined }],
    ['without an ID', { ...TOKEN, id: '' }],
    ['with a path for an ID', { ...TOKEN, id: '../databases/prod' }],
  ])('a listed token %s is a protocol error', async (_what, token) => {
    const { service } = await startImpostor({ list: [TOKEN, token] });

    await expect(allOf(service.list(LIST))).rejects.toMatchObject({ kind: 'protocol', status: 'OK' });
  });

  test.each([
    ['another token', { token: { ...TOKEN, id: '00000000-0000-4000-8000-000000000000' }, revocationsLeft: 1 }],
    ['no token', { token: undefined, revocationsLeft: 1 }],
    ['a token without a date', { token: { ...TOKEN, createdAt: undefined }, revocationsLeft: 1 }],
  ])('%s in answer to a read is a protocol error', async (_what, get) => {
    const { service } = await startImpostor({ get });

    await expect(service.get(READ)).rejects.toMatchObject({ kind: 'protocol', status: 'OK' });
  });

  test.each([RevokeOutcome.REVOKE_OUTCOME_UNSPECIFIED, RevokeOutcome.UNRECOGNIZED])(
    'invariant 1: the outcome %d is a protocol error, never a success',
    async (outcome) => {
      const { service } = await startImpostor({ revoke: { outcome, revokedAt: new Date(), clusterStatus: 204 } });

      await expect(service.revoke(revokeRequest())).rejects.toMatchObject({ kind: 'protocol' });
    },
  );

  test.each([
    [status.INVALID_ARGUMENT, 'invalid'],
    [status.UNAUTHENTICATED, 'unauthenticated'],
    [status.PERMISSION_DENIED, 'denied'],
    [status.RESOURCE_EXHAUSTED, 'limited'],
    [status.ABORTED, 'busy'],
    [status.UNAVAILABLE, 'lost'],
    [status.DEADLINE_EXCEEDED, 'lost'],
    [status.CANCELLED, 'lost'],
    [status.INTERNAL, 'protocol'],
    [status.UNKNOWN, 'protocol'],
    [status.UNIMPLEMENTED, 'protocol'],
    [status.NOT_FOUND, 'protocol'],
    [status.FAILED_PRECONDITION, 'protocol'],
  ])('status %d in answer to a revocation is %s', async (code, kind) => {
    const { service } = await startImpostor({ revoke: { code, details: 'in its own words' } });

    await expect(service.revoke(revokeRequest())).rejects.toMatchObject({
      kind,
      status: status[code],
      message: `revoking ${LIVE}: in its own words`,
      answered: false,
      retryAfterMs: undefined,
    });
  });

  test.each([
    ['1500', 1_500],
    ['-1', undefined],
    ['soon', undefined],
  ])('a pushback of %j is %s milliseconds', async (pushback, retryAfterMs) => {
    const metadata = new Metadata();
    metadata.set('grpc-retry-pushback-ms', pushback);
    const { service } = await startImpostor({ get: { code: status.RESOURCE_EXHAUSTED, metadata } });

    await expect(service.get(READ)).rejects.toMatchObject({ kind: 'limited', retryAfterMs });
  });
});

test("a gateway's own limits are told apart from the cluster's", async () => {
  const metadata = new Metadata();
  metadata.set('cluster-status', '429');
  const { service } = await startImpostor({ get: { code: status.RESOURCE_EXHAUSTED, metadata } });

  await expect(service.get(READ)).rejects.toMatchObject({ kind: 'throttled', answered: true, status: 'HTTP 429' });
});

test('every call has a deadline, and none a longer one than ten seconds', async () => {
  const { service, deadlines } = await startImpostor({ get: { token: TOKEN, revocationsLeft: 1 } });

  await service.get({ ...READ, timeoutMs: 600_000 });
  await service.get({ ...READ, timeoutMs: 1_000 });

  expect(deadlines[0]).toBeLessThanOrEqual(10_000);
  expect(deadlines[1]).toBeLessThanOrEqual(1_000);
});

test('a listing has a deadline too, and none a longer one than five minutes', async () => {
  const { service, deadlines } = await startImpostor({});

  for (const timeoutMs of [3_600_000, 60_000]) await allOf(service.list({ ...LIST, timeoutMs }));

  expect(deadlines[0]).toBeLessThanOrEqual(300_000);
  expect(deadlines[0]).toBeGreaterThan(60_000);
  expect(deadlines[1]).toBeLessThanOrEqual(60_000);
});

test('a gateway that is not there loses the call, and does not serve', async () => {
  const service = createTokenService({ addressOf: () => `unix:${join(temporaryDirectory(), 'nobody.sock')}` });
  onTestFinished(() => service.close());

  await expect(service.get(READ)).rejects.toMatchObject({ kind: 'lost', status: 'UNAVAILABLE' });
  expect(await service.serving('default')).toBe(false);
});

test('follows a gateway that moves to another address', async () => {
  const [first, second] = [await startGateway(), await startGateway()];
  let address = first.address;
  const service = createTokenService({ addressOf: () => address });
  onTestFinished(() => service.close());
  await service.get(READ);
  await first.drain();

  address = second.address;
  const { token } = await service.get(READ);

  expect(token?.id).toBe(LIVE);
  expect(second.cluster.requests).toHaveLength(1);
  expect(await service.serving('default')).toBe(true);
});

test('keeps the connections of profiles with different gateways apart', async () => {
  const [one, other] = [await startGateway(), await startGateway()];
  const service = createTokenService({ addressOf: (profile) => (profile === 'default' ? one.address : other.address) });
  onTestFinished(() => service.close());

  await service.get(READ);
  await expect(service.get({ ...READ, profile: 'elsewhere' })).rejects.toMatchObject({ kind: 'invalid' });
  await service.get(READ);

  expect(one.cluster.requests).toHaveLength(2);
  expect(other.cluster.requests).toHaveLength(0);
});

test('speaks without TLS to Unix sockets only', async () => {
  const service = createTokenService({ addressOf: () => '10.0.0.1:8443' });

  await expect(service.get(READ)).rejects.toThrow('Unix socket');
});
