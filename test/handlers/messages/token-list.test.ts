import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ListQuery } from '../../../handlers/list-query.ts';
import { tokenMessage } from '../../../handlers/messages/token.ts';
import { readFailure, slowListing, tokenListMessage } from '../../../handlers/messages/token-list.ts';
import { collectPage, PAGE_TOKENS } from '../../../src/revocation/looking/token-page.ts';
import type { Token } from '../../../src/revocation/token.ts';
import { NOON, sampleToken, sampleTokens } from '../../revocation/samples.ts';
import { filled, largeToken, NASTY } from './nasty.ts';
import { blocksOf, expectTaken, shownBy, spoken } from './slack-takes.ts';

const DEFAULT = { name: 'default', production: false };
const LONGEST = { name: filled('production-', 100), production: true };
const QUERY: ListQuery = {
  ...{ profile: 'default', search: '', database: '', includeRevoked: false, timeoutMs: 60_000 },
  ...{ order: 'description', format: 'table', page: 0 },
};

function listMessage(tokens: readonly Token[], query: Partial<ListQuery> = {}, profile = DEFAULT, mayRevoke = true) {
  const whole = { ...QUERY, ...query };
  const collector = collectPage(whole.page, whole.order);
  for (const token of tokens) collector.add(token);
  return tokenListMessage({ kind: 'page', page: collector.page(), mayRevoke }, whole, profile, NOON);
}

const labels = (message: ReturnType<typeof listMessage>) =>
  JSON.stringify(message.blocks).match(/(?<="accessibility_label":")[^"]*/g) ?? [];

describe('a list', () => {
  test('says how many there are, which these are, and how it was narrowed', () => {
    const query = { search: 'plant', database: 'metrics', includeRevoked: true };

    expect(shownBy(listMessage(sampleTokens(25), query)).split('\n')[1]).toBe(
      '1–10 of 25 tokens · search “plant” · for metrics, or for all databases · revoked ones too · by description',
    );
    expect(shownBy(listMessage(sampleTokens(21), { page: 2 }))).toContain('21 of 21 tokens · by description');
  });

  test('says the same to who does not see, and every button has a label of its own', () => {
    const message = listMessage(sampleTokens(25), { page: 1, order: 'id' });

    for (const number of ['11', '20']) expect(spoken(message)).toContain(`telegraf ${number} 000000${number}`);
    expect(spoken(message)).toContain('00000011-0000-4000-8000-000000000000');
    expect(new Set(labels(message)).size).toBe(12);
    expect(labels(message)).toContain('Earlier: page 1 of 3');
    expect(labels(message)[0]).toMatch(/^Revoke 000000\d\d, telegraf \d+: shows the plan first$/);
  });

  test('no row of buttons holds an action twice', () => {
    for (const block of blocksOf(listMessage(sampleTokens(25), { page: 1 }))) {
      const actions = block.type === 'actions' ? block.elements.map(({ action_id: action }) => action) : [];
      expect(new Set(actions).size).toBe(actions.length);
    }
  });

  test('revoked and expired tokens are called that', () => {
    const shown = shownBy(
      listMessage([sampleToken(1, { revokedAt: NOON }), sampleToken(2, { expiresAt: NOON, permissions: [] })]),
    );

    expect(shown).toMatch(/telegraf 1 .*revoked 2026-11-22/);
    expect(shown).toMatch(/telegraf 2 .*no permissions .*expired 2026-11-22/);
  });

  test('permissions that were left out are counted', () => {
    expect(shownBy(listMessage([largeToken(1, 'x', 200)]))).toContain(' and 194 more · created');
    expect(shownBy(listMessage([largeToken(1, 'x', 200)]))).not.toContain('more permission');
  });

  test.each([
    ['a search', { search: 'x' }, 'search for less, or add --include-revoked, or choose another --profile'],
    ['a database', { database: 'x', includeRevoked: true }, 'leave out --database, or choose another --profile'],
    ['nothing at all', {}, 'To find more: add --include-revoked, or choose another --profile.'],
  ])('of nothing, after %s, says how to find more', (_what, query, words) => {
    const shown = shownBy(listMessage([], query));

    expect(shown).toContain('No token was found.');
    expect(shown).toContain(words);
  });
});

describe('Slack takes every list', () => {
  const search = filled('plant & "7" <x> ', 200);

  test.each([0, 1, 9, 10, 11, 25, 250])('of %d tokens, the largest there are, in both forms', (total) => {
    const tokens = Array.from({ length: total }, (_, index) =>
      largeToken(index + 1, Object.values(NASTY).join(''), 31),
    );

    for (const format of ['table', 'json'] as const) {
      for (const page of [0, 1, 19]) {
        const query = { format, page, search, database: filled('&', 64), includeRevoked: true };
        expectTaken(listMessage(tokens, query, LONGEST));
      }
    }
  });

  test.each(Object.entries(NASTY))('with descriptions, databases and searches of %s', (_what, text) => {
    const permissions = Array.from({ length: 8 }, () => ({ action: filled(text, 40), resource: filled(text, 64) }));
    const tokens = sampleTokens(PAGE_TOKENS).map((token) => ({
      ...token,
      ...{
        description: filled(text, 4_000),
        permissions,
        revokedAt: token.id.startsWith('00000001') ? NOON : undefined,
      },
    }));

    for (const format of ['table', 'json'] as const) {
      expectTaken(listMessage(tokens, { format, search: filled(text, 200), database: filled(text, 64) }));
      for (const token of tokens.slice(0, 2)) {
        const wish = { id: token.id, format, includeRevoked: true };
        expectTaken(tokenMessage({ kind: 'token', token, mayRevoke: true }, wish, LONGEST, NOON));
      }
    }
  });

  test('and the value of every button fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const search = filled(`${text}"\\\n`, 200);
        expectTaken(listMessage(sampleTokens(11), { search: search.toWellFormed() }, LONGEST));
      }),
      { numRuns: 50 },
    );
  });
});

describe('JSON', () => {
  const jsonOf = (message: ReturnType<typeof listMessage>): unknown => {
    const shown = shownBy(message);
    return JSON.parse(shown.slice(shown.indexOf('[\n'), shown.lastIndexOf(']') + 1));
  };

  test('is what the cluster said, whatever is in it', () => {
    for (const text of Object.values(NASTY)) {
      const token = sampleToken(1, { description: filled(text, 100) });

      expect(jsonOf(listMessage([token], { format: 'json' }))).toEqual([
        { ...token, createdAt: NOON.toISOString(), description: token.description.toWellFormed() },
      ]);
    }
  });

  test('that does not fit says how much is missing, and is still JSON', () => {
    const tokens = Array.from({ length: 10 }, (_, index) => largeToken(index + 1, 'x', 200));

    const message = listMessage(tokens, { format: 'json' });

    const shown = jsonOf(message);
    const count = Array.isArray(shown) ? shown.length : -1;
    expect(count).toBeGreaterThan(0);
    expect(shownBy(message)).toContain(`${10 - count} token`);
    expect(shownBy(message)).toContain('Of each token 300 characters and 30 permissions are shown');
  });
});

describe('what went wrong', () => {
  const KINDS = ['unauthenticated', 'denied', 'throttled', 'limited', 'busy', 'lost', 'protocol', 'invalid'] as const;

  test.each(KINDS)('%s is said in words of its own, with what to do', (reason) => {
    const words = shownBy(readFailure({ kind: 'failed', reason }, 'prod-eu'));

    expect(words).toContain('prod-eu');
    expect(words).toMatch(/Nothing (was read|is shown)/);
    expect(words).toMatch(/Try again|Whoever runs the bot has to/);
    expect(KINDS.map((kind) => shownBy(readFailure({ kind: 'failed', reason: kind }, 'prod-eu')))).toHaveLength(8);
  });

  test('slowness says how far it got', () => {
    expect(shownBy(slowListing(DEFAULT, 1))).toContain('1 matching token so far');
  });
});
