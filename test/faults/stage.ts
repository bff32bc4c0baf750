import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Bot, type BotOptions, startBot } from '../../handlers/bot.ts';
import { type Cluster, MANAGEMENT_TOKEN, startCluster } from '../../sandbox/cluster/cluster.ts';
import type { ClusterToken } from '../../sandbox/cluster/seed-tokens.ts';
import { type Gateway, openGateway } from '../../src/gateway/gateway.ts';
import { createLogger } from '../../src/logger.ts';
import { systemClock } from '../../src/revocation/clock.ts';
import type { Store } from '../../src/revocation/store.ts';
import type { AuditTable } from '../../src/store/schema.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { createTokenService } from '../../src/tokens/grpc-client.ts';
import { type FaultProxy, openFaultProxy } from '../support/fault-proxy.ts';
import { ON_CALL } from '../support/start-bot.ts';
import type { Evidence } from './oracle.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** The links between the parts, each with something in between that can break it. */
export const LINKS = ['Slack HTTP', 'Slack WebSocket', 'gateway', 'cluster'] as const;
export type LinkName = (typeof LINKS)[number];

/** A store, and its audit log as somebody else reads it. */
export interface StoreOnStage {
  readonly store: Store;
  audit(): Promise<readonly AuditTable[]>;
}

/** The bot and everything around it in one process, over real sockets, with a proxy on every link. */
export interface Stage extends AsyncDisposable {
  readonly workspace: Workspace;
  readonly cluster: Cluster;
  readonly bot: Bot;
  readonly gateway: Gateway;
  readonly links: Readonly<Record<LinkName, FaultProxy>>;
  readonly log: readonly string[];
  evidence(): Promise<Evidence>;
}

export interface StageOptions {
  readonly tokens: readonly ClusterToken[];
  /** In the folder given; an SQLite file unless told otherwise. */
  readonly openStore?: (directory: string) => Promise<StoreOnStage>;
  readonly bot?: Partial<BotOptions>;
}

/** Starts all of it; resolves when Slack can reach the bot. */
export async function openStage({ tokens, openStore = sqliteOnStage, ...options }: StageOptions): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'stage-'));
  const log: string[] = [];
  const logger = createLogger({ level: 'debug', destination: { write: (line: string) => log.push(line) } });
  const link = (port: number) => openFaultProxy(() => ({ port }));
  const slackLinks = Promise.withResolvers<Record<'http' | 'socket', FaultProxy>>();
  const workspace = await openWorkspace({
    async portsFor(port) {
      const [http, socket] = await Promise.all([link(port), link(port)]);
      slackLinks.resolve({ http, socket });
      return { http: http.port, socket: socket.port };
    },
  });
  const cluster = await startCluster({ tokens });
  const clusterLink = await link(cluster.port);
  const sockets = { gateway: join(directory, 'gateway.sock'), link: join(directory, 'link.sock') };
  const opened = await openGateway(gatewaySettings(directory, sockets.gateway, clusterLink.port), logger);
  let draining: Promise<void> | undefined;
  const gateway: Gateway = { ...opened, drain: () => (draining ??= opened.drain()) };
  const gatewayLink = await openFaultProxy(() => ({ path: sockets.gateway }), { path: sockets.link });
  const service = createTokenService({ addressOf: () => `unix:${sockets.link}` });
  const { store, audit } = await openStore(directory);
  const bot = startBot({ ...botOptions(workspace), store, tokens: service, log: logger, ...options.bot });
  await bot.ready;
  const { http, socket } = await slackLinks.promise;
  const links = { 'Slack HTTP': http, 'Slack WebSocket': socket, gateway: gatewayLink, cluster: clusterLink };
  return {
    ...{ workspace, cluster, bot, gateway, links, log },
    evidence: async () => ({
      ...clusterEvidence(cluster),
      audit: await audit(),
      events: workspace.events(),
      atRest: true,
      sameClock: true,
    }),
    async [Symbol.asyncDispose]() {
      for (const one of Object.values(links)) one.mend();
      await bot.stop();
      service.close();
      await Promise.all([gateway.drain(), store.close()]);
      await Promise.all([...Object.values(links), workspace.slack, cluster].map((one) => one.close()));
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

/** An SQLite file in this folder. */
export async function sqliteOnStage(directory: string): Promise<StoreOnStage> {
  const path = join(directory, 'bot.db');
  return { store: await openSqliteStore(path), audit: async () => sqliteAudit(path) };
}

/** The audit log of an SQLite store, read beside whoever writes it. */
export function sqliteAudit(path: string): readonly AuditTable[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database
    .prepare('select seq, at, actor, action, subject, detail, prev_hash, hash from audit order by seq')
    .all();
  database.close();
  return rows.map((row) => ({
    ...{
      seq: Number(row.seq),
      at: Number(row.at),
      actor: `${row.actor}`,
      action: `${row.action}`,
      subject: `${row.subject}`,
    },
    ...{ detail: `${row.detail}`, prev_hash: `${row.prev_hash}`, hash: `${row.hash}` },
  }));
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
