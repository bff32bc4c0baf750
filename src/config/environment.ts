import { resolve } from 'node:path';
import type { LogLevel } from '../logger.ts';
import type { Findings } from './findings.ts';
import { readSecretFile } from './secret-file.ts';

/** The environment a program was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a reader of settings needs beside them. */
export interface Surroundings {
  readonly env: Environment;
  readonly findings: Findings;
  /** Relative paths start here. */
  readonly directory: string;
}

/** A variable; undefined when it is empty, as in `NAME=` of an env file. */
export function variable(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

/** The secret in the variable, or in the file that `<name>_FILE` names. Reports when there is none, or not of this shape. */
export function credential(
  name: string,
  { shape, remedy }: { shape: RegExp; remedy: string },
  { env, findings, directory }: Surroundings,
): string | undefined {
  const value = variable(env, name);
  const file = variable(env, `${name}_FILE`);
  if (value !== undefined && file !== undefined) {
    findings.problem(name, `and ${name}_FILE are both set. Set one of them`);
    return undefined;
  }
  if (value === undefined && file === undefined) {
    findings.problem(name, `is missing. Set it, or ${name}_FILE to the path of a file that holds it: ${remedy}`);
    return undefined;
  }
  const read = file === undefined ? { secret: value ?? '' } : readSecretFile(resolve(directory, file));
  if ('problem' in read) findings.problem(`${name}_FILE`, read.problem);
  else if (shape.test(read.secret)) return read.secret;
  else findings.problem(file === undefined ? name : `${name}_FILE`, `holds something else. It must hold ${remedy}`);
  return undefined;
}

const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** What to log, from `LOG_LEVEL`; `info` when it is not set. */
export function logLevel({ env, findings }: Surroundings): LogLevel {
  const wanted = variable(env, 'LOG_LEVEL') ?? 'info';
  const level = LEVELS.find((one) => one === wanted);
  if (level === undefined) findings.problem('LOG_LEVEL', `must be one of ${LEVELS.join(', ')}`);
  return level ?? 'info';
}
