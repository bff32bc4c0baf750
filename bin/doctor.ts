import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkAnnounceChannel } from '../handlers/doctor/announce-channel.ts';
import { checkBotToken, checkConnection } from '../handlers/doctor/credentials.ts';
import { checkPolicies } from '../handlers/doctor/policies.ts';
import { boltLogger } from '../handlers/wire/bolt-logger.ts';
import { createDirectory } from '../handlers/wire/directory.ts';
import { createSlackApi } from '../handlers/wire/slack-api.ts';
import { type ChildGateway, startChildGateway } from '../src/child-gateway.ts';
import { ConfigError } from '../src/config/findings.ts';
import { type BotConfig, type ConfigSource, childGatewaySettings, readBotConfig } from '../src/config.ts';
import { type Finding, findingLine, notOk, ok, summary } from '../src/doctor/finding.ts';
import { checkGateways } from '../src/doctor/gateways.ts';
import { checkStore } from '../src/doctor/store.ts';
import { createLogger } from '../src/logger.ts';
import { systemClock } from '../src/revocation/clock.ts';
import { scrub } from '../src/secrets.ts';

const HELP = `Looks at everything the bot needs, and says of each whether it is ok or how to mend it. Works while a bot runs.

Usage: npm run doctor -- --config FILE

  --config FILE  the configuration; otherwise INFLUX_CHATOPS_CONFIG, otherwise ./config.toml
  -h, --help     this text

The exit code is 0 only if all is ok.`;

const SILENT = createLogger({ level: 'silent' });

async function main(): Promise<boolean> {
  const options = { config: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
  const { config, help } = parseArgs({ options }).values;
  if (help) {
    console.log(HELP);
    return true;
  }
  const source = { file: config ?? process.env.INFLUX_CHATOPS_CONFIG ?? 'config.toml', env: process.env };
  let settings: BotConfig;
  try {
    settings = readBotConfig(source);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return report(
      error.problems.map((problem) => notOk(`${source.file}: ${problem}`)),
      [],
    );
  }
  return report(examine(settings, source), settings.secrets);
}

/** Prints the findings as they come; says whether all are ok. */
async function report(coming: AsyncIterable<Finding> | Iterable<Finding>, secrets: readonly string[]) {
  const findings: Finding[] = [];
  for await (const finding of coming) {
    findings.push(finding);
    console.log(scrub(findingLine(finding), secrets));
  }
  console.log(summary(findings));
  return findings.every((finding) => finding.ok);
}

async function* examine(settings: BotConfig, source: ConfigSource): AsyncGenerator<Finding> {
  yield ok(`${source.file}: can be used`);
  yield* settings.warnings.map((warning) => ok(`${source.file}, worth knowing: ${warning}`));
  yield* examineSlack(settings);
  yield* await checkStore(settings.store);
  yield* examineGateways(settings, source);
}

async function* examineSlack({ slack, profiles, freeze }: BotConfig): AsyncGenerator<Finding> {
  const logger = boltLogger(SILENT);
  const { findings, identity } = await checkBotToken({ slack, logger });
  yield* findings;
  yield await checkConnection({ slack, logger });
  if (!identity) return;
  const { client } = createSlackApi({ ...slack, logger });
  if (slack.announceChannel !== undefined) yield await checkAnnounceChannel(client, slack.announceChannel);
  const directory = createDirectory({ client, clock: systemClock() });
  yield* checkPolicies({ profiles, freeze, directory, servedTeams: slack.teamIds ?? [identity.teamId] });
}

async function* examineGateways({ profiles }: BotConfig, source: ConfigSource): AsyncGenerator<Finding> {
  const directory = mkdtempSync(join(tmpdir(), 'influx-chatops-doctor-'));
  const log = join(directory, 'log');
  const logsTo = openSync(log, 'a');
  let own: ChildGateway | undefined;
  // The budget file of a bot that runs is not touched.
  const settings = () => childGatewaySettings({ ...source, listen: '', budgetFile: join(directory, 'budget') });
  const program = fileURLToPath(import.meta.resolve('./gateway.ts'));
  try {
    yield* checkGateways({
      profiles,
      async startOwn() {
        try {
          own = await startChildGateway({ settings, program, logger: SILENT, environment: process.env, logsTo });
          return own;
        } catch (error) {
          throw new Error(readFileSync(log, 'utf8').trim().split('\n').at(-1) || 'it says nothing', { cause: error });
        }
      },
    });
  } finally {
    await own?.stop();
    closeSync(logsTo);
    rmSync(directory, { recursive: true });
  }
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(Error.isError(error) ? error.message : 'The doctor failed.');
  process.exit(1);
}
