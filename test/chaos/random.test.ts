import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from './random.ts';

test('the same seed makes the same choices, and every choice is one of those there are', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 1_000 }), (seed, limit) => {
      const [one, other] = [createRandom(seed), createRandom(seed)];
      const choices = Array.from({ length: 20 }, () => one.below(limit));

      expect(choices).toEqual(Array.from({ length: 20 }, () => other.below(limit)));
      expect(choices.every((choice) => choice >= 0 && choice < limit)).toBe(true);
    }),
  );
});

test('refuses to choose from nothing', () => {
  expect(() => createRandom(1).one([])).toThrow('nothing to choose from');
});
