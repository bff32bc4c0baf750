import { Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { TokenServiceService } from '../generated/influxchatops/token/v1/token_service.ts';
import type { Logger } from '../logger.ts';
import { openBudget } from './budget.ts';
import { createProfiles } from './profile.ts';
import { createReflection } from './reflection.ts';
import type { GatewaySettings } from './settings.ts';
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
  /** Says NOT_SERVING, accepts nothing new, lets calls in flight end for at most 8 s, and is gone. */
  drain(): Promise<void>;
}

/** Starts the service, health and reflection; resolves when callers are answered. Throws an `Error` fit for a person. */
export async function openGateway(settings: GatewaySettings, logger: Logger): Promise<Gateway> {
  await claimSocket(settings.listen.slice('unix:'.length));
  const limits = new Map(settings.clusters.map(({ name, limits }) => [name, limits.revocationsPerHour]));
  const budget = openBudget({ file: settings.budgetFile, limits, now: Date.now });
  const profiles = createProfiles({ clusters: settings.clusters, budget, logger });
  const health = new HealthImplementation();
  const server = new Server(SERVER_OPTIONS);
  server.addService(TokenServiceService, createTokenService({ profiles, logger }));
  health.addToServer(server);
  createReflection().addToServer(server);
  await bind(server, settings.listen);
  setServing(health, 'SERVING');
  logger.info({ listen: settings.listen, profiles: [...limits.keys()] }, 'gateway serving');
  return {
    drain: async () => {
      setServing(health, 'NOT_SERVING');
      await shutDown(server);
      await profiles.close();
      logger.info('gateway stopped');
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

async function shutDown(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => server.forceShutdown(), DRAIN_MS);
  server.tryShutdown(() => resolve());
  await promise;
  clearTimeout(timer);
}
