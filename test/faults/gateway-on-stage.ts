import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MANAGEMENT_TOKEN } from '../../sandbox/cluster/cluster.ts';
import { type Gateway, openGateway } from '../../src/gateway/gateway.ts';
import type { Logger } from '../../src/logger.ts';
import type { TlsFiles } from '../../src/tls/tls-files.ts';
import { createTokenService, type GrpcTokenService } from '../../src/tokens/grpc-client.ts';
import { createAuthority } from '../gateway/certificates.ts';
import { type FaultProxy, openFaultProxy } from '../support/fault-proxy.ts';

/** Where a gateway listens: in a folder of its own, or on a port where only known certificates are let in. */
export type GatewayOver = 'a Unix socket' | 'TCP';

/** A real gateway, the bot's own client of it, and what stands between the two. */
export interface GatewayOnStage {
  /** May be drained more than once. */
  readonly gateway: Gateway;
  readonly service: GrpcTokenService;
  readonly link: FaultProxy;
}

/** In which folder, for the cluster on which port of this machine. */
interface Place {
  readonly directory: string;
  readonly clusterPort: number;
  readonly logger: Logger;
}

const BOT = 'spiffe://example.com/influx-chatops';

/** Starts it; resolves when it serves. */
export async function gatewayOnStage(over: GatewayOver, place: Place): Promise<GatewayOnStage> {
  const { gateway, ...rest } = over === 'TCP' ? await behindPort(place) : await behindSocket(place);
  let draining: Promise<void> | undefined;
  return { ...rest, gateway: { ...gateway, drain: () => (draining ??= gateway.drain()) } };
}

async function behindSocket({ directory, clusterPort, logger }: Place): Promise<GatewayOnStage> {
  const sockets = { gateway: join(directory, 'gateway.sock'), link: join(directory, 'link.sock') };
  const gateway = await openGateway(gatewaySettings(directory, sockets.gateway, clusterPort), logger);
  const link = await openFaultProxy(() => ({ path: sockets.gateway }), { path: sockets.link });
  return { gateway, link, service: createTokenService({ addressOf: () => `unix:${sockets.link}` }) };
}

async function behindPort({ directory, clusterPort, logger }: Place): Promise<GatewayOnStage> {
  const authority = await createAuthority('stage');
  const files = async (end: string, wanted: Parameters<typeof authority.issue>[0]): Promise<TlsFiles> => {
    const { cert, key } = await authority.issue(wanted);
    const file = (name: string, text: string) => {
      const path = join(directory, `${end}-${name}.pem`);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    };
    return { ca: file('ca', authority.cert), cert: file('cert', cert), key: file('key', key) };
  };
  const { ca, cert, key } = await files('gateway', { role: 'server' });
  const gateway = await openGateway(
    {
      ...gatewaySettings(directory, '', clusterPort),
      ...{ listen: '127.0.0.1:0', tls: { ca, cert, key, clients: [BOT] } },
    },
    logger,
  );
  const link = await openFaultProxy(() => ({ port: Number(gateway.address.split(':')[1]) }));
  const bot = await files('bot', { role: 'client', names: [{ type: 'url', value: BOT }] });
  return {
    ...{ gateway, link },
    service: createTokenService({ addressOf: () => ({ address: `127.0.0.1:${link.port}`, ...bot }) }),
  };
}

/** A gateway on this socket, for the cluster on this port. */
export function gatewaySettings(directory: string, socket: string, port: number): Parameters<typeof openGateway>[0] {
  const limits = { concurrency: 16, perSecond: 1_000_000, revocationsPerHour: 1_000_000 };
  const tls = { insecure: false, disable: true };
  const managementToken = { value: MANAGEMENT_TOKEN };
  return {
    listen: `unix:${socket}`,
    budgetFile: join(directory, 'budget.ndjson'),
    clusters: [{ name: 'default', product: 'clustered', host: '127.0.0.1', port, managementToken, tls, limits }],
    logLevel: 'debug',
  };
}
