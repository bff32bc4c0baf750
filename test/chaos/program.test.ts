import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../support/program.ts';

const PROGRAM = join(import.meta.dirname, 'index.ts');

test('a few rounds of chaos break no invariant, and say so with their seed', { timeout: 120_000 }, async () => {
  const chaos = runProgram(PROGRAM, ['--rounds', '3', '--seed', '11']);

  const code = await chaos.ended;

  expect(chaos.output()).toContain('seed 11, 3 rounds, sqlite, 1 bot,');
  expect(chaos.output()).toContain('| breaches of an invariant | 0 |');
  expect(code).toBe(0);
});
