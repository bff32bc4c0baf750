import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import type { z } from 'zod';
import { nearest } from '../nearest.ts';
import { ConfigError, type Findings } from './findings.ts';
import { type Config, configSchema } from './schema.ts';
import { exposure } from './secret-file.ts';
import { keysAt } from './settings.ts';

/** A file as far as it could be understood: what is wrong in it is among the findings and missing here. */
export interface ConfigFile {
  readonly config: Config;
  /** Relative paths start here. */
  readonly directory: string;
}

/** What influxctl reads and a bot cannot use. */
const ONLY_INFLUXCTL = new Map([
  ['auth', 'is for people at a terminal and is ignored: a bot needs a management token'],
  ['database', 'is for influxctl’s queries and is ignored'],
  ['token', 'is a database token and is ignored: better keep it elsewhere'],
]);

/** Reads the file and checks each key by itself. Throws `ConfigError` when it is not there or is not TOML. */
export function readConfigFile(file: string, findings: Findings): ConfigFile {
  const tables = parsed(file, textOf(file));
  if (hasPassword(tables.store)) checkExposure(file, 'the password of the database', findings);
  for (const [index, profile] of profilesIn(tables).entries()) {
    for (const [key, why] of ONLY_INFLUXCTL) {
      if (Object.hasOwn(profile, key)) findings.warning(keyOf(['profile', index, key], tables), why);
      delete profile[key];
    }
    if (typeof profile.mgmt_token === 'string' && profile.mgmt_token.trim() !== '') {
      checkExposure(file, 'a management token', findings);
    }
  }
  return { config: understood(tables, findings), directory: dirname(resolve(file)) };
}

type Table = Record<string, unknown>;

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = Error.isError(error) && 'code' in error ? error.code : undefined;
    const missing = 'There is no such file. To begin: cp config.example.toml config.toml';
    throw new ConfigError(file, [code === 'ENOENT' ? missing : `It cannot be read (${code}).`]);
  }
}

function parsed(file: string, text: string): Table {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The rest of its message quotes the file, which may hold the management token.
    const [reason = ''] = error.message.replace('Invalid TOML document: ', '').split('\n');
    throw new ConfigError(file, [`It is not TOML at line ${error.line}, column ${error.column}: ${reason}.`]);
  }
}

function checkExposure(file: string, what: string, findings: Findings): void {
  const exposed = exposure(resolve(file), statSync(file).mode);
  if (exposed) findings.problem(file, `holds ${what} and ${exposed}`);
}

function hasPassword(store: unknown): boolean {
  return isTable(store) && typeof store.url === 'string' && Boolean(URL.parse(store.url)?.password);
}

function understood(tables: Table, findings: Findings): Config {
  const { data, error } = configSchema.safeParse(tables);
  if (data) return data;
  for (const issue of error.issues) report(issue, tables, findings);
  for (const issue of error.issues) {
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    for (const path of paths) remove(tables, path);
  }
  return configSchema.parse(tables);
}

function report(issue: z.core.$ZodIssue, tables: Table, findings: Findings): void {
  if (issue.code !== 'unrecognized_keys') {
    findings.problem(keyOf(issue.path, tables), issue.message);
    return;
  }
  const known = keysAt(issue.path);
  for (const key of issue.keys) {
    const meant = nearest(key, known);
    const cure = meant === undefined ? `The keys here are ${known.join(', ')}` : `Did you mean ${meant}?`;
    findings.problem(keyOf([...issue.path, key], tables), `is not a key of this release. ${cure}`);
  }
}

/** Takes away what is wrong, so that the rest can still be checked: a list with one bad entry goes as a whole. */
function remove(tables: Table, path: readonly PropertyKey[]): void {
  const profile = path[0] === 'profile' && typeof path[1] === 'number' ? profilesIn(tables)[path[1]] : undefined;
  if (!profile || path.length === 2) {
    removeFrom(tables, path);
  } else {
    removeFrom(profile, path.slice(2));
  }
}

function removeFrom(table: Table, [key, next, ...rest]: readonly PropertyKey[]): void {
  const inner = typeof key === 'string' ? table[key] : undefined;
  if (typeof next === 'string' && isTable(inner)) removeFrom(inner, [next, ...rest]);
  else if (typeof key === 'string') delete table[key];
}

/** Where to look: `slack.mode`, `profile "prod", policy.channels`, `profile 2, name`. */
function keyOf(path: readonly PropertyKey[], tables: Table): string {
  const [first, index, ...rest] = path;
  if (first !== 'profile' || typeof index !== 'number') return path.join('.');
  const name = profilesIn(tables)[index]?.name;
  return [profileKey(name, index), ...(rest.length > 0 ? [rest.join('.')] : [])].join(', ');
}

/** A profile by its name, or by its place in the file, counted from 1. */
export function profileKey(name: unknown, index: number): string {
  return typeof name === 'string' && name !== '' ? `profile "${name.slice(0, 100)}"` : `profile ${index + 1}`;
}

function profilesIn({ profile }: Table): readonly Table[] {
  return Array.isArray(profile) ? profile.map((one: unknown) => (isTable(one) ? one : {})) : [];
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
