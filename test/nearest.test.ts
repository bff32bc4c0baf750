import { expect, test } from 'vitest';
import { nearest } from '../src/nearest.ts';

const flags = ['profile', 'reason', 'timeout', 'force', 'debug'];

test.each([
  ['frce', 'force'],
  ['forec', 'force'],
  ['FORCE', 'force'],
  ['time-out', 'timeout'],
  ['prof', 'profile'],
  ['raeson', 'reason'],
  ['debbug', 'debug'],
])('%s is near %s', (word, meant) => {
  expect(nearest(word, flags)).toBe(meant);
});

test.each(['', 'f', 'share', 'xyz', '__proto__', 'x'.repeat(1_000_000)])('a word like %.20s is near none', (word) => {
  expect(nearest(word, flags)).toBeUndefined();
});

test('the one with the fewest slips is the nearest, and the first of several', () => {
  expect(nearest('lost', ['list', 'last', 'lot'])).toBe('list');
  expect(nearest('revoked', ['revokes', 'revoke'])).toBe('revokes');
  expect(nearest('listt', ['lift', 'list'])).toBe('list');
});
