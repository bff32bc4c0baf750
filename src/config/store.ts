import { resolve } from 'node:path';
import type { StoreSettings } from '../store/open-store.ts';
import { isPrivate } from './addresses.ts';
import { type Surroundings, variable } from './environment.ts';
import { readSecretFile } from './secret-file.ts';

const SQLITE = /^sqlite:(?:\/\/)?([^:]+)$/;
const POSTGRES = 'postgres://user@host/database';

/** Where the store is: `DATABASE_URL`, also as `DATABASE_URL_FILE`, else what the file says. Undefined when that is nowhere. */
export function storeSettings(fromFile: string, surroundings: Surroundings): StoreSettings | undefined {
  const { findings, directory } = surroundings;
  const given = databaseUrl(surroundings);
  const key = given ? 'DATABASE_URL' : 'store.url';
  const url = given ? given.url : fromFile;
  if (url === undefined) return undefined;
  const path = given ? undefined : SQLITE.exec(url)?.[1];
  if (path !== undefined) return { kind: 'sqlite', path: resolve(directory, path) };
  const problem = problemWith(url, given !== undefined);
  if (problem === undefined) return { kind: 'postgres', url };
  findings.problem(key, problem);
  return undefined;
}

/** What no log line may hold of it. */
export function storeSecrets(store: StoreSettings): readonly string[] {
  const password = passwordOf(store);
  return password === '' ? [] : [password, decodeURIComponent(password)];
}

function passwordOf(store: StoreSettings): string {
  return store.kind === 'postgres' ? new URL(store.url).password : '';
}

function databaseUrl({ env, findings, directory }: Surroundings): { readonly url: string | undefined } | undefined {
  const url = variable(env, 'DATABASE_URL');
  const file = variable(env, 'DATABASE_URL_FILE');
  if (file === undefined) return url === undefined ? undefined : { url };
  const read = readSecretFile(resolve(directory, file));
  if (url !== undefined) findings.problem('DATABASE_URL', 'and DATABASE_URL_FILE are both set. Set one of them');
  else if ('problem' in read) findings.problem('DATABASE_URL_FILE', read.problem);
  else return { url: read.secret };
  return { url: undefined };
}

function problemWith(text: string, onlyPostgres: boolean): string | undefined {
  const url = URL.parse(text);
  if (!url || !/^postgres(?:ql)?:$/.test(url.protocol)) {
    return onlyPostgres
      ? `must be the URL of a PostgreSQL database, such as ${POSTGRES}`
      : `must be the path of a file after sqlite:, or the URL of a database. Write url = "sqlite:data/influx-chatops.db" or "${POSTGRES}"`;
  }
  if (url.pathname.length < 2) return `must name a database, such as ${POSTGRES}`;
  const poolSize = Number(url.searchParams.get('pool_size') ?? 10);
  if (!Number.isInteger(poolSize) || poolSize < 2 || poolSize > 100)
    return 'must have a pool_size from 2 to 100, or none';
  const encrypted = /^(?:require|verify-ca|verify-full)$/.test(url.searchParams.get('sslmode') ?? '');
  if (!encrypted && url.hostname !== '' && !isPrivate(url.hostname))
    return 'names a public host: everything would be sent in clear. Add ?sslmode=verify-full to it';
  return undefined;
}
