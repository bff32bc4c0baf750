import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ListQuery, listValue, planValueOf, readListValue, readPlanValue } from '../../handlers/list-query.ts';
import { tokenId } from '../revocation/samples.ts';

const QUERY: ListQuery = {
  ...{ profile: 'prod eu', search: 'plant "7"', database: 'metrics', includeRevoked: true, timeoutMs: 60_000 },
  ...{ order: 'id', format: 'json', page: 0 },
};

describe('a button that turns the pages', () => {
  test('holds the whole list, and another page of it', () => {
    expect(readListValue(listValue(QUERY, 3))).toEqual({ ...QUERY, page: 3 });
  });

  test.each([
    ['a page too far', { page: 20 }],
    ['a page before the first', { page: -1 }],
    ['half a page', { page: 0.5 }],
    ['a search too long', { search: 'x'.repeat(201) }],
    ['a secret', { search: 'apiv1_c2VjcmV0c2VjcmV0c2VjcmV0' }],
    ['a secret for a database', { database: 'xoxb-1234567890-abcdef' }],
    ['an order there is not', { order: 'size' }],
    ['hours', { timeoutMs: 3_600_000 }],
    ['no time', { timeoutMs: 0 }],
    ['a list where a text belongs', { search: ['x'] }],
    ['something else besides', { admin: true }],
    ['nothing where something belongs', { profile: undefined }],
  ])('is refused with %s', (_what, changes) => {
    expect(readListValue(JSON.stringify({ ...QUERY, ...changes }))).toBeUndefined();
  });

  test('is refused with anything else, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.constantFrom('', 'null', '{}', '[]', '0')), (value) => {
        expect(readListValue(value)).toBeUndefined();
        expect(readPlanValue(value)).toBeUndefined();
      }),
    );
  });
});

describe('a button that starts a plan', () => {
  test('holds a token and its profile', () => {
    expect(readPlanValue(planValueOf('prod eu', tokenId(1)))).toEqual({ profile: 'prod eu', id: tokenId(1) });
  });

  test.each(['../databases/prod', '', tokenId(1).toUpperCase().replace('8', 'A'), `${tokenId(1)} `])(
    'is refused with the ID %j',
    (id) => {
      expect(readPlanValue(planValueOf('prod', id))).toBeUndefined();
    },
  );
});
