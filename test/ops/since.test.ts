import { expect, test } from 'vitest';
import { sinceOf } from '../../src/ops/since.ts';

const NOW = new Date('2026-11-22T12:00:00Z');

test.each([
  ['7d', '2026-11-15T12:00:00.000Z'],
  ['0d', '2026-11-22T12:00:00.000Z'],
  ['1d12h', '2026-11-21T00:00:00.000Z'],
  ['2d0s', '2026-11-20T12:00:00.000Z'],
  ['90m', '2026-11-22T10:30:00.000Z'],
  ['1h30m', '2026-11-22T10:30:00.000Z'],
  ['2026-11-22T10:00:00+02:00', '2026-11-22T08:00:00.000Z'],
  ['2026-11-22T10:00:00.5Z', '2026-11-22T10:00:00.500Z'],
])('%s is a time', (text, time) => {
  expect(sinceOf(text, NOW)?.toISOString()).toBe(time);
});

test.each([
  '',
  '7',
  '7 d',
  '-7d',
  'd',
  'yesterday',
  '12h1d',
  '1d 2h',
  '1dd',
  '2026-11-22',
  '2026-13-22T10:00:00Z',
  '99999999d',
])('%j is none', (text) => {
  expect(sinceOf(text, NOW)).toBeUndefined();
});
