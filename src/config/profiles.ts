import type { Profile } from '../revocation/rights/policy.ts';
import type { GatewayAddress } from '../tokens/channel.ts';
import { profileKey } from './config-file.ts';
import type { Surroundings } from './environment.ts';
import { gatewayAddress } from './gateways.ts';
import type { ProfileTable } from './schema.ts';

/** A profile as the bot knows it: who may do what, and which gateway reaches it. */
export interface ConfiguredProfile extends Profile {
  /** Where a gateway that runs by itself is reached; undefined for the bot's own. */
  readonly gatewayAddress: GatewayAddress | undefined;
}

const POLICY = 'start = { users = ["U0123ABCD"], usergroups = [] }';

/** The profiles of a bot; each needs a name of its own and a policy. */
export function configuredProfiles(
  tables: readonly ProfileTable[],
  surroundings: Surroundings,
): readonly ConfiguredProfile[] {
  checkNames(tables, surroundings);
  return tables.flatMap((table, index) => {
    const profile = configuredProfile(table, profileKey(table.name, index), surroundings);
    return profile ? [profile] : [];
  });
}

/** Reports profiles without a name, or with the name of another; and when there is no profile. */
export function checkNames(tables: readonly ProfileTable[], { findings }: Surroundings): void {
  if (tables.length === 0 && !findings.has('profile')) {
    findings.problem('profile', 'is missing. Write a [[profile]] table for each cluster, as in config.example.toml');
  }
  for (const [index, { name }] of tables.entries()) {
    const key = profileKey(name, index);
    if (name === undefined && !findings.has(`${key}, name`)) {
      findings.problem(`${key}, name`, 'is missing. Write name = "default"');
    }
    if (name !== undefined && tables.findIndex((other) => other.name === name) < index) {
      findings.problem(key, 'has the name of another profile. Give each a name of its own');
    }
  }
}

function configuredProfile(
  table: ProfileTable,
  key: string,
  surroundings: Surroundings,
): ConfiguredProfile | undefined {
  const { name, production, policy, limits } = table;
  const { findings } = surroundings;
  const address = gatewayAddress(table, key, surroundings);
  if (!policy) {
    if (!findings.has(`${key}, policy`)) {
      findings.problem(
        `${key}, policy`,
        `is missing: nobody could revoke. Below it, write [profile.policy] and ${POLICY}`,
      );
    }
    return undefined;
  }
  const { start, force, audit, channels, max_tokens: maxTokens } = policy;
  const typed = policy.type_to_confirm;
  const typeToConfirm = typed && { wildcardWrite: typed.wildcard_write, above: typed.above };
  if (start.users.length + start.usergroups.length === 0) {
    findings.warning(`${key}, policy.start`, 'names nobody: nobody may revoke tokens here');
  }
  return {
    name: name ?? '',
    production,
    policy: { start, force, audit, channels, maxTokens, typeToConfirm, protected: policy.protected },
    concurrency: limits.concurrency,
    gatewayAddress: address,
  };
}
