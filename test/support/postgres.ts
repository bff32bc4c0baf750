import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, test } from 'vitest';
import { freePort } from '../../sandbox/free-port.ts';

/** PostgreSQL refuses to run as root; this is who runs it then. */
const NOBODY = 65_534;
const MISSING =
  'the PostgreSQL suites were left out: DATABASE_URL is not set, and no initdb is in PATH or /usr/lib/postgresql';

/** A PostgreSQL server of the test's own, or the one that runs at `DATABASE_URL`. */
export interface PostgresServer {
  /** The URL of a new, empty database. */
  newDatabase(): Promise<string>;
}

/** A server of the test's own, which it may stop and start. */
export interface ThrowawayServer extends PostgresServer {
  /** Ends it as its administrator would, cutting every connection. */
  stop(): Promise<void>;
  /** Ends it without any warning. */
  crash(): Promise<void>;
  start(): Promise<void>;
}

/**
 * Declares suites that need a PostgreSQL server; it runs while they do. Where there is none to be had they are left out, and
 * the report says so; with `CI=true` that is a failure.
 */
export function withPostgres(suites: (server: () => PostgresServer) => void): void {
  const url = process.env.DATABASE_URL;
  if (url) suites(() => ({ newDatabase: () => newDatabase(url) }));
  else withThrowawayPostgres(suites);
}

/** The same for suites that stop and start their server, and so never use the one at `DATABASE_URL`. */
export function withThrowawayPostgres(suites: (server: () => ThrowawayServer) => void): void {
  const binaries = findBinaries();
  if (!binaries) {
    test('PostgreSQL', ({ skip }) => {
      if (process.env.CI === 'true') throw new Error(MISSING);
      skip(MISSING);
    });
    return;
  }
  const servers: (ThrowawayServer & { remove(): Promise<void> })[] = [];
  beforeAll(async () => {
    servers.push(await startServer(binaries));
  });
  afterAll(async () => {
    for (const server of servers) await server.remove();
  });
  suites(() => {
    const [server] = servers;
    if (!server) throw new Error('the server runs during tests only');
    return server;
  });
}

/** The directory with `initdb` and `postgres`, the newest where there are several. */
function findBinaries(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const directories = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.map((version) => join(root, version, 'bin')),
  ];
  return directories.find((directory) => existsSync(join(directory, 'initdb')));
}

async function startServer(binaries: string): Promise<ThrowawayServer & { remove(): Promise<void> }> {
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const directory = mkdtempSync(join(tmpdir(), 'postgres-'));
  if (user.uid) chownSync(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  const initialise = ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'];
  await promisify(execFile)(join(binaries, 'initdb'), initialise, { ...user, cwd: directory });
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const settings = [
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${directory}`,
      'fsync=off',
      'full_page_writes=off',
      'max_connections=200',
    ];
    server = spawn(
      join(binaries, 'postgres'),
      ['-D', data, '-p', `${port}`, ...settings.flatMap((one) => ['-c', one])],
      {
        ...user,
        cwd: directory,
        stdio: 'ignore',
      },
    );
    process.once('exit', () => server?.kill('SIGKILL'));
    await reachable(url);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  }

  await start();
  return {
    start,
    newDatabase: () => newDatabase(url),
    stop: () => end('SIGINT'),
    crash: () => end('SIGQUIT'),
    async remove() {
      await end('SIGINT');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function reachable(url: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await administer(url, 'select 1');
    } catch (error) {
      if (tries === 200) throw error;
      await sleep(50);
    }
  }
}

async function newDatabase(url: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(url, `create database ${name}`);
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

/** Runs this SQL on a connection of its own. */
export async function administer(url: string, sql: string): Promise<void> {
  await rowsOf(url, sql);
}

/** The rows this SQL finds, on a connection of its own. */
export async function rowsOf(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}
