import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeDirectory } from '../src/make-directory.ts';

function temporary(): string {
  const path = mkdtempSync(join(tmpdir(), 'make-directory-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('makes what is missing, for this user only', () => {
  const top = join(temporary(), 'a');

  makeDirectory(join(top, 'b', 'c'));

  for (const path of [top, join(top, 'b'), join(top, 'b', 'c')]) expect(statSync(path).mode & 0o777).toBe(0o700);
});

test('leaves what is there as it is', () => {
  const path = join(temporary(), 'there');
  mkdirSync(path, { mode: 0o750 });

  makeDirectory(path);
  makeDirectory('/');

  expect(statSync(path).mode & 0o777).toBe(0o750);
});

test.each([
  ['the system allows no directory', () => '/proc/nowhere/deep', 'ENOENT'],
  [
    'a file is in the way',
    () => {
      const file = join(temporary(), 'file');
      writeFileSync(file, '');
      return join(file, 'deep', 'deeper');
    },
    'ENOTDIR',
  ],
])('throws where %s, and does not try for ever', (_where, path, code) => {
  expect(() => makeDirectory(path())).toThrow(code);
});
