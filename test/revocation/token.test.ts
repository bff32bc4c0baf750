import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shortId, shortIds } from '../../src/revocation/token.ts';

const A = '018f2f3a-1c2d-7e4f-8a5b-6c7d8e9f0a1b';
const B = '018f2f3a-1c2d-7e4f-8a5b-6c7d8e9f0a1c';
const C = '018f2f3a-1c2e-7000-8000-000000000000';

describe('short IDs', () => {
  test('have eight digits where those suffice, also of one token given twice', () => {
    const short = shortIds([A, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', A]);

    expect(short(A)).toBe('018f2f3a');
    expect(short(A)).toBe(shortId(A));
  });

  test('are as long as it takes to tell all apart', () => {
    const short = shortIds([C, A]);

    expect([A, C].map(short)).toEqual(['018f2f3a-1c2d', '018f2f3a-1c2e']);
    expect(shortIds([A, B, C])(B)).toBe(B);
  });

  test('of none are those of any', () => {
    expect(shortIds([])(A)).toBe('018f2f3a');
  });

  test('tell any tokens apart, and begin their IDs', () => {
    const near = fc
      .integer({ min: 0, max: 999 })
      .map((number) => `018f2f3a-0000-7000-8000-${String(number).padStart(12, '0')}`);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uuid(), near), { maxLength: 100 }), (ids) => {
        const short = shortIds(ids);

        expect(new Set(ids.map(short)).size).toBe(new Set(ids).size);
        for (const id of ids) expect(id.startsWith(short(id)) && short(id).length >= 8).toBe(true);
      }),
    );
  });
});
