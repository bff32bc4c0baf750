import { Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { TokenServiceService } from '../generated/influxchatops/token/v1/token_service.ts';
import type { Logger } from '../logger.ts';
import { type CertificateDays, certificateDays, watchCertificates } from '../tls/certificate-days.ts';
import { openBudget } from './budget.ts';
import { createProfiles } from './profile.ts';
import { createReflection } from './reflection.ts';
import { type GatewaySettings, isSocket } from './settings.ts';
import { listenOverTls } from './tls-listener.ts';
import { createTokenService } from './token-service.ts';
import { claimSocket } from './unix-socket.ts';

/** How long calls in flight may take to end before they are cut. */
const DRAIN_MS = 8_000;

const SERVER_OPTIONS: ServerOptions = {
  'grpc.max_receive_message_length': 256 * 1024,
  'grpc.default_compression_algorithm': 0,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
  'grpc.max_concurrent_streams': 1_000,
};

/** A gateway that listens. */
export interface Gateway {
  /** Where: as in the settings, with the port it has taken. */
  readonly address: string;
  /** For how long its certificates are still good; undefined over a socket, or when they cannot be read. */
  certificateDays(): CertificateDays | undefined;
  /** Says NOT_SERVING, accepts nothing new, lets calls in flight end for at most 8 s, and is gone. */
  drain(): Promise<void>;
}

/** Starts the service, health and reflection; resolves when callers are answered. Throws an `Error` fit for a person. */
export async function openGateway(settings: GatewaySettings, logger: Logger): Promise<Gateway> {
  if (isSocket(settings.listen)) await claimSocket(settings.listen.slice('unix:'.length));
  const limits = new Map(settings.clusters.map(({ name, limits }) => [name, limits.revocationsPerHour]));
  const budget = openBudget({ file: settings.budgetFile, limits, now: Date.now });
  const profiles = createProfiles({ clusters: settings.clusters, budget, logger });
  const health = new HealthImplementation();
  const server = new Server(SERVER_OPTIONS);
  server.addService(TokenServiceService, createTokenService({ profiles, logger }));
  health.addToServer(server);
  createReflection().addToServer(server);
  const listener = await listen(server, settings, logger);
  setServing(health, 'SERVING');
  logger.info({ listen: listener.address, profiles: [...limits.keys()] }, 'gateway serving');
  return {
    address: listener.address,
    certificateDays: () => settings.tls && certificateDays(settings.tls, new Date()),
    drain: async () => {
      setServing(health, 'NOT_SERVING');
      await shutDown(server, listener.close());
      await profiles.close();
      logger.info('gateway stopped');
    },
  };
}

/** Where the server is reached. */
interface Listener {
  readonly address: string;
  /** Resolves when the connections that grpc-js does not count are gone. */
  close(): Promise<void>;
}

async function listen(grpc: Server, settings: GatewaySettings, logger: Logger): Promise<Listener> {
  const { listen, tls } = settings;
  if (isSocket(listen)) {
    await bind(grpc, listen);
    return { address: listen, close: async () => undefined };
  }
  if (!tls) throw new Error(`A gateway on ${listen} needs certificates and a list of clients.`);
  const { port, close } = await listenOverTls({ grpc, listen, tls, logger });
  const stopWatching = watchCertificates({ files: tls, log: logger });
  return {
    address: listen.replace(/\d+$/, String(port)),
    close: () => {
      stopWatching();
      return close();
    },
  };
}

function setServing(health: HealthImplementation, status: 'SERVING' | 'NOT_SERVING'): void {
  for (const service of ['', 'influxchatops.token.v1.TokenService']) health.setStatus(service, status);
}

async function bind(server: Server, address: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.bindAsync(address, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
  await promise;
}

/** Resolves when the last call has ended, or was cut. */
async function shutDown(server: Server, connectionsGone: Promise<void>): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const cut = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    server.forceShutdown();
    // It would still wait for the goodbye of a caller that stands still and says none.
    cut.resolve();
  }, DRAIN_MS);
  server.tryShutdown(() => ended.resolve());
  await Promise.race([Promise.all([ended.promise, connectionsGone]), cut.promise]);
  clearTimeout(timer);
}
