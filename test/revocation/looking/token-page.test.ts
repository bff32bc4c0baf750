import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collectPage, MOST_PAGES, PAGE_TOKENS, type TokenOrder } from '../../../src/revocation/looking/token-page.ts';
import type { Token } from '../../../src/revocation/token.ts';
import { sampleToken, sampleTokens } from '../samples.ts';

function pageOf(tokens: readonly Token[], page = 0, order: TokenOrder = 'id') {
  const collector = collectPage(page, order);
  for (const token of tokens) collector.add(token);
  return collector.page();
}

const ids = (tokens: readonly Token[]) => tokens.map(({ id }) => id);

describe('a page', () => {
  test.each([
    [0, 1, 0],
    [1, 1, 1],
    [10, 1, 10],
    [11, 2, 10],
    [200, 20, 10],
    [201, 20, 10],
    [5_000, 20, 10],
  ])('of %d tokens is one of %d, and the first holds %d', (total, pages, length) => {
    const page = pageOf(sampleTokens(total));

    expect(page).toMatchObject({ total, pages, page: 0 });
    expect(page.tokens).toHaveLength(length);
  });

  test('behind the last is the last', () => {
    expect(pageOf(sampleTokens(11), 7)).toMatchObject({ page: 1, tokens: [{ description: 'telegraf 11' }] });
    expect(pageOf([], 3)).toMatchObject({ page: 0, tokens: [] });
    expect(pageOf(sampleTokens(500), 1_000)).toMatchObject({ page: MOST_PAGES - 1 });
  });

  test('is sorted by description whatever the case, and then by ID', () => {
    const described = ['b', 'A', 'a', 'B'].map((description, index) => sampleToken(9 - index, { description }));

    expect(pageOf(described, 0, 'description').tokens.map(({ id, description }) => `${description} ${id[7]}`)).toEqual([
      'a 7',
      'A 8',
      'B 6',
      'b 9',
    ]);
  });

  test('holds short forms of long tokens, and says how many permissions it leaves out', () => {
    const permissions = Array.from({ length: 45 }, (_, index) => ({ action: 'read', resource: `database-${index}` }));
    const [token] = pageOf([sampleToken(1, { description: '🌡'.repeat(4_000), permissions })]).tokens;

    expect(token?.description).toBe('🌡'.repeat(150));
    expect(token?.permissions).toHaveLength(30);
    expect(token?.permissionsLeft).toBe(15);
  });

  test('is what sorting everything would give, on every page and in every order of arrival', () => {
    const token = fc
      .record({ number: fc.nat(99_999_999), description: fc.constantFrom('a', 'B', 'b', 'ab', '', 'ä') })
      .map(({ number, description }) => sampleToken(number, { description }));
    fc.assert(
      fc.property(
        fc.uniqueArray(token, { maxLength: 120, size: 'max', selector: ({ id }) => id }),
        fc.nat(14),
        fc.constantFrom<TokenOrder>('id', 'description'),
        (tokens, asked, order) => {
          const page = pageOf(tokens, asked, order);

          const key = ({ id, description }: Token) => (order === 'id' ? id : `${description.toLowerCase()}\0${id}`);
          const sorted = tokens.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
          const last = Math.max(Math.ceil(tokens.length / PAGE_TOKENS) - 1, 0);
          const from = Math.min(asked, last) * PAGE_TOKENS;
          expect(ids(page.tokens)).toEqual(ids(sorted.slice(from, from + PAGE_TOKENS)));
        },
      ),
      { numRuns: 500 },
    );
  });
});
