import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBotConfig } from '../../src/config.ts';
import { directory, ENV, problemsOf, SHORTEST } from './directory.ts';

const PRIVATE = 'postgres://bot:p%40ssword1@db.internal/bots';
const withUrl = (url: string) => `${SHORTEST}\n[store]\nurl = "${url}"\n`;

function storeOf(text: string, env: Record<string, string> = {}) {
  return readBotConfig({ file: directory().config(text), env: { ...ENV, ...env } });
}

describe('a PostgreSQL store', () => {
  test('is named by store.url, and its password goes into no log line', () => {
    const { store, secrets, budgetFile } = storeOf(withUrl(PRIVATE));

    expect(store).toEqual({ kind: 'postgres', url: PRIVATE });
    expect(secrets).toEqual(expect.arrayContaining(['p%40ssword1', 'p@ssword1']));
    expect(budgetFile).toMatch(/\/data\/gateway-budget\.json$/);
  });

  test('is named by DATABASE_URL, which wins over the file', () => {
    expect(storeOf(withUrl('sqlite:bot.db'), { DATABASE_URL: PRIVATE }).store).toEqual({
      kind: 'postgres',
      url: PRIVATE,
    });
  });

  test('is named by the file of DATABASE_URL_FILE', () => {
    const { write, config } = directory();
    const env = { ...ENV, DATABASE_URL_FILE: write('database-url', `${PRIVATE}\n`) };

    expect(readBotConfig({ file: config(SHORTEST), env }).store).toEqual({ kind: 'postgres', url: PRIVATE });
  });

  test('is SQLite beside the configuration when nothing is said', () => {
    const { path, config } = directory();

    expect(readBotConfig({ file: config(SHORTEST), env: ENV }).store).toEqual({
      kind: 'sqlite',
      path: join(path, 'data/influx-chatops.db'),
    });
  });

  test('with a password in a file that others may read does not start', () => {
    const { config } = directory();

    expect(problemsOf(() => readBotConfig({ file: config(withUrl(PRIVATE), 0o644), env: ENV })).join()).toMatch(
      /holds the password of the database and is open to every user of this machine\. Run: chmod o-rwx/,
    );
  });
});

describe('what is wrong with it is said, without the password', () => {
  test.each([
    ['postgres://bot:hunter2@db.example.com/bots', 'names a public host: everything would be sent in clear.'],
    ['postgres://bot:hunter2@db.example.com/bots?sslmode=disable', 'names a public host'],
    ['postgres://bot:hunter2@db.internal/', 'must name a database'],
    ['postgres://bot:hunter2@db.internal/bots?pool_size=1', 'must have a pool_size from 2 to 100'],
    ['postgres://bot:hunter2@db.internal/bots?pool_size=many', 'must have a pool_size from 2 to 100'],
    ['mysql://bot:hunter2@db.internal/bots', 'must be the path of a file after sqlite:, or the URL of a database'],
  ])('%s', (url, expected) => {
    const [problem, ...more] = problemsOf(() => storeOf(withUrl(url)));

    expect(problem).toContain(`store.url ${expected}`);
    expect(more).toEqual([]);
    expect(problem).not.toContain('hunter2');
  });

  test('in DATABASE_URL', () => {
    expect(problemsOf(() => storeOf(SHORTEST, { DATABASE_URL: 'sqlite:hunter2.db' }))).toEqual([
      'DATABASE_URL must be the URL of a PostgreSQL database, such as postgres://user@host/database.',
    ]);
    expect(problemsOf(() => storeOf(SHORTEST, { DATABASE_URL: PRIVATE, DATABASE_URL_FILE: 'x' })).join()).toContain(
      'DATABASE_URL and DATABASE_URL_FILE are both set. Set one of them',
    );
  });

  test('but a public host with TLS is right', () => {
    const url = 'postgres://bot@db.example.com/bots?sslmode=verify-full';

    expect(storeOf(withUrl(url)).store).toEqual({ kind: 'postgres', url });
  });
});
