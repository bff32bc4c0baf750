import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Cluster, startCluster } from '../../../sandbox/cluster/cluster.ts';
import { type Gateway, openGateway } from '../../../src/gateway/gateway.ts';
import { createLogger } from '../../../src/logger.ts';
import type { TlsFiles } from '../../../src/tls/tls-files.ts';
import { createTokenService, type GrpcTokenService } from '../../../src/tokens/grpc-client.ts';
import type { KeyPair } from '../certificates.ts';
import { profileOf, temporaryDirectory } from '../start-gateway.ts';

/** The name of the one bot that is let in. */
export const BOT = 'spiffe://example.com/influx-chatops';

/** One end of a connection: whom it trusts, and what it shows. */
export interface End extends KeyPair {
  readonly ca: string;
}

/** Where the files of one end lie; written again, they are another end's. */
export interface EndFiles extends TlsFiles {
  write(end: Partial<End>): void;
}

/** The files of this end, gone when the test has finished. */
export function filesOf(end: End): EndFiles {
  const directory = temporaryDirectory();
  const files = { ca: join(directory, 'ca.pem'), cert: join(directory, 'own.pem'), key: join(directory, 'own.key') };
  const write = ({ ca, cert, key }: Partial<End>) => {
    if (ca) writeFileSync(files.ca, ca);
    if (cert) writeFileSync(files.cert, cert);
    if (key) writeFileSync(files.key, key, { mode: 0o600 });
  };
  write(end);
  return { ...files, write };
}

type Line = Readonly<Record<string, unknown>>;

export interface TlsGateway {
  readonly gateway: Gateway;
  readonly cluster: Cluster;
  /** `127.0.0.1:port` */
  readonly address: string;
  readonly files: EndFiles;
  readonly log: readonly Line[];
  /** Resolves with the first line of the log with this message, now or later. */
  logged(msg: string): Promise<Line>;
}

/** A real gateway on a port, before a real fake cluster. */
export async function startTlsGateway(end: End, clients: readonly string[] = [BOT]): Promise<TlsGateway> {
  const cluster = await startCluster();
  const files = filesOf(end);
  const log: Line[] = [];
  const listeners = new Set<() => void>();
  const write = (line: string) => {
    log.push(JSON.parse(line));
    for (const listener of listeners) listener();
  };
  const { ca, cert, key } = files;
  const gateway = await openGateway(
    {
      listen: '127.0.0.1:0',
      tls: { ca, cert, key, clients: [...clients] },
      budgetFile: join(temporaryDirectory(), 'budget'),
      clusters: [profileOf(cluster)],
      logLevel: 'debug',
    },
    createLogger({ level: 'debug', destination: { write } }),
  );
  onTestFinished(async () => {
    await gateway.drain();
    await cluster.close();
  });
  return {
    ...{ gateway, cluster, files, log, address: gateway.address },
    logged(wanted) {
      const { promise, resolve } = Promise.withResolvers<Line>();
      const look = () => {
        const line = log.find(({ msg }) => msg === wanted);
        if (line) resolve(line);
      };
      listeners.add(look);
      look();
      return promise;
    },
  };
}

/** The bot's own client at this address with these files, and what it had to say of the connection. */
export function openBot(
  address: string,
  { ca, cert, key }: TlsFiles,
  serverName?: string,
): { readonly service: GrpcTokenService; readonly trouble: readonly string[] } {
  const trouble: string[] = [];
  const service = createTokenService({
    addressOf: () => ({ address, ca, cert, key, serverName }),
    onTrouble: (_address, reason) => trouble.push(reason),
  });
  onTestFinished(() => service.close());
  return { service, trouble };
}
