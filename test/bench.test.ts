import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { median, quantile, render, times } from '../bench/report.ts';
import { temporaryDirectory } from './gateway/start-gateway.ts';

const PROGRAM = join(import.meta.dirname, '../bench/index.ts');
const RATIO = String.raw`\d+\.\d\d ×`;
const TIME = String.raw`[\d.]+ ms`;
const RATE = String.raw`\d+/s`;
const MEMORY = String.raw`\d+ MiB`;

function bench(...args: readonly string[]) {
  const directory = temporaryDirectory();
  const options = { encoding: 'utf8', env: { TMPDIR: directory } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], options);
  return { status, stdout, stderr, leftBehind: readdirSync(directory) };
}

/** The row of the table that begins with these words. */
function row(text: string, name: string, ...cells: readonly string[]): RegExpExecArray | null {
  return new RegExp(`^${[name, ...cells].join(' {2,}')}$`, 'm').exec(text);
}

describe('at sizes that show that it runs', { timeout: 90_000 }, () => {
  test('ack: each command and a forged one at both concurrencies, ratios first', () => {
    const { status, stdout, stderr } = bench('ack', '--quick');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const cells = [RATIO, RATIO, RATE, RATE, TIME, TIME, TIME, TIME];
    for (const name of ['version', 'token revoke', 'bad signature']) {
      for (const concurrency of [1, 32]) {
        expect(row(stdout, `${name}, ${concurrency} at a time`, ...cells), stdout).not.toBeNull();
      }
    }
  });

  test('revoke: in Slack and through the heart, ratios first', () => {
    const { status, stdout, stderr } = bench('revoke', '--quick');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(row(stdout, '1', RATIO, RATIO, TIME, '20.0 ms', TIME, TIME), stdout).not.toBeNull();
    expect(row(stdout, String.raw`40 \(heart\)`, RATIO, RATIO, TIME, '60.0 ms', TIME, TIME), stdout).not.toBeNull();
  });

  test('start: time to ready and memory, idle and after commands', () => {
    const { status, stdout, stderr, leftBehind } = bench('start', '--quick', '--rounds', '1');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(row(stdout, 'idle', RATIO, RATIO, TIME, TIME, MEMORY, MEMORY, MEMORY), stdout).not.toBeNull();
    expect(row(stdout, 'after 50 commands', RATIO, MEMORY, MEMORY), stdout).not.toBeNull();
    expect(leftBehind).toEqual([]);
  });
});

test.each([[['nothing']], [['ack', '--rounds', '0']], [['--rounds', 'x']]])('%j is answered with the help', (args) => {
  const { status, stdout, stderr } = bench(...args);

  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^Usage: npm run bench/m);
});

test('a quantile lies between the values, and the median is the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9);
  expect(() => median([])).toThrow('nothing was measured');
});

test('a report is a table whose columns stand below each other', () => {
  const report = {
    title: 'a title',
    columns: ['name', 'ratio'],
    rows: [
      ['one', times(1.234)],
      ['three', ''],
    ],
    notes: ['n'],
  };

  expect(render(report).split('\n')).toEqual([
    'a title',
    '',
    'name    ratio',
    '─────  ──────',
    'one    1.23 ×',
    'three',
    '',
    '- n',
    '',
  ]);
});
