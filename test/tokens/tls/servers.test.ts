import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  type TokenServiceServer,
  TokenServiceService,
} from '../../../src/generated/influxchatops/token/v1/token_service.ts';
import { createAuthority, type KeyPair, type Wanted } from '../../gateway/certificates.ts';
import { BOT, filesOf, openBot, startTlsGateway } from '../../gateway/tls-server/start-tls-gateway.ts';
import { revokeRequest } from '../contract.ts';

const ours = await createAuthority('ours');
const theirs = await createAuthority('theirs');
const server = await ours.issue({ role: 'server' });
const bot = await ours.issue({ role: 'client', names: [{ type: 'url', value: BOT }] });
const botEnd = { ca: ours.cert, ...bot };
const REQUEST = revokeRequest({ timeoutMs: 5_000 });

/** A gRPC server that is not ours and would revoke what it is asked to; counts how often it was. */
async function startImpostor(credentials: ServerCredentials) {
  const seen = { calls: 0 };
  const grpc = new Server();
  const implementation: TokenServiceServer = {
    getToken: (_call, callback) => callback({ code: 5 }),
    listTokens: (call) => void call.end(),
    withdrawRevocation: (_call, callback) => callback(null, {}),
    revokeToken: (_call, callback) => {
      seen.calls += 1;
      callback(null, { outcome: 1, clusterStatus: 204, revokedAt: undefined });
    },
  };
  grpc.addService(TokenServiceService, implementation);
  const { promise, resolve } = Promise.withResolvers<number>();
  grpc.bindAsync('127.0.0.1:0', credentials, (_error, port) => resolve(port));
  onTestFinished(() => grpc.forceShutdown());
  return { address: `127.0.0.1:${await promise}`, seen };
}

const showing = ({ cert, key }: KeyPair) =>
  ServerCredentials.createSsl(
    Buffer.from(ours.cert),
    [{ cert_chain: Buffer.from(cert), private_key: Buffer.from(key) }],
    true,
  );

async function listening(listener: TcpServer): Promise<string> {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => void listener.close());
  const { port }: Partial<AddressInfo> = Object(listener.address());
  return `127.0.0.1:${port}`;
}

const elsewhere: Wanted['names'] = [{ type: 'dns', value: 'gateway.example.com' }];

test('a server that shows a certificate for its host, of our authority, is spoken to', async () => {
  const { address, seen } = await startImpostor(showing(server));
  const { service, trouble } = openBot(address, filesOf(botEnd));

  expect(await service.revoke(REQUEST)).toMatchObject({ outcome: 'revoked' });

  expect(seen.calls).toBe(1);
  expect(trouble).toEqual([]);
});

test('`server_name` says what the certificate is made out to, where that is not the host', async () => {
  const named = await ours.issue({ role: 'server', names: elsewhere });
  const { address } = await startImpostor(showing(named));
  const { service } = openBot(address, filesOf(botEnd), 'gateway.example.com');

  expect(await service.revoke(REQUEST)).toMatchObject({ outcome: 'revoked' });
});

const REFUSED: readonly (readonly [string, KeyPair, string])[] = [
  [
    'another authority signed',
    await theirs.issue({ role: 'server' }),
    'its certificate is signed by an authority that `ca` does not hold',
  ],
  [
    'is signed by itself',
    await ours.issue({ role: 'server', selfSigned: true }),
    'its certificate is signed by itself',
  ],
  ['has expired', await ours.issue({ role: 'server', expired: true }), 'its certificate has expired'],
  ['is not yet valid', await ours.issue({ role: 'server', notYetValid: true }), 'its certificate is not valid yet'],
  [
    'is for another host',
    await ours.issue({ role: 'server', names: elsewhere }),
    'its certificate is for another host',
  ],
  [
    'is a client’s',
    await ours.issue({ role: 'client' }),
    'its certificate is made for the other role: client and server are not the same',
  ],
];

describe('nothing is sent to a server', () => {
  test.each(REFUSED)('whose certificate %s', async (_what, shown, reason) => {
    const { address, seen } = await startImpostor(showing(shown));
    const { service, trouble } = openBot(address, filesOf(botEnd));

    await expect(service.revoke(REQUEST)).rejects.toMatchObject({
      kind: 'lost',
      message: expect.stringContaining(reason),
    });

    expect(trouble).toEqual([reason]);
    expect(await service.serving('default')).toBe(false);
    expect(seen.calls).toBe(0);
  });

  test('that nobody vouches for, even where the environment asks to trust everybody', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { address, seen } = await startImpostor(showing(await theirs.issue({ role: 'server' })));
    const { service } = openBot(address, filesOf(botEnd));

    await expect(service.revoke(REQUEST)).rejects.toMatchObject({ kind: 'lost' });

    expect(seen.calls).toBe(0);
  });

  test('without TLS', async () => {
    const { address, seen } = await startImpostor(ServerCredentials.createInsecure());
    const { service, trouble } = openBot(address, filesOf(botEnd));

    await expect(service.revoke(REQUEST)).rejects.toMatchObject({ kind: 'lost' });

    expect(trouble).toEqual([
      expect.stringMatching(/^it (does not speak TLS|closed the connection during the handshake)$/),
    ]);
    expect(seen.calls).toBe(0);
  });

  const asking: TlsOptions = { ca: ours.cert, ...server, requestCert: true };

  test.each<readonly [string, TlsOptions, string]>([
    ['that speaks TLS 1.2 at most', { ...asking, maxVersion: 'TLSv1.2' }, 'it does not speak TLS 1.3'],
    [
      'that speaks no HTTP/2',
      { ...asking, ALPNProtocols: ['http/1.1'] },
      'the handshake failed (ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL)',
    ],
    ['that knows of no protocols', asking, 'it does not speak HTTP/2'],
  ])('%s', async (_what, options, reason) => {
    const received: Buffer[] = [];
    const listener = createTlsServer(options, (socket) => socket.on('data', (chunk) => received.push(chunk)));
    listener.on('tlsClientError', () => undefined);
    const { service, trouble } = openBot(await listening(listener), filesOf(botEnd));

    await expect(service.revoke(REQUEST)).rejects.toMatchObject({ kind: 'lost' });

    expect(trouble).toEqual([reason]);
    expect(received).toEqual([]);
  });

  test('that answers a handshake in plain text', async () => {
    const listener = createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { service, trouble } = openBot(await listening(listener), filesOf(botEnd));

    await expect(service.revoke(REQUEST)).rejects.toMatchObject({ kind: 'lost' });

    expect(trouble).toEqual(['it does not speak TLS']);
  });
});

test.each<readonly [string, (onConnection: (socket: Socket) => void) => TcpServer]>([
  ['before the handshake', (onConnection) => createTcpServer(onConnection)],
  [
    'after the handshake',
    (onConnection) =>
      createTlsServer({ ca: ours.cert, ...server, requestCert: true, ALPNProtocols: ['h2'] }, onConnection),
  ],
])(
  'a server that says nothing %s holds up no call, and is given up',
  async (_when, create) => {
    let connections = 0;
    const again = Promise.withResolvers<void>();
    const listener = create((socket) => {
      connections += 1;
      socket.resume().on('error', () => socket.destroy());
      if (connections === 2) again.resolve();
    });
    const { service, trouble } = openBot(await listening(listener), filesOf(botEnd));
    const lost = { kind: 'lost' };

    await expect(service.revoke({ ...REQUEST, timeoutMs: 200 })).rejects.toMatchObject(lost);
    await expect(service.revoke({ ...REQUEST, timeoutMs: 10_000 })).rejects.toMatchObject(lost);
    const later = service.revoke({ ...REQUEST, timeoutMs: 10_000 }).catch(({ kind }) => ({ kind }));
    await again.promise;
    service.close();

    expect(await later).toEqual(lost);
    expect(trouble[0]).toBe('it said nothing');
  },
  30_000,
);

describe('the bot’s own files', () => {
  test('are read again for each connection', async () => {
    const { address, logged } = await startTlsGateway({ ca: ours.cert, ...server });
    const expired = await ours.issue({ role: 'client', names: [{ type: 'url', value: BOT }], expired: true });
    const files = filesOf({ ...botEnd, ...expired });
    const { service } = openBot(address, files);
    await expect(service.get(REQUEST)).rejects.toMatchObject({ kind: 'lost' });
    expect(await logged('client refused')).toMatchObject({ reason: 'its certificate has expired' });

    files.write(bot);

    await expect.poll(() => service.serving('default'), { timeout: 10_000 }).toBe(true);
    expect((await service.get(REQUEST)).token?.id).toBe(REQUEST.tokenId);
  }, 20_000);

  test('that cannot be used are named at the first call', async () => {
    const files = filesOf({ ...botEnd, key: server.key });
    const { service } = openBot('127.0.0.1:1', files);

    await expect(service.get(REQUEST)).rejects.toThrow(`${files.key} is not the key of the certificate.`);
  });
});
