import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { BotProcess } from '../../sandbox/bot-process.ts';
import { type Cluster, MANAGEMENT_TOKEN, startCluster } from '../../sandbox/cluster/cluster.ts';
import { freePort } from '../../sandbox/free-port.ts';
import { type Slack, startSlack } from '../../sandbox/slack/slack.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/bot.ts');
/** A process that is gone is noticed after 15 s; then there is work to do. */
const PATIENCE_MS = 90_000;

/** One of the bots, a process of its own with its own gateway and folder. */
export interface OneBot {
  readonly process: BotProcess;
  /** Has Slack send everything here from now on; HTTP only. */
  choose(): void;
}

/** Several bots on one PostgreSQL, between one Slack and one cluster; gone when the test has finished. */
export interface Bots {
  readonly slack: Slack;
  readonly cluster: Cluster;
  readonly one: OneBot;
  readonly other: OneBot;
}

export interface BotsOptions {
  readonly transport: 'http' | 'socket';
  /** Where each of the two finds the database. */
  readonly databaseUrls: readonly [string, string];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Starts two bots. Resolves when Slack can reach both. */
export async function startBots({ transport, databaseUrls, environment }: BotsOptions): Promise<Bots> {
  const directory = mkdtempSync(join(tmpdir(), 'influx-bots-'));
  const now = () => new Date();
  const [slack, cluster] = await Promise.all([startSlack({ clock: { now }, patienceMs: PATIENCE_MS }), startCluster()]);
  const started: BotProcess[] = [];
  onTestFinished(async () => {
    await Promise.all(started.map((bot) => bot.kill()));
    await Promise.all([slack.close(), cluster.close()]);
    rmSync(directory, { recursive: true, force: true });
  });

  async function start(name: string, databaseUrl: string): Promise<OneBot> {
    const port = transport === 'http' ? await freePort() : undefined;
    const process = await BotProcess.start({
      program: PROGRAM,
      configFile: writeConfig(join(directory, name), { slack, cluster, port }),
      logFile: join(directory, `${name}.log`),
      environment: {
        ...environment,
        ...{ SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: slack.botToken, DATABASE_URL: databaseUrl },
        ...(port === undefined ? { SLACK_APP_TOKEN: slack.appToken } : { SLACK_SIGNING_SECRET: slack.signingSecret }),
      },
    });
    started.push(process);
    const choose = () => slack.deliverTo({ url: `http://127.0.0.1:${port}/slack/events` });
    return { process, choose };
  }

  const [one, other] = await Promise.all([start('one', databaseUrls[0]), start('other', databaseUrls[1])]);
  if (transport === 'http') one.choose();
  return { slack, cluster, one, other };
}

function writeConfig(
  directory: string,
  { slack, cluster, port }: { slack: Slack; cluster: Cluster; port: number | undefined },
): string {
  mkdirSync(directory);
  const file = join(directory, 'config.toml');
  writeFileSync(join(directory, 'management-token'), MANAGEMENT_TOKEN, { mode: 0o600 });
  const lines = [
    '[slack]',
    ...(port === undefined ? ['mode = "socket"'] : ['mode = "http"', `port = ${port}`]),
    '[[profile]]',
    'name = "default"',
    'product = "clustered"',
    `host = "${cluster.host}"`,
    `port = "${cluster.port}"`,
    'mgmt_token_file = "management-token"',
    '[profile.tls]',
    'disable = true',
    '[profile.policy]',
    `start = { users = [], usergroups = ["${slack.workspace.group('oncall').id}"] }`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}
