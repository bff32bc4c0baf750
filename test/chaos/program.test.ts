import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rowsOf, withPostgres } from '../support/postgres.ts';
import { runProgram } from '../support/program.ts';

const PROGRAM = join(import.meta.dirname, 'index.ts');

describe.concurrent('a few rounds of chaos break no invariant, and say so with their seed', () => {
  test('on SQLite', { timeout: 120_000 }, async () => {
    const chaos = runProgram(PROGRAM, ['--rounds', '3', '--seed', '11']);

    const code = await chaos.ended;

    expect(chaos.output()).toContain('seed 11, 3 rounds, sqlite, 1 bot,');
    expect(chaos.output()).toContain('| breaches of an invariant | 0 |');
    expect(code).toBe(0);
  });

  withPostgres((server) => {
    test('with two bots on PostgreSQL, in databases that are gone afterwards', { timeout: 240_000 }, async () => {
      const url = await server().newDatabase();
      const rounds = ['--rounds', '4', '--arenas', '2', '--seed', '11'];
      const chaos = runProgram(PROGRAM, ['--store', 'postgres', ...rounds], { DATABASE_URL: url });

      const code = await chaos.ended;

      expect(chaos.output()).toContain('seed 11, 4 rounds, postgres, 2 bots, 2 side by side');
      expect(chaos.output()).toContain('| breaches of an invariant | 0 |');
      expect(code).toBe(0);
      expect(await rowsOf(url, "select datname from pg_database where datname like 'chaos_%'")).toEqual([]);
    });
  });
});
