import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Cluster, MANAGEMENT_TOKEN, startCluster } from '../../sandbox/cluster/cluster.ts';
import { type Slack, type SlackOptions, startSlack } from '../../sandbox/slack/slack.ts';
import { temporaryDirectory } from '../gateway/start-gateway.ts';
import { runProgram } from '../support/program.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/doctor.ts');

interface PatientOptions {
  readonly slack?: SlackOptions;
  readonly cluster?: Parameters<typeof startCluster>[0];
  readonly store?: string;
  /** What the profile's policy says. */
  readonly policy?: string;
  /** Who may freeze the bot. */
  readonly freeze?: string;
  /** Lines below `[[profile]]`, in place of those that reach the cluster. */
  readonly profile?: (cluster: Cluster) => string;
  readonly managementToken?: string;
  readonly environment?: (slack: Slack) => Readonly<Record<string, string>>;
}

/** What a doctor said, to either output. */
interface Diagnosis {
  readonly code: number | null;
  readonly lines: readonly string[];
  /** Those that are not ok. */
  readonly bad: readonly string[];
}

/** A workspace, a cluster and a configuration that fits them, and the doctor as a process that looks at them. */
export async function patient(options: PatientOptions = {}) {
  const directory = temporaryDirectory();
  const slack = await startSlack(options.slack);
  onTestFinished(() => slack.close());
  const cluster = await startCluster(options.cluster);
  onTestFinished(() => cluster.close());
  const file = join(directory, 'config.toml');
  mkdirSync(join(directory, 'data'));
  writeFileSync(join(directory, 'mgmt-token'), options.managementToken ?? MANAGEMENT_TOKEN, { mode: 0o600 });
  const profile = options.profile ?? ((at) => `${reaching(at)}\n[profile.tls]\ndisable = true`);
  writeFileSync(
    file,
    `
    [slack]
    mode = "socket"
    [store]
    url = "sqlite:${options.store ?? 'data/bot.db'}"
    ${options.freeze === undefined ? '' : `[policy]\nfreeze = ${options.freeze}`}
    [[profile]]
    name = "default"
    ${profile(cluster)}
    [profile.policy]
    ${options.policy ?? 'start = { usergroups = ["S0ONCALL01"] }'}
    `,
  );
  const environment = {
    ...{ SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken },
    ...options.environment?.(slack),
  };
  return { slack, cluster, file, directory, environment, examine: () => runDoctor(file, environment) };
}

/** How a profile reaches this cluster, without TLS options. */
export function reaching({ host, port }: Pick<Cluster, 'host' | 'port'>): string {
  return `
    product = "clustered"
    host = "${host}"
    port = ${port}
    mgmt_token_file = "mgmt-token"`;
}

export async function runDoctor(file: string, environment: Readonly<Record<string, string>> = {}): Promise<Diagnosis> {
  const doctor = runProgram(PROGRAM, ['--config', file], environment);
  const code = await doctor.ended;
  const lines = doctor.output().split('\n');
  return { code, lines, bad: lines.filter((line) => line.startsWith('not ok ')) };
}
