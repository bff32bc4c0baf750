import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect, type TLSSocket } from 'node:tls';
import { Server } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listenOverTls } from '../../../src/gateway/tls-listener.ts';
import { createLogger } from '../../../src/logger.ts';
import { revokeRequest } from '../../tokens/contract.ts';
import { createAuthority } from '../certificates.ts';
import { BOT, type End, filesOf, openBot, startTlsGateway } from './start-tls-gateway.ts';

const first = await createAuthority('first');
const second = await createAuthority('second');
const botNames = [{ type: 'url', value: BOT }] as const;
const gatewayEnd: End = { ca: first.cert, ...(await first.issue({ role: 'server' })) };
const botEnd: End = { ca: first.cert, ...(await first.issue({ role: 'client', names: [...botNames] })) };
const laterGatewayEnd: End = { ca: second.cert, ...(await second.issue({ role: 'server' })) };
const laterBotEnd: End = { ca: second.cert, ...(await second.issue({ role: 'client', names: [...botNames] })) };
const READ = revokeRequest();

/** A bare connection, open until the test has finished. */
async function secured(address: string, end: End, session?: Buffer): Promise<TLSSocket> {
  const [host = '', port] = address.split(':');
  const socket = connect({ host, port: Number(port), ...end, session, servername: '', ALPNProtocols: ['h2'] });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

/** A connection that the gateway has let in. */
async function letIn(address: string, end: End): Promise<ClientHttp2Session> {
  const socket = await secured(address, end);
  const session = connectHttp2(`https://${address}`, { createConnection: () => socket });
  onTestFinished(() => session.destroy());
  await once(session, 'remoteSettings');
  return session;
}

describe('files that change', () => {
  test('are used by the next connection, without a restart', async () => {
    const { address, files, logged } = await startTlsGateway(gatewayEnd);
    const botFiles = filesOf(botEnd);
    const { service } = openBot(address, botFiles);
    await service.get(READ);

    files.write(laterGatewayEnd);
    botFiles.write(laterBotEnd);
    const newcomer = openBot(address, botFiles);

    expect((await newcomer.service.get(READ)).token?.id).toBe(READ.tokenId);
    expect(await logged('certificates have changed, all connections are made anew')).toMatchObject({ level: 'info' });
    expect((await service.get(READ)).token?.id).toBe(READ.tokenId);
  });

  test('shut out whom they no longer trust', async () => {
    const { address, files, cluster } = await startTlsGateway(gatewayEnd);
    const { service, trouble } = openBot(address, filesOf(botEnd));
    await service.get(READ);
    files.write(laterGatewayEnd);
    const newcomer = await letIn(address, laterBotEnd);

    await expect.poll(() => service.get(READ).catch(({ kind }) => kind)).toBe('lost');

    expect(trouble).toEqual(['its certificate is signed by an authority that `ca` does not hold']);
    expect(newcomer.closed).toBe(false);
    expect(cluster.deletes).toEqual([]);
  });

  test('do no harm while they are replaced one after the other', async () => {
    const { address, files, log } = await startTlsGateway(gatewayEnd);

    files.write({ cert: laterGatewayEnd.cert });
    await letIn(address, botEnd);
    files.write({ key: laterGatewayEnd.key, ca: laterGatewayEnd.ca });
    const newcomer = await secured(address, laterBotEnd);

    expect(newcomer.authorized).toBe(true);
    expect(log).toContainEqual(
      expect.objectContaining({
        level: 'error',
        msg: 'changed certificates cannot be used, the old ones stay',
        problem: `${files.key} is not the key of the certificate.`,
      }),
    );
  });

  test.each([
    ['are gone', (path: string) => rmSync(path), /ENOENT/],
    [
      'are damaged',
      (path: string) => writeFileSync(path, 'PEM'),
      /holds no certificate in PEM, or one that is damaged/,
    ],
  ])('and %s leave the old ones in use', async (_what, harm, problem) => {
    const { address, files, log } = await startTlsGateway(gatewayEnd);

    harm(files.ca);
    await letIn(address, botEnd);
    await letIn(address, botEnd);

    const told = log.filter(({ msg }) => msg === 'changed certificates cannot be used, the old ones stay');
    expect(told).toEqual([expect.objectContaining({ problem: expect.stringMatching(problem) })]);
  });
});

describe('a connection that lasts', () => {
  async function listen(end: End, lookEveryMs: number) {
    const grpc = new Server();
    const files = filesOf(end);
    const { ca, cert, key } = files;
    const tls = { ca, cert, key, clients: [BOT] };
    const logger = createLogger({ level: 'silent' });
    const { port, close } = await listenOverTls({ grpc, listen: '127.0.0.1:0', tls, logger, lookEveryMs });
    onTestFinished(() => {
      void close();
      grpc.forceShutdown();
    });
    return { address: `127.0.0.1:${port}`, files };
  }

  test('is made anew when the files have changed, with nobody knocking', async () => {
    const { address, files } = await listen(gatewayEnd, 20);
    const session = await letIn(address, botEnd);
    const closed = once(session, 'close');

    files.write({ ca: laterGatewayEnd.ca });

    await closed;
    expect(session.destroyed).toBe(true);
  });

  test('ends with the client’s certificate', async () => {
    const { address } = await listen(gatewayEnd, 20);
    const days = (5_000 - 600_000) / 86_400_000;
    const shortLived = await first.issue({ role: 'client', names: [...botNames], days });
    const session = await letIn(address, { ca: first.cert, ...shortLived });

    await once(session, 'close');

    expect(session.destroyed).toBe(true);
  }, 20_000);

  test('stays when nothing has changed', async () => {
    const { address } = await listen(gatewayEnd, 1);
    const session = await letIn(address, botEnd);

    for (let pings = 0; pings < 20; pings += 1) {
      await new Promise((resolve) => session.ping((...answer) => resolve(answer)));
    }

    expect(session.closed).toBe(false);
  });

  test('is never taken up again without showing the certificate', async () => {
    const { address } = await listen(gatewayEnd, 1_000);
    const socket = await secured(address, botEnd);
    socket.resume();
    const [ticket] = await once(socket, 'session');

    const again = await secured(address, botEnd, ticket);

    expect(again.isSessionReused()).toBe(false);
    expect(again.getProtocol()).toBe('TLSv1.3');
  });
});
