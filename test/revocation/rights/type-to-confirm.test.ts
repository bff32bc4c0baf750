import { describe, expect, test } from 'vitest';
import { isNameOf, whyTyped } from '../../../src/revocation/rights/type-to-confirm.ts';
import { samplePlan, sampleToken, sampleTokens } from '../samples.ts';

const planOf = (tokens: readonly ReturnType<typeof sampleToken>[]) =>
  samplePlan({ tokens: tokens.map((token) => ({ id: token.id, found: 'live', token })) });
const able = (action: string, resource: string) => sampleToken(1, { permissions: [{ action, resource }] });

describe('a plan is confirmed by typing', () => {
  const rule = { wildcardWrite: true, above: 20 };

  test('when one of its tokens may write to all databases', () => {
    expect(whyTyped(planOf([sampleToken(2), able('write', '*')]), rule)).toContain('all databases');
    expect(whyTyped(planOf([able('manage', '*')]), rule)).toContain('all databases');
  });

  test('when it revokes more tokens than the policy names', () => {
    expect(whyTyped(planOf(sampleTokens(21)), rule)).toBe('This plan revokes more than 20 tokens.');
    expect(whyTyped(planOf(sampleTokens(20)), rule)).toBeUndefined();
  });

  test('not for tokens that only read everything, or write to one database', () => {
    expect(whyTyped(planOf([able('read', '*'), able('write', 'metrics')]), rule)).toBeUndefined();
  });

  test('not for what it does not touch', () => {
    const token = able('write', '*');
    const plan = samplePlan({ tokens: [{ id: token.id, found: 'already revoked', token }] });

    expect(whyTyped(plan, rule)).toBeUndefined();
  });

  test('never where the policy does not ask for it', () => {
    const far = planOf([able('write', '*'), ...sampleTokens(99)]);

    expect(whyTyped(far, undefined)).toBeUndefined();
    expect(whyTyped(far, { wildcardWrite: false })).toBeUndefined();
  });
});

test.each([
  ['eu-production', true],
  [' eu-production\n', true],
  ['EU-production', false],
  ['eu-productio', false],
  ['', false],
  [undefined, false],
])('%j typed for eu-production is its name: %s', (typed, isName) => {
  expect(isNameOf('eu-production', typed)).toBe(isName);
});
