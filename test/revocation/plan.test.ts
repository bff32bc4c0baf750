import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  difference,
  isExpired,
  liveTokens,
  type PlanRequest,
  permissionsOf,
  twinKey,
} from '../../src/revocation/plan.ts';
import type { Permission } from '../../src/revocation/token.ts';
import { shortId } from '../../src/revocation/token.ts';
import { ALICE, later, NOON, samplePlan, sampleRequest, sampleToken, tokenId } from './samples.ts';

describe('what a confirmation would revoke', () => {
  test('is the live tokens, and no others', () => {
    const plan = samplePlan({
      tokens: [
        { id: tokenId(1), found: 'not found' },
        { id: tokenId(2), found: 'live', token: sampleToken(2) },
        { id: tokenId(3), found: 'already revoked', token: sampleToken(3, { revokedAt: NOON }) },
        { id: tokenId(4), found: 'unreadable', problem: 'no answer' },
        { id: tokenId(5), found: 'in progress', revocation: 'f'.repeat(32) },
      ],
    });

    expect(liveTokens(plan).map(({ id }) => id)).toEqual([tokenId(2)]);
  });
});

describe('invariant 14: a plan can be confirmed', () => {
  const plan = samplePlan();

  test.each([
    ['a millisecond before it expires', 899_999, false],
    ['no more at the very moment it expires', 900_000, true],
    ['no more an hour later', 3_600_000, true],
    ['within a minute before it was made, since clocks differ', -60_000, false],
    ['no more when it comes from further in the future', -60_001, true],
  ])('%s', (_when, ms, expired) => {
    expect(isExpired(plan, later(ms))).toBe(expired);
  });
});

describe('the twin of a request', () => {
  const key = (overrides: Partial<PlanRequest>) => twinKey(sampleRequest(overrides));

  test('is the same person, profile, channel and set of tokens, in whatever order and for whatever reason', () => {
    const share = { channel: 'C0001', thread: '1.2' };
    expect(key({ tokenIds: [tokenId(2), tokenId(1)] })).toBe(key({}));
    expect(key({ reason: 'another', timeoutMs: 1_000, debug: true, notes: ['x'], dialog: 'V1', share })).toBe(key({}));
  });

  test.each<[string, Partial<PlanRequest>]>([
    ['person', { requester: { ...ALICE, user: 'U0BOB' } }],
    ['workspace', { requester: { ...ALICE, team: 'T0002' } }],
    ['channel', { requester: { ...ALICE, channel: 'C0002' } }],
    ['profile', { profile: 'other' }],
    ['token', { tokenIds: [tokenId(1), tokenId(3)] }],
    ['number of tokens', { tokenIds: [tokenId(1)] }],
  ])('is not a request with another %s', (_what, overrides) => {
    expect(key(overrides)).not.toBe(key({}));
  });

  test('leaves the tokens of the request in their order', () => {
    const tokenIds = [tokenId(2), tokenId(1)];

    twinKey(sampleRequest({ tokenIds }));

    expect(tokenIds).toEqual([tokenId(2), tokenId(1)]);
  });
});

describe('a token changed since it was shown', () => {
  const token = sampleToken(1, { permissions: [{ action: 'read', resource: 'logs' }] });

  test('when its description did', () => {
    expect(difference(token, { ...token, description: 'vector' })).toBe(
      'its description was “telegraf 1” and is now “vector”',
    );
  });

  test('when its permissions did', () => {
    const wider = [{ action: 'write', resource: '*' }, ...token.permissions];

    expect(difference(token, { ...token, permissions: wider })).toBe(
      'its permissions were read logs and are now read logs, write *',
    );
    expect(difference(token, { ...token, permissions: [] })).toBe('its permissions were read logs and are now none');
  });

  test('not when its permissions come in another order, or it expires at another time', () => {
    const both = [
      { action: 'read', resource: 'logs' },
      { action: 'write', resource: 'logs' },
    ];

    expect(
      difference({ ...token, permissions: both }, { ...token, permissions: both.toReversed(), expiresAt: NOON }),
    ).toBeUndefined();
  });

  test('invariant 5: by any other permission at all, however its words are chosen', () => {
    const word = fc.string({ unit: fc.constantFrom('a', ',', ' ', 'write'), maxLength: 4 });
    const permissions = fc.array(fc.record({ action: word, resource: word }), { maxLength: 3 });
    const sorted = (all: readonly Permission[]) => all.map(({ action, resource }) => [action, resource]).sort();
    fc.assert(
      fc.property(permissions, permissions, (before, after) => {
        const same = JSON.stringify(sorted(before)) === JSON.stringify(sorted(after));

        const changed = difference({ ...token, permissions: before }, { ...token, permissions: after });

        expect(changed === undefined).toBe(same);
      }),
      {
        numRuns: 3_000,
        examples: [
          [
            [{ action: 'a', resource: 'b, c d' }],
            [
              { action: 'a', resource: 'b' },
              { action: 'c', resource: 'd' },
            ],
          ],
        ],
      },
    );
  });

  test('permissions are read in a fixed order', () => {
    const permissions = [
      { action: 'write', resource: 'b' },
      { action: 'read', resource: '*' },
      { action: 'write', resource: 'a' },
    ];

    expect(permissionsOf({ ...token, permissions })).toBe('read *, write a, write b');
  });
});

test('a short ID is the first eight hex digits', () => {
  expect(shortId('1a2b3c4d-5e6f-4000-8000-000000000000')).toBe('1a2b3c4d');
});
