import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { type Bot, type BotOptions, startBot as start } from '../../handlers/bot.ts';
import { type Cluster, type ClusterOptions, MANAGEMENT_TOKEN, startCluster } from '../../sandbox/cluster/cluster.ts';
import type { ClusterToken } from '../../sandbox/cluster/seed-tokens.ts';
import { freePort } from '../../sandbox/free-port.ts';
import type { Slack, SlackOptions } from '../../sandbox/slack/slack.ts';
import { startSlack } from '../../sandbox/slack/slack.ts';
import { openGateway } from '../../src/gateway/gateway.ts';
import type { ClusterSettings } from '../../src/gateway/settings.ts';
import { createLogger } from '../../src/logger.ts';
import { type Clock, systemClock } from '../../src/revocation/clock.ts';
import type { Policy, Profile } from '../../src/revocation/rights/policy.ts';
import type { Store } from '../../src/revocation/store.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { createTokenService } from '../../src/tokens/grpc-client.ts';

/** Who is in the example workspace's `oncall` group may start; nobody may leave out the confirmation. */
export const ON_CALL: Policy = {
  start: { users: [], usergroups: ['S0ONCALL01'] },
  force: { users: [] },
  audit: { users: [], usergroups: [] },
  channels: undefined,
  maxTokens: 100,
  protected: [],
};

export interface StartOptions {
  readonly transport?: 'http' | 'socket';
  readonly slack?: SlackOptions;
  readonly cluster?: ClusterOptions;
  readonly policy?: Partial<Policy>;
  readonly profile?: Partial<Profile>;
  readonly limits?: Partial<ClusterSettings['limits']>;
  readonly clock?: Clock;
  readonly announceChannel?: string;
  readonly bot?: Partial<BotOptions>;
}

/** A real bot and a real gateway between a fake Slack and a fake cluster, over real sockets; gone when the test has finished. */
export interface Running {
  readonly bot: Bot;
  readonly slack: Slack;
  readonly cluster: Cluster;
  readonly store: Store;
  /** The file it is in. */
  readonly storePath: string;
  /** Where the bot takes Slack's requests over HTTP. */
  readonly url: string;
  /** Tokens of the cluster that are neither revoked nor expired. */
  readonly live: readonly ClusterToken[];
  /** The audit log so far, in order. */
  audit(): readonly AuditLine[];
  /** Every line any part logged. */
  readonly log: readonly string[];
  /** Ends the bot as SIGTERM would, and starts another one on the same store. */
  restart(): Promise<Bot>;
}

export async function startBot(options: StartOptions = {}): Promise<Running> {
  const { transport = 'http', clock = systemClock() } = options;
  const directory = mkdtempSync(join(tmpdir(), 'bot-test-'));
  const log: string[] = [];
  const logger = createLogger({ level: 'debug', destination: { write: (line: string) => log.push(line) } });
  const slack = await startSlack({ clock, ...options.slack });
  const cluster = await startCluster(options.cluster);
  const listen = `unix:${join(directory, 'gateway.sock')}`;
  const limits = { concurrency: 16, perSecond: 1_000_000, revocationsPerHour: 1_000_000, ...options.limits };
  const gateway = await openGateway(
    {
      listen,
      budgetFile: join(directory, 'budget.ndjson'),
      clusters: [clusterSettings(cluster, limits)],
      logLevel: 'debug',
    },
    logger,
  );
  const tokens = createTokenService({ addressOf: () => listen });
  const storePath = join(directory, 'bot.db');
  const store = await openSqliteStore(storePath);
  const profile: Profile = {
    name: 'default',
    production: true,
    concurrency: 16,
    policy: { ...ON_CALL, ...options.policy },
    ...options.profile,
  };
  const port = await freePort();
  const botOptions: BotOptions = {
    slack: {
      ...(transport === 'http'
        ? { mode: 'http', signingSecret: slack.signingSecret, host: '127.0.0.1', port }
        : { mode: 'socket', appToken: slack.appToken }),
      botToken: slack.botToken,
      apiUrl: slack.apiUrl,
      teamIds: undefined,
      announceChannel: options.announceChannel,
    },
    profiles: new Map([[profile.name, profile]]),
    ...{
      expiresAfterMs: 900_000,
      sendWithinMs: 1_800_000,
      pollMs: 1_000,
      version: '0.0.0',
      store,
      tokens,
      clock,
      log: logger,
    },
    ...options.bot,
  };
  let bot = start(botOptions);
  onTestFinished(async () => {
    await bot.stop();
    tokens.close();
    await Promise.all([gateway.drain(), slack.close(), cluster.close(), store.close()]);
    rmSync(directory, { recursive: true });
  });
  await bot.ready;
  const url = `http://127.0.0.1:${port}/slack/events`;
  if (transport === 'http') slack.deliverTo({ url });
  return {
    ...{ slack, cluster, store, storePath, log, url },
    get bot() {
      return bot;
    },
    get live() {
      return cluster.tokens.filter(
        ({ revokedAt, expiresAt }) => !revokedAt && (!expiresAt || new Date(expiresAt) > new Date()),
      );
    },
    audit: () => readAudit(storePath),
    async restart() {
      await bot.stop();
      bot = start(botOptions);
      await bot.ready;
      return bot;
    },
  };
}

function clusterSettings(cluster: Cluster, limits: ClusterSettings['limits']): ClusterSettings {
  const { product, host, port } = cluster;
  const account = product === 'dedicated' ? { accountId: 'sandbox-account', clusterId: 'sandbox-cluster' } : {};
  return {
    name: 'default',
    product,
    host,
    port,
    ...account,
    managementToken: { value: MANAGEMENT_TOKEN },
    tls: { insecure: false, disable: true },
    limits,
  };
}

/** An entry of the audit log, as whoever reads the table sees it. */
export interface AuditLine {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
}

function readAudit(path: string): readonly AuditLine[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare('select actor, action, subject, detail from audit order by seq').all();
  database.close();
  return rows.map(({ actor, action, subject, detail }) => ({
    actor: `${actor}`,
    action: `${action}`,
    subject: `${subject}`,
    detail: `${detail}`,
  }));
}
