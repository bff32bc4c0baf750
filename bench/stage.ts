import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MANAGEMENT_TOKEN } from '../sandbox/cluster/cluster.ts';
import { freePort } from '../sandbox/free-port.ts';
import { type Slack, startSlack } from '../sandbox/slack/slack.ts';
import { type Program, startProgram } from './program.ts';

/** What stands around the bot: Slack in this process, the cluster and the programs in processes of their own. */
export interface Stage extends AsyncDisposable {
  readonly slack: Slack;
  /** Where the stores and sockets are. */
  readonly directory: string;
  /** Where the separate gateway listens, if there is one. */
  readonly gatewayAddress: string;
  /** Where the bot takes Slack's requests. */
  readonly botUrl: string;
  /** The real bot; what it starts is ended with it. */
  startBot(): Promise<Program>;
  /** The real gateway by itself. */
  startGateway(): Promise<Program>;
}

export interface StageOptions {
  /** How many live tokens the cluster has. */
  readonly tokens: number;
  /** How long the cluster takes for each request. */
  readonly latencyMs: number;
  /** Whether the bot uses a gateway that runs by itself, and not one it starts. */
  readonly separateGateway: boolean;
}

/** Starts Slack and the cluster, and writes the configuration. */
export async function openStage({ tokens, latencyMs, separateGateway }: StageOptions): Promise<Stage> {
  await using opening = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), 'influx-chatops-bench-'));
  opening.defer(() => rmSync(directory, { recursive: true, force: true }));
  const slack = opening.use(await startSlack());
  const cluster = opening.use(
    await startProgram({
      module: import.meta.resolve('./programs/cluster.ts'),
      arguments: ['--tokens', `${tokens}`, '--latency', `${latencyMs}`],
      readyWith: 'cluster ready',
    }),
  );
  const { port: clusterPort }: { port: number } = JSON.parse(cluster.readyLine);
  const botPort = await freePort();
  const gatewayAddress = `unix:${join(directory, 'gateway.sock')}`;
  const file = join(directory, 'config.toml');
  writeFileSync(join(directory, 'mgmt-token'), MANAGEMENT_TOKEN, { mode: 0o600 });
  const gateway = separateGateway ? gatewayAddress : undefined;
  writeFileSync(file, configuration({ apiUrl: slack.apiUrl, botPort, clusterPort, gateway }));
  const environment = { SLACK_BOT_TOKEN: slack.botToken, SLACK_SIGNING_SECRET: slack.signingSecret };
  const botUrl = `http://127.0.0.1:${botPort}/slack/events`;
  slack.deliverTo({ url: botUrl });
  const end = opening.move();
  return {
    ...{ slack, directory, gatewayAddress, botUrl },
    startBot: () =>
      startProgram({
        module: import.meta.resolve('../bin/bot.ts'),
        arguments: ['--config', file],
        environment,
        readyWith: 'ready',
      }),
    startGateway: () =>
      startProgram({
        module: import.meta.resolve('../bin/gateway.ts'),
        arguments: ['--config', file],
        readyWith: 'gateway serving',
      }),
    [Symbol.asyncDispose]: () => end.disposeAsync(),
  };
}

interface Places {
  readonly apiUrl: string;
  readonly botPort: number;
  readonly clusterPort: number;
  readonly gateway: string | undefined;
}

/** Everything at its default but the limits, which are lifted. */
function configuration({ apiUrl, botPort, clusterPort, gateway }: Places): string {
  return `
    [slack]
    mode = "http"
    port = ${botPort}
    api_url = "${apiUrl}"
    [store]
    url = "sqlite:bot.db"
    [[profile]]
    name = "default"
    product = "clustered"
    host = "127.0.0.1"
    port = ${clusterPort}
    mgmt_token_file = "mgmt-token"
    [profile.tls]
    disable = true
    [profile.policy]
    start = { usergroups = ["S0ONCALL01"] }
    [profile.limits]
    per_second = 10000
    revocations_per_hour = 1000000
    ${gateway ? `[profile.gateway]\naddress = "${gateway}"\n[gateway]\nlisten = "${gateway}"\nbudget_file = "budget"` : ''}
  `;
}
