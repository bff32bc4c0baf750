import { resolve } from 'node:path';
import type { ManagementTokenSource } from '../gateway/settings.ts';
import { type Surroundings, variable } from './environment.ts';
import type { ProfileTable } from './schema.ts';
import { secretFileProblem } from './secret-file.ts';

/** The variable that may hold the management token of a profile: `INFLUXDB_MGMT_TOKEN_PROD_EU` for `prod-eu`. */
export function tokenVariable(profile: string): string {
  return `INFLUXDB_MGMT_TOKEN_${profile.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

interface Candidate {
  /** Where it was said, for people. */
  readonly key: string;
  readonly source: ManagementTokenSource;
}

/** Where the management token of a profile comes from; undefined when that is nowhere, or not one place. */
export function managementToken(
  table: ProfileTable,
  key: string,
  surroundings: Surroundings,
): ManagementTokenSource | undefined {
  const { findings } = surroundings;
  const candidates = candidatesFor(table, key, surroundings);
  const [found, another] = candidates;
  if (another) {
    const places = candidates.map((candidate) => candidate.key).join(' and ');
    findings.problem(`${key}, mgmt_token`, `is given more than once: ${places}. Keep one of them`);
    return undefined;
  }
  if (!found) {
    const name = tokenVariable(table.name ?? 'NAME');
    const ways = `Write mgmt_token_file = "/run/secrets/mgmt-token", or set ${name} or ${name}_FILE`;
    if (!findings.has(`${key}, mgmt_token_file`) && !findings.has(`${key}, mgmt_token`)) {
      findings.problem(`${key}, mgmt_token_file`, `is missing. ${ways}`);
    }
    return undefined;
  }
  const problem = problemWith(found.source);
  if (problem) findings.problem(found.key, problem);
  return found.source;
}

function candidatesFor(table: ProfileTable, key: string, { env, directory }: Surroundings): readonly Candidate[] {
  const name = tokenVariable(table.name ?? '');
  const file = (where: string, path: string | undefined): Candidate[] =>
    path === undefined ? [] : [{ key: where, source: { file: resolve(directory, path) } }];
  const value = (where: string, text: string | undefined): Candidate[] =>
    text === undefined ? [] : [{ key: where, source: { value: text } }];
  return [
    ...file(`${key}, mgmt_token_file`, table.mgmt_token_file),
    ...value(`${key}, mgmt_token`, table.mgmt_token),
    ...value(name, variable(env, name)),
    ...file(`${name}_FILE`, variable(env, `${name}_FILE`)),
  ];
}

/** A file is looked at, not into: only a gateway reads management tokens. */
function problemWith(source: ManagementTokenSource): string | undefined {
  if ('file' in source) return secretFileProblem(source.file);
  return /^[\x21-\x7e]+$/.test(source.value) ? undefined : 'holds characters that no management token has';
}
