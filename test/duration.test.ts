import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDuration } from '../src/duration.ts';

test.each([
  ['0', 0],
  ['1s', 1_000],
  ['1m0s', 60_000],
  ['15m', 900_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['1.s', 1_000],
  ['300ms', 300],
  ['+5s', 5_000],
  ['1s1s', 2_000],
  ['2500us', 2.5],
  ['2500µs', 2.5],
  ['2500μs', 2.5],
  ['2562047h47m16.854s', 9_223_372_036_854],
])('%s is a duration', (text, milliseconds) => {
  expect(parseDuration(text)).toBeCloseTo(milliseconds, 6);
});

test.each(['', '+', '5', '-5s', 's', '.s', '1 s', '1d', '1S', 's1', '1s ', '1e3s', '0x1s', '1,5s', '2562048h', '１s'])(
  '%j is none',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test('never throws, and is linear', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseDuration(text)));
  expect(parseDuration('9'.repeat(1_000_000))).toBeUndefined();
  expect(parseDuration('1ns'.repeat(300_000))).toBeCloseTo(0.3);
  expect(parseDuration('1.'.repeat(500_000))).toBeUndefined();
});
