import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Cluster, type ClusterOptions, MANAGEMENT_TOKEN, startCluster } from '../../sandbox/cluster/cluster.ts';
import { openGateway } from '../../src/gateway/gateway.ts';
import type { ClusterSettings, GatewaySettings } from '../../src/gateway/settings.ts';
import { createLogger } from '../../src/logger.ts';
import { createTokenService, type GrpcTokenService } from '../../src/tokens/grpc-client.ts';

/** A line of a log, as it was written. */
type LogLine = Readonly<Record<string, unknown>>;

export interface StartOptions {
  readonly cluster?: ClusterOptions;
  /** Changes to the settings of the one profile, which is named `default`. */
  readonly profile?: Partial<ClusterSettings>;
  readonly budgetFile?: string;
}

/** A real gateway in this process before a real fake cluster; all gone when the test has finished. */
export interface RunningGateway {
  readonly cluster: Cluster;
  readonly service: GrpcTokenService;
  readonly settings: GatewaySettings;
  readonly address: string;
  readonly log: readonly LogLine[];
  /** The log as text. */
  readonly logText: () => string;
  readonly drain: () => Promise<void>;
}

/** Limits that no test runs into. */
export const UNLIMITED = { concurrency: 16, perSecond: 1_000_000, revocationsPerHour: 1_000_000 };

/** A directory that is gone when the test has finished. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A file with this text that is gone when the test has finished. */
export function temporaryFile(text: string): string {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

/** The settings of a profile that reaches this cluster. */
export function profileOf(cluster: Cluster, changes: Partial<ClusterSettings> = {}): ClusterSettings {
  return {
    name: 'default',
    product: cluster.product,
    host: cluster.host,
    port: cluster.port,
    ...(cluster.product === 'dedicated' ? { accountId: 'sandbox-account', clusterId: 'sandbox-cluster' } : {}),
    managementToken: { value: MANAGEMENT_TOKEN },
    tls: { insecure: false, disable: true },
    limits: UNLIMITED,
    ...changes,
  };
}

/** Starts a cluster, a gateway before it, and a client of the bot's. */
export async function startGateway(options: StartOptions = {}): Promise<RunningGateway> {
  const directory = temporaryDirectory();
  const cluster = await startCluster(options.cluster);
  onTestFinished(() => cluster.close());
  const address = `unix:${join(directory, 'gateway.sock')}`;
  const settings: GatewaySettings = {
    listen: address,
    budgetFile: options.budgetFile ?? join(directory, 'budget.ndjson'),
    clusters: [profileOf(cluster, options.profile)],
    logLevel: 'debug',
  };
  const lines: string[] = [];
  const log: LogLine[] = [];
  const destination = {
    write: (line: string) => {
      lines.push(line);
      log.push(JSON.parse(line));
    },
  };
  const gateway = await openGateway(settings, createLogger({ level: 'debug', destination }));
  const service = createTokenService({ addressOf: () => address });
  let drained: Promise<void> | undefined;
  const drain = () => {
    drained ??= gateway.drain();
    return drained;
  };
  onTestFinished(async () => {
    service.close();
    await drain();
  });
  return { cluster, service, settings, address, log, logText: () => lines.join(''), drain };
}
