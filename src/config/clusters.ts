import { resolve } from 'node:path';
import type { ClusterSettings } from '../gateway/settings.ts';
import { isPrivate } from './addresses.ts';
import { profileKey } from './config-file.ts';
import { type Surroundings, variable } from './environment.ts';
import { managementToken, tokenVariable } from './management-token.ts';
import type { ProfileTable } from './schema.ts';
import { fileProblem, secretFileProblem } from './secret-file.ts';

/** Where Cloud Dedicated is managed, unless the profile says otherwise. */
const DEDICATED_HOST = 'console.influxdata.com';

/** The clusters that a gateway serves of all these profiles; what is missing for one is among the findings. */
export function clusterSettings(
  tables: readonly ProfileTable[],
  isServed: (table: ProfileTable) => boolean,
  surroundings: Surroundings,
): ClusterSettings[] {
  checkVariables(tables.filter(isServed), surroundings);
  return tables.flatMap((table, index) => {
    const cluster = isServed(table) ? clusterOf(table, profileKey(table.name, index), surroundings) : undefined;
    return cluster ? [cluster] : [];
  });
}

/** `prod-eu` and `prod_eu` share a variable: one cluster would be sent the token of the other. */
function checkVariables(tables: readonly ProfileTable[], { env, findings }: Surroundings): void {
  const names = Map.groupBy(
    tables.map(({ name = '' }) => name),
    tokenVariable,
  );
  for (const [name, sharing] of names) {
    const set = variable(env, name) ?? variable(env, `${name}_FILE`);
    if (set !== undefined && new Set(sharing).size > 1) {
      findings.problem(
        name,
        `is the variable of several profiles (${sharing.join(', ')}). Use mgmt_token_file in each`,
      );
    }
  }
}

function clusterOf(table: ProfileTable, key: string, surroundings: Surroundings): ClusterSettings | undefined {
  const { name, product, host, port, account_id: accountId, cluster_id: clusterId, limits } = table;
  const needed = neededFor(table);
  for (const [field, example] of needed) {
    if (surroundings.findings.has(`${key}, ${field}`)) continue;
    surroundings.findings.problem(`${key}, ${field}`, `is missing. Write ${field} = "${example}"`);
  }
  const token = managementToken(table, key, surroundings);
  const tls = tlsOf(table, key, surroundings);
  if (!name || !product || !token || needed.length > 0) return undefined;
  return {
    name,
    product,
    host,
    port,
    ...(product === 'dedicated' && { accountId, clusterId }),
    managementToken: token,
    tls,
    limits: {
      concurrency: limits.concurrency,
      perSecond: limits.per_second,
      revocationsPerHour: limits.revocations_per_hour,
    },
  };
}

function neededFor(table: ProfileTable): readonly (readonly [string, string])[] {
  const wanted: readonly (readonly ['product' | 'host' | 'account_id' | 'cluster_id', string])[] =
    table.product === 'dedicated'
      ? [
          ['account_id', '<the ID of your account>'],
          ['cluster_id', '<the ID of your cluster>'],
        ]
      : [
          ['product', 'clustered'],
          ['host', 'cluster.example.com'],
        ];
  return wanted.filter(([field]) => table[field] === undefined);
}

function tlsOf(
  { host, tls }: ProfileTable,
  key: string,
  { findings, directory }: Surroundings,
): ClusterSettings['tls'] {
  const { insecure, disable, ca, cert, key: privateKey } = tls;
  const place = host ?? DEDICATED_HOST;
  if (disable && !isPrivate(place)) {
    const danger = `would send the management token in clear to ${place}, which is not on a private network`;
    findings.problem(`${key}, tls.disable`, `${danger}. Leave it out`);
  }
  if (insecure && !disable) {
    const risk = 'whoever is on the way can take the management token';
    findings.warning(`${key}, tls.insecure`, `leaves the certificate of ${place} unchecked: ${risk}`);
  }
  if ((cert === undefined) !== (privateKey === undefined)) {
    findings.problem(`${key}, tls.${cert ? 'key' : 'cert'}`, 'is missing: cert and key go together');
  }
  const file = (field: 'ca' | 'cert' | 'key', name: string | undefined) => {
    const path = name && resolve(directory, name);
    const problem = path && (field === 'key' ? secretFileProblem(path) : fileProblem(path));
    if (problem) findings.problem(`${key}, tls.${field}`, problem);
    return path;
  };
  return { insecure, disable, ca: file('ca', ca), cert: file('cert', cert), key: file('key', privateKey) };
}
