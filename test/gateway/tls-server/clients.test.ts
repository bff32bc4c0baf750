import { createSecureContext } from 'node:tls';
import { type ChannelCredentials, credentials } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type RevokeTokenResponse,
  TokenServiceClient,
} from '../../../src/generated/influxchatops/token/v1/token_service.ts';
import { unary } from '../../../src/tokens/unary.ts';
import { revokeRequest, tokenServiceContract } from '../../tokens/contract.ts';
import { createAuthority, type KeyPair, type Wanted } from '../certificates.ts';
import { BOT, filesOf, openBot, startTlsGateway } from './start-tls-gateway.ts';

const ours = await createAuthority('ours');
const theirs = await createAuthority('theirs');
const server = await ours.issue({ role: 'server' });
const gatewayEnd = { ca: ours.cert, ...server };
const named = (value: string): Wanted => ({ role: 'client', names: [{ type: 'url', value }] });
const bot = await ours.issue(named(BOT));

/** A client that is not the bot's: grpc-js as it comes. */
const ordinary = ({ cert, key }: KeyPair) =>
  credentials.createSsl(Buffer.from(ours.cert), Buffer.from(key), Buffer.from(cert));

/** How a revocation with these credentials ends, asked until the gateway has answered or refused. */
async function revoke(address: string, channel: ChannelCredentials) {
  const client = new TokenServiceClient(address, channel);
  onTestFinished(() => client.close());
  const { reply, error } = await unary<RevokeTokenResponse>(
    (...rest) => client.revokeToken({ ...revokeRequest(), reason: '' }, ...rest),
    { timeoutMs: 5_000 },
  );
  return reply ?? error?.code;
}

describe('the bot before a gateway on a port', () =>
  tokenServiceContract(async () => {
    const { address, cluster } = await startTlsGateway(gatewayEnd);
    const { service } = openBot(address, filesOf({ ca: ours.cert, ...bot }));
    return { service, cluster };
  }));

test('a client that shows a certificate with a name on the list is let in', async () => {
  const { address, log } = await startTlsGateway(gatewayEnd);

  const answer = await revoke(address, ordinary(bot));

  expect(answer).toMatchObject({ outcome: 1, clusterStatus: 204 });
  expect(log).not.toContainEqual(expect.objectContaining({ msg: 'client refused' }));
});

test('DNS names are compared without regard to case, and whole', async () => {
  const { address, logged } = await startTlsGateway(gatewayEnd, ['Bot.Example.com']);
  const dns = (value: string) => ours.issue({ role: 'client', names: [{ type: 'dns', value }] });

  const answer = await revoke(address, ordinary(await dns('bot.EXAMPLE.com')));
  const longer = await revoke(address, ordinary(await dns('bot.example.com.evil.com')));

  expect(answer).toMatchObject({ outcome: 1 });
  expect(longer).toBe(14);
  expect(await logged('client refused')).toMatchObject({ names: ['bot.example.com.evil.com'] });
});

const olderTls = createSecureContext({ ca: ours.cert, ...bot, maxVersion: 'TLSv1.2' });

const REFUSED: readonly (readonly [string, ChannelCredentials, string])[] = [
  [
    'a certificate of another authority',
    ordinary(await theirs.issue(named(BOT))),
    'its certificate is signed by an authority that `ca` does not hold',
  ],
  [
    'a certificate signed by itself',
    ordinary(await ours.issue({ ...named(BOT), selfSigned: true })),
    'its certificate is signed by itself',
  ],
  [
    'an expired certificate',
    ordinary(await ours.issue({ ...named(BOT), expired: true })),
    'its certificate has expired',
  ],
  [
    'a certificate that is not yet valid',
    ordinary(await ours.issue({ ...named(BOT), notYetValid: true })),
    'its certificate is not valid yet',
  ],
  [
    'the certificate of a server, even with the right name',
    ordinary(await ours.issue({ ...named(BOT), role: 'server' })),
    'its certificate is made for the other role: client and server are not the same',
  ],
  [
    'another workload’s certificate of the same authority',
    ordinary(await ours.issue(named('spiffe://example.com/influx-chatops-canary'))),
    'its certificate has no name in `clients`',
  ],
  ['no certificate', credentials.createSsl(Buffer.from(ours.cert)), 'it showed no certificate'],
  ['TLS 1.2', credentials.createFromSecureContext(olderTls), 'it does not speak TLS 1.3'],
  ['no TLS at all', credentials.createInsecure(), 'it does not speak TLS'],
];

describe('a client is refused before anything is done', () => {
  test.each(REFUSED)('that comes with %s', async (_what, channel, reason) => {
    const { address, cluster, logged, log } = await startTlsGateway(gatewayEnd);

    const answer = await revoke(address, channel);

    // UNAVAILABLE: neither of the statuses by which the cluster says that it does not know the management token.
    expect(answer).toBe(14);
    expect(await logged('client refused')).toMatchObject({ level: 'warn', client: '127.0.0.1', reason });
    expect(cluster.requests).toEqual([]);
    expect(log).not.toContainEqual(expect.objectContaining({ audit: 'revocation' }));
  });

  test('and those that are let in go on meanwhile', async () => {
    const { address, cluster } = await startTlsGateway(gatewayEnd);
    const { service } = openBot(address, filesOf({ ca: ours.cert, ...bot }));
    await service.get(revokeRequest());

    await Promise.all(REFUSED.map(([, channel]) => revoke(address, channel)));

    expect(await service.revoke(revokeRequest())).toMatchObject({ outcome: 'revoked' });
    expect(cluster.deletes).toHaveLength(1);
  });

  test('which is a lost call to the bot, and never its management token’s fault', async () => {
    const { address } = await startTlsGateway(gatewayEnd);
    const stranger = await ours.issue(named('spiffe://example.com/other'));
    const { service, trouble } = openBot(address, filesOf({ ca: ours.cert, ...stranger }));

    await expect(service.revoke(revokeRequest())).rejects.toMatchObject({ kind: 'lost', status: 'UNAVAILABLE' });

    expect(await service.serving('default')).toBe(false);
    await expect.poll(() => trouble).toEqual(['it closed the connection: it may not know this certificate']);
  });
});

test('a client that knocks again and again is logged once in a while', async () => {
  const { address, log } = await startTlsGateway(gatewayEnd);
  for (let times = 0; times < 5; times += 1) await revoke(address, credentials.createSsl(Buffer.from(ours.cert)));

  const refusals = log.filter(({ msg }) => msg === 'client refused');

  expect(refusals).toHaveLength(1);
});

test('draining lets calls in flight end and takes no new connections', async () => {
  const { address, gateway, cluster } = await startTlsGateway(gatewayEnd);
  const { service } = openBot(address, filesOf({ ca: ours.cert, ...bot }));
  const fault = cluster.fault({ method: 'DELETE' }, { kind: 'hang' });
  const arrived = new Promise((resolve) => cluster.onRequest(resolve));
  const inFlight = service.revoke(revokeRequest());
  await arrived;

  const drained = gateway.drain();
  const late = await revoke(address, ordinary(bot));
  fault.release();

  expect(await inFlight).toMatchObject({ outcome: 'revoked' });
  expect(late).toBe(14);
  await drained;
});

test('the days its certificates are good for can be asked', async () => {
  const { gateway } = await startTlsGateway({ ca: ours.cert, ...(await ours.issue({ role: 'server', days: 30 })) });

  expect(gateway.certificateDays()).toEqual({ own: 30, authority: 100 });
});
