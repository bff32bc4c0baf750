import { describe, expect, test } from 'vitest';
import { fingerprint, isPlanId, newPlanId, reference } from '../../src/revocation/ids.ts';

describe('a plan ID', () => {
  test('is 128 bits in hex, and never the same twice', () => {
    const ids = Array.from({ length: 1_000 }, newPlanId);

    expect(new Set(ids).size).toBe(1_000);
    for (const id of ids) expect(isPlanId(id)).toBe(true);
    // Every one of the 128 bits is used.
    for (let at = 0; at < 32; at += 1) expect(new Set(ids.map((id) => id[at])).size).toBe(16);
  });

  test.each([
    '',
    'f'.repeat(31),
    'f'.repeat(33),
    'F'.repeat(32),
    `${'f'.repeat(32)}\n`,
    `${'f'.repeat(31)}g`,
    '__proto__',
    `${'f'.repeat(16)}' or 1=1 --${'f'.repeat(5)}`,
  ])('is not %j', (value) => {
    expect(isPlanId(value)).toBe(false);
  });

  test('is quoted by its first eight digits', () => {
    expect(reference('1a2b3c4d5e6f00000000000000000000')).toBe('R-1a2b3c4d');
  });
});

describe('a fingerprint', () => {
  test('is the same for the same parts, and for no others', () => {
    expect(fingerprint(['a', 'b'])).toBe(fingerprint(['a', 'b']));
    const others = [['b', 'a'], ['ab'], ['a,b'], ['a', 'b', ''], ['a","b']].map(fingerprint);
    expect(new Set([...others, fingerprint(['a', 'b'])]).size).toBe(6);
  });
});
