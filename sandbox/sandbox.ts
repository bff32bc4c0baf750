import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BotProcess } from './bot-process.ts';
import { type Cluster, MANAGEMENT_TOKEN, startCluster } from './cluster/cluster.ts';
import type { ClusterToken } from './cluster/seed-tokens.ts';
import { freePort } from './free-port.ts';
import type { GrpcCall } from './grpc-call.ts';
import { type Slack, startSlack } from './slack/slack.ts';

export interface SandboxOptions {
  /** The path of the bot's program. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How Slack reaches the bot. */
  readonly transport?: 'http' | 'socket' | undefined;
  /** Instead of the sandbox's own thirty. */
  readonly tokens?: readonly ClusterToken[] | undefined;
  /** Whether the announce channel, owners and type to confirm are configured, which are off where nobody asks for them. */
  readonly withExtras?: boolean | undefined;
  /** Hears of every gRPC call of the bot as it ends. */
  readonly onCall?: ((call: GrpcCall) => void) | undefined;
}

/** A Slack workspace and an InfluxDB cluster in memory, and the real bot with its real gateway between them. */
export interface Sandbox {
  readonly slack: Slack;
  readonly cluster: Cluster;
  /** The folder of the bot's configuration, store and log. */
  readonly directory: string;
  /** How far its clock is ahead of the machine's. */
  readonly aheadMs: number;
  /** The bot of the moment. */
  readonly bot: BotProcess;
  /** Starts the bot again after it ended, however it ended. */
  startAgain(): Promise<void>;
  /** Has Slack reach the bot this way from now on: ends the bot and starts it again. */
  connectBy(transport: 'http' | 'socket'): Promise<void>;
  /** Lets time pass for all of them. */
  pass(ms: number): Promise<void>;
  /** Ends everything, and removes the folder. */
  close(): Promise<void>;
}

/** Starts all of it; resolves when Slack can reach the bot. */
export async function openSandbox({
  program,
  environment,
  transport = 'socket',
  tokens,
  withExtras = false,
  onCall,
}: SandboxOptions): Promise<Sandbox> {
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);
  const directory = mkdtempSync(join(tmpdir(), 'influx-sandbox-'));
  const [slack, cluster] = await Promise.all([startSlack({ clock: { now } }), startCluster({ now, tokens })]);
  let port: number | undefined;
  const reachBy = async (way: typeof transport) => {
    port = way === 'http' ? await freePort() : undefined;
    if (port === undefined) slack.transport = 'socket';
    else slack.deliverTo({ url: `http://127.0.0.1:${port}/slack/events` });
  };
  await reachBy(transport);
  const { PATH, HOME, TMPDIR } = environment;
  const start = () =>
    BotProcess.start({
      program,
      configFile: writeConfig({ directory, slack, cluster, port, withExtras }),
      logFile: join(directory, 'bot.log'),
      onCall,
      environment: {
        ...{ PATH, HOME, TMPDIR, SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: slack.botToken },
        ...(port === undefined ? { SLACK_APP_TOKEN: slack.appToken } : { SLACK_SIGNING_SECRET: slack.signingSecret }),
      },
    });
  let bot = await start();
  const startAgain = async () => {
    bot = await start();
    if (aheadMs > 0) await bot.setAhead(aheadMs);
  };
  return {
    ...{ slack, cluster, directory, startAgain },
    get aheadMs() {
      return aheadMs;
    },
    get bot() {
      return bot;
    },
    async connectBy(way) {
      await bot.stop();
      await reachBy(way);
      await startAgain();
    },
    async pass(ms) {
      aheadMs += ms;
      if (bot.isRunning) await bot.setAhead(aheadMs);
    },
    async close() {
      await bot.stop();
      await Promise.all([slack.close(), cluster.close()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

interface Configured {
  readonly directory: string;
  readonly slack: Slack;
  readonly cluster: Cluster;
  readonly port: number | undefined;
  readonly withExtras: boolean;
}

/** The configuration somebody would write for this workspace and this cluster. */
function writeConfig({ directory, slack, cluster, port, withExtras }: Configured): string {
  const { workspace } = slack;
  const extra = (...lines: readonly string[]) => (withExtras ? lines : []);
  const file = join(directory, 'config.toml');
  writeFileSync(join(directory, 'management-token'), MANAGEMENT_TOKEN, { mode: 0o600 });
  const lines = [
    '[slack]',
    ...(port === undefined ? ['mode = "socket"'] : ['mode = "http"', `port = ${port}`]),
    ...extra(`announce_channel = "${workspace.channel('general').id}"`),
    ...extra('[[rotation.owner]]', 'description = "telegraf*"', `users = ["${workspace.person('carol').id}"]`),
    '[store]',
    'url = "sqlite:data/influx-chatops.db"',
    '[admin]',
    'listen = "127.0.0.1:0"',
    '[policy]',
    `freeze = { users = ["${workspace.person('bob').id}"] }`,
    '[[profile]]',
    'name = "default"',
    'product = "clustered"',
    `host = "${cluster.host}"`,
    `port = "${cluster.port}"`,
    'mgmt_token_file = "management-token"',
    'production = true',
    '[profile.tls]',
    'disable = true',
    '[profile.policy]',
    `start = { users = [], usergroups = ["${workspace.group('oncall').id}"] }`,
    `force = { users = ["${workspace.person('carol').id}"] }`,
    `audit = { users = ["${workspace.person('bob').id}"], usergroups = ["${workspace.group('oncall').id}"] }`,
    'protected = ["description:*do not revoke*"]',
    ...extra('type_to_confirm = { wildcard_write = true, above = 50 }'),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}
