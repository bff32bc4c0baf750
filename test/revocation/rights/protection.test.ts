import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { protectedBy } from '../../../src/revocation/rights/protection.ts';
import { samplePolicy, sampleToken, tokenId } from '../samples.ts';

describe('protected tokens', () => {
  const matching = (pattern: string, description: string) =>
    protectedBy(samplePolicy({ protected: [pattern] }), tokenId(1), sampleToken(1, { description })) !== undefined;

  test.each([
    ['description:*do not revoke*', 'please DO NOT REVOKE this', true],
    ['description:*do not revoke*', 'do not revok', false],
    ['description:telegraf', 'telegraf', true],
    ['description:telegraf', 'telegraf 2', false],
    ['description:telegraf*', 'Telegraf 2', true],
    ['description:*prod', 'my PROD', true],
    ['description:*prod', 'production', false],
    ['description:a*b*c', 'a-b-c', true],
    ['description:a*b*c', 'a-c-b', false],
    ['description:ab*ba', 'aba', false],
    ['description:ab*ba', 'abba', true],
    ['description:*ab*ab*', 'xabx', false],
    ['description:*', '', true],
    ['description:', '', true],
    ['description:', 'a', false],
    ['description:a:b', 'a:b', true],
    ['description:.*', 'anything', false],
    ['description:[a]', 'a', false],
  ])('%s fits “%s”: %s', (pattern, description, fits) => {
    expect(matching(pattern, description)).toBe(fits);
  });

  test('by ID, also before anything was read of the token', () => {
    const policy = samplePolicy({ protected: ['description:*', 'id:00000001-*'] });

    expect(protectedBy(policy, tokenId(1), undefined)).toBe('id:00000001-*');
    expect(protectedBy(policy, tokenId(2), undefined)).toBeUndefined();
    expect(protectedBy(policy, tokenId(2), sampleToken(2))).toBe('description:*');
  });

  test('nothing is protected where the policy names no pattern', () => {
    expect(protectedBy(samplePolicy(), tokenId(1), sampleToken(1))).toBeUndefined();
  });

  test('fits exactly what a pattern of words and stars means', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '*'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'B'), maxLength: 12 });
    fc.assert(
      fc.property(letters, text, (pattern, description) => {
        const meaning = new RegExp(`^${pattern.split('*').join('.*')}$`, 'i');

        expect(matching(`description:${pattern}`, description)).toBe(meaning.test(description));
      }),
      { numRuns: 1_000 },
    );
  });

  test('takes no more steps for a hostile description than for a harmless one', () => {
    const pattern = `description:${'*a'.repeat(500)}*b`;

    // A backtracking matcher would not come back from this.
    expect(matching(pattern, 'a'.repeat(50_000))).toBe(false);
  });
});
