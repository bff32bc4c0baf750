import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bot, type BotOptions, startBot } from '../../handlers/bot.ts';
import { type Cluster, startCluster } from '../../sandbox/cluster/cluster.ts';
import type { ClusterToken } from '../../sandbox/cluster/seed-tokens.ts';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { createLogger } from '../../src/logger.ts';
import { systemClock } from '../../src/revocation/clock.ts';
import { type FaultProxy, openFaultProxy } from '../support/fault-proxy.ts';
import { ON_CALL } from '../support/start-bot.ts';
import { type GatewayOver, gatewayOnStage } from './gateway-on-stage.ts';
import type { Evidence } from './oracle.ts';
import { type StoreOnStage, sqliteOnStage } from './store-on-stage.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** The links between the parts, each with something in between that can break it. */
export const LINKS = [
  'Slack HTTP',
  'Slack WebSocket',
  'gRPC over a Unix socket',
  'gRPC over TCP',
  'PostgreSQL',
  'cluster',
] as const;
export type LinkName = (typeof LINKS)[number];

/** The bot and everything around it in one process, over real sockets, with a proxy on every link it has. */
export interface Stage extends AsyncDisposable {
  readonly workspace: Workspace;
  readonly cluster: Cluster;
  readonly bot: Bot;
  readonly gateway: Gateway;
  /** Throws where this stage has no such link: a gateway listens in one place, and SQLite has no wire. */
  link(name: LinkName): FaultProxy;
  readonly log: readonly string[];
  evidence(): Promise<Evidence>;
}

export interface StageOptions {
  /** At least one. */
  readonly tokens: readonly ClusterToken[];
  /** Where the gateway listens; on a Unix socket unless told otherwise. */
  readonly gatewayOver?: GatewayOver;
  /** In the folder given; an SQLite file unless told otherwise. */
  readonly openStore?: (directory: string) => Promise<StoreOnStage>;
  readonly bot?: Partial<BotOptions>;
}

/** Starts all of it; resolves when Slack can reach the bot. */
export async function openStage({
  tokens,
  gatewayOver = 'a Unix socket',
  openStore = sqliteOnStage,
  ...options
}: StageOptions): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'stage-'));
  const log: string[] = [];
  const logger = createLogger({ level: 'debug', destination: { write: (line: string) => log.push(line) } });
  const proxyTo = (port: number) => openFaultProxy(() => ({ port }));
  const links = new Map<LinkName, FaultProxy>();
  const workspace = await openWorkspace({
    async portsFor(port) {
      const [http, socket] = await Promise.all([proxyTo(port), proxyTo(port)]);
      links.set('Slack HTTP', http).set('Slack WebSocket', socket);
      return { http: http.port, socket: socket.port };
    },
  });
  const cluster = await startCluster({ tokens });
  const clusterLink = await proxyTo(cluster.port);
  const behind = await gatewayOnStage(gatewayOver, { directory, clusterPort: clusterLink.port, logger });
  links.set('cluster', clusterLink).set(`gRPC over ${gatewayOver}`, behind.link);
  // So that the links to the gateway and to the cluster have a connection, as they have after the first plan.
  await behind.service.get({ profile: 'default', tokenId: tokens[0]?.id ?? '', timeoutMs: 5_000 });
  const { store, audit, clock = systemClock(), link: storeLink } = await openStore(directory);
  if (storeLink) links.set('PostgreSQL', storeLink);
  const bot = startBot({ ...botOptions(workspace), store, clock, tokens: behind.service, log: logger, ...options.bot });
  await bot.ready;
  return {
    ...{ workspace, cluster, bot, gateway: behind.gateway, log },
    link(name) {
      const link = links.get(name);
      if (!link) throw new Error(`there is no link ${name} on this stage`);
      return link;
    },
    evidence: async () => ({
      ...clusterEvidence(cluster),
      audit: await audit(),
      events: workspace.events(),
      atRest: true,
      sameClock: true,
    }),
    async [Symbol.asyncDispose]() {
      for (const link of links.values()) link.mend();
      await bot.stop();
      behind.service.close();
      await Promise.all([behind.gateway.drain(), store.close()]);
      await Promise.all([...links.values(), workspace.slack, cluster].map((one) => one.close()));
      rmSync(directory, { recursive: true });
    },
  };
}

/** What the cluster recorded of revocations, from this request on. */
export function clusterEvidence({ requests, tokens }: Cluster, since = 0): Pick<Evidence, 'deletes' | 'isRevoked'> {
  const active = new Set(tokens.filter(({ revokedAt }) => !revokedAt).map(({ id }) => id));
  return {
    deletes: requests
      .slice(since)
      .flatMap(({ method, path, at }) =>
        method === 'DELETE' ? [{ id: path.slice(path.lastIndexOf('/') + 1), at }] : [],
      ),
    isRevoked: (id) => !active.has(id),
  };
}

/** What somebody would configure for this workspace, apart from store, gateway and log. */
export function botOptions({ slack }: Workspace): Omit<BotOptions, 'store' | 'tokens' | 'log'> {
  const profile = { name: 'default', production: true, concurrency: 16, policy: ON_CALL };
  return {
    slack: {
      mode: 'socket',
      appToken: slack.appToken,
      botToken: slack.botToken,
      apiUrl: slack.apiUrl,
      teamIds: undefined,
    },
    profiles: new Map([[profile.name, profile]]),
    ...{ expiresAfterMs: 900_000, sendWithinMs: 1_800_000, pollMs: 1_000, version: '0.0.0', clock: systemClock() },
  };
}
