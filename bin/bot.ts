import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Bot, startBot } from '../handlers/bot.ts';
import packageJson from '../package.json' with { type: 'json' };
import { startChildGateway } from '../src/child-gateway.ts';
import { type BotConfig, childGatewaySettings, readBotConfig } from '../src/config.ts';
import { createLogger, type Logger } from '../src/logger.ts';
import { startOperations } from '../src/ops/operations.ts';
import { openStore } from '../src/store/open-store.ts';
import { certificateDays, watchCertificates } from '../src/tls/certificate-days.ts';
import { createTokenService } from '../src/tokens/grpc-client.ts';

const HELP = `Revokes leaked InfluxDB tokens from Slack.

Usage: npm start -- --config FILE

  --config FILE  the configuration; otherwise INFLUX_CHATOPS_CONFIG, otherwise ./config.toml
  -h, --help     this text`;

const STOP_WITHIN_MS = 9_500;

async function main(): Promise<void> {
  const { config, help } = parseArgs({
    options: { config: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  }).values;
  if (help) return console.log(HELP);
  const file = config ?? process.env.INFLUX_CHATOPS_CONFIG ?? 'config.toml';
  const settings = readBotConfig({ file, env: process.env });
  const log = createLogger({ level: settings.logLevel, secrets: settings.secrets });
  for (const warning of settings.warnings) log.warn(warning);
  // Better gone, and started again by whoever watches, than alive and deaf.
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error }, 'the bot failed and ends');
      process.exit(1);
    });
  }
  const environment = hideSecrets();
  await run(settings, log, () =>
    childGatewaySettings({ file, env: environment(), listen: '', budgetFile: settings.budgetFile }),
  );
}

async function run(
  settings: BotConfig,
  log: Logger,
  gatewaySettings: () => ReturnType<typeof childGatewaySettings>,
): Promise<void> {
  const { store, clock, pollMs } = await openStore(settings.store);
  const needsGateway = settings.profiles.some(({ gatewayAddress }) => gatewayAddress === undefined);
  const program = fileURLToPath(import.meta.resolve('./gateway.ts'));
  const gateway = needsGateway
    ? await startChildGateway({ settings: gatewaySettings, program, logger: log, environment: process.env })
    : undefined;
  const addresses = new Map(settings.profiles.map(({ name, gatewayAddress }) => [name, gatewayAddress]));
  const tokens = createTokenService({
    addressOf: (profile) => addresses.get(profile) ?? gateway?.address ?? '',
    onTrouble: (address, reason) => log.warn({ gateway: address, reason }, 'gateway cannot be used'),
  });
  for (const address of addresses.values()) if (typeof address === 'object') watchCertificates({ files: address, log });
  let bot: Bot | undefined;
  const operations = await startOperations({
    ...{ store, tokens, clock, log, admin: settings.admin },
    profiles: [...addresses.keys()],
    connected: () => bot?.connected() ?? false,
    certificates: () => certificatesOf(addresses),
  });
  bot = startBot({
    slack: settings.slack,
    profiles: new Map(settings.profiles.map((profile) => [profile.name, profile])),
    ...settings.plan,
    ...{ pollMs, version: packageJson.version, clock, log, freeze: settings.freeze, rotation: settings.rotation },
    ...{ store: operations.store, tokens: operations.tokens, observer: operations.observer },
  });
  const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  bot.ready.then(
    () => log.info({ mode: settings.slack.mode }, 'ready'),
    () => undefined,
  );
  try {
    await Promise.race([stopped, bot.ready.then(() => bot.rejected)]);
  } finally {
    log.info('stopping');
    // What does not end in time is safe in the store, and is finished at the next start.
    setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref();
    await bot.stop();
    await operations.stop();
    tokens.close();
    await gateway?.stop();
    await store.close();
    log.info('stopped');
  }
}

/** How long the certificates of the gateways on a port are still good, by profile. */
function certificatesOf(addresses: ReadonlyMap<string, BotConfig['profiles'][number]['gatewayAddress']>) {
  const days = [...addresses].flatMap(([profile, address]) => {
    const left = typeof address === 'object' ? certificateDays(address, new Date()) : undefined;
    return left ? [[profile, left] as const] : [];
  });
  return new Map(days);
}

/** Takes every secret out of `process.env`, and returns what reads the environment this process was started with. */
function hideSecrets(): () => NodeJS.ProcessEnv {
  const secret = /^(DATABASE_URL|SLACK_(BOT_TOKEN|APP_TOKEN|SIGNING_SECRET)|INFLUXDB_MGMT_TOKEN_.*)$/;
  const copy = process.platform === 'linux' ? undefined : { ...process.env };
  for (const name of Object.keys(process.env)) if (secret.test(name)) delete process.env[name];
  return () => copy ?? environmentAtStart();
}

/** The kernel keeps what a process was started with; read only when the gateway's settings are needed. */
function environmentAtStart(): NodeJS.ProcessEnv {
  const entries = readFileSync('/proc/self/environ', 'utf8').split('\0').filter(Boolean);
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : 'The bot cannot start.');
  process.exit(1);
}
