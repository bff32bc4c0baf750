import { dirname, join, resolve } from 'node:path';
import { type AdminSettings, adminSettings } from './config/admin.ts';
import { clusterSettings } from './config/clusters.ts';
import { readConfigFile } from './config/config-file.ts';
import { type Environment, logLevel, type Surroundings } from './config/environment.ts';
import { ConfigError, Findings } from './config/findings.ts';
import { gatewayAccess, isSamePlace, placeOf } from './config/gateways.ts';
import { type ConfiguredProfile, checkNames, configuredProfiles } from './config/profiles.ts';
import type { Config, ProfileTable } from './config/schema.ts';
import { type SlackSettings, slackSecrets, slackSettings } from './config/slack.ts';
import { storeSecrets, storeSettings } from './config/store.ts';
import type { GatewaySettings } from './gateway/settings.ts';
import type { LogLevel } from './logger.ts';
import type { Listed } from './revocation/rights/policy.ts';
import type { RotationSettings } from './revocation/rotating/rotation.ts';
import type { StoreSettings } from './store/open-store.ts';

/** All that a bot is told at its start. Holds Slack's credentials and no management token. */
export interface BotConfig {
  readonly slack: SlackSettings;
  readonly plan: { readonly expiresAfterMs: number; readonly sendWithinMs: number };
  /** When people are reminded of rotations, and who else is. */
  readonly rotation: RotationSettings;
  readonly store: StoreSettings;
  /** Where the bot tells how it is; undefined when nowhere. */
  readonly admin: AdminSettings | undefined;
  /** Who may freeze and unfreeze. */
  readonly freeze: Listed;
  /** At least one, in the order of the file, each with a name of its own. */
  readonly profiles: readonly ConfiguredProfile[];
  /** Where the bot's own gateway keeps its hourly budgets: beside the store, where that is a file. */
  readonly budgetFile: string;
  readonly logLevel: LogLevel;
  /** Values that no log line may hold. */
  readonly secrets: readonly string[];
  /** What works, and is worth knowing. */
  readonly warnings: readonly string[];
}

/** What a gateway by itself is told, and what is worth knowing about it. */
export interface GatewayConfig extends GatewaySettings {
  readonly warnings: readonly string[];
}

/** Where settings come from. */
export interface ConfigSource {
  /** The path of `config.toml`. */
  readonly file: string;
  readonly env: Environment;
}

/** The configuration of the bot. Throws `ConfigError` with every problem at once. */
export function readBotConfig({ file, env }: ConfigSource): BotConfig {
  const { config, surroundings, findings } = read({ file, env });
  const slack = slackSettings(config.slack, surroundings);
  const store = storeSettings(config.store.url, surroundings);
  const admin = adminSettings(config.admin, surroundings);
  const profiles = configuredProfiles(config.profile, surroundings);
  // Looked at for its problems only: the bot keeps no management token.
  clusterSettings(config.profile, isOwn, surroundings);
  const level = logLevel(surroundings);
  if (findings.problems.length > 0 || !slack || !store) throw new ConfigError(file, findings.problems);
  return {
    slack,
    plan: { expiresAfterMs: config.plan.expires_after, sendWithinMs: config.plan.send_within },
    rotation: rotationSettings(config.rotation),
    store,
    admin,
    freeze: config.policy.freeze,
    profiles,
    budgetFile: join(dataDirectory(store, surroundings), 'gateway-budget.json'),
    logLevel: level,
    secrets: [...slackSecrets(slack), ...storeSecrets(store)],
    warnings: findings.warnings,
  };
}

/**
 * Where the store is, for programs that read nothing else: at `url` where one is given, relative to where they run, else
 * as the configuration says. Throws `ConfigError`.
 */
export function readStoreSettings({
  file,
  env,
  url,
}: ConfigSource & { readonly url?: string | undefined }): StoreSettings {
  if (url !== undefined) {
    const findings = new Findings();
    const store = storeSettings(url, { env: {}, findings, directory: resolve() });
    if (!store) throw new ConfigError('--store', findings.problems);
    return store;
  }
  const { config, surroundings, findings } = read({ file, env });
  const store = storeSettings(config.store.url, surroundings);
  if (!store) throw new ConfigError(file, findings.problems);
  return store;
}

/**
 * The configuration of a gateway that runs by itself: for the profiles whose `gateway.address` is its `listen`, or, where
 * no profile names one, for all. Needs neither policies nor anything of Slack. Throws `ConfigError` with every problem at once.
 */
export function readGatewayConfig({ file, env }: ConfigSource): GatewayConfig {
  const { config, surroundings, findings } = read({ file, env });
  checkNames(config.profile, surroundings);
  const { directory } = surroundings;
  const listen = config.gateway.listen && placeOf(config.gateway.listen, directory);
  const tls = gatewayAccess(config.gateway, surroundings);
  if (!listen && !findings.has('gateway.listen')) {
    const example = 'listen = "unix:/run/influx-chatops/gateway.sock", or "0.0.0.0:8443" for bots on other machines';
    findings.problem('gateway.listen', `is missing. Write ${example}`);
  }
  const anyNamed = !config.profile.every(isOwn);
  const isServed = ({ gateway: { address } }: ProfileTable) =>
    anyNamed ? listen !== undefined && address !== undefined && isSamePlace(listen, placeOf(address, directory)) : true;
  if (listen && anyNamed && !config.profile.some(isServed)) {
    findings.problem(
      'gateway.listen',
      'is the gateway.address of no profile. Write the same address, or the same port, in both',
    );
  }
  const clusters = clusterSettings(config.profile, isServed, surroundings);
  const level = logLevel(surroundings);
  if (findings.problems.length > 0 || !listen) throw new ConfigError(file, findings.problems);
  const budgetFile = resolve(directory, config.gateway.budget_file);
  return { listen, tls, budgetFile, clusters, logLevel: level, warnings: findings.warnings };
}

/**
 * What the bot's own gateway is told: the profiles without a `gateway.address`. Read anew at each start of the child, so
 * that the bot keeps no management token. Throws `ConfigError`.
 */
export function childGatewaySettings({
  file,
  env,
  listen,
  budgetFile,
}: ConfigSource & Pick<GatewaySettings, 'listen' | 'budgetFile'>): GatewaySettings {
  const { config, surroundings, findings } = read({ file, env });
  checkNames(config.profile, surroundings);
  const clusters = clusterSettings(config.profile, isOwn, surroundings);
  const level = logLevel(surroundings);
  if (findings.problems.length > 0) throw new ConfigError(file, findings.problems);
  return { listen, budgetFile, clusters, logLevel: level };
}

function read({ file, env }: ConfigSource): { config: Config; surroundings: Surroundings; findings: Findings } {
  const findings = new Findings();
  const { config, directory } = readConfigFile(file, findings);
  return { config, surroundings: { env, findings, directory }, findings };
}

/** The profiles that the bot's own gateway serves. */
function isOwn({ gateway }: ProfileTable): boolean {
  return gateway.address === undefined;
}

function rotationSettings({ remind_after, give_up_after, owner }: Config['rotation']): RotationSettings {
  return { remindAfterMs: remind_after, giveUpAfterMs: give_up_after, owners: owner };
}

function dataDirectory(store: StoreSettings, { directory }: Surroundings): string {
  return store.kind === 'sqlite' ? dirname(store.path) : resolve(directory, 'data');
}
