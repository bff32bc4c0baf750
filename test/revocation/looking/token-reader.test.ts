import { describe, expect, test } from 'vitest';
import type { TokenQuery } from '../../../src/revocation/looking/token-reader.ts';
import { quiet } from '../event-loop.ts';
import { ALICE, BOB, sampleProfile, sampleTokens, tokenId } from '../samples.ts';
import { fails, held } from '../scripted-tokens.ts';
import { type HeartOptions, startHeart } from '../start-heart.ts';

const QUERY: TokenQuery = {
  search: '',
  database: '',
  includeRevoked: false,
  order: 'id',
  page: 0,
  timeoutMs: 30_000,
};

async function given(options: HeartOptions = { tokens: sampleTokens(3) }) {
  const heart = await startHeart(options);
  const slow: number[] = [];
  const onSlow = async (readSoFar: number) => {
    slow.push(readSoFar);
  };
  const profile = heart.profiles.get('default') ?? sampleProfile();
  return {
    heart,
    slow,
    page: (query: Partial<TokenQuery> = {}, who = ALICE) =>
      heart.tokenReader.page(profile, who, { ...QUERY, ...query }, onSlow),
    one: (number: number, who = ALICE) => heart.tokenReader.one(profile, who, tokenId(number), 5_000),
  };
}

const AUDITOR = { policy: { audit: { users: [BOB.user], usergroups: [] } } };

describe('a page of tokens', () => {
  test('is read for those who may revoke, with what they asked for', async () => {
    const { heart, page } = await given();

    expect(await page({ search: 'x', database: 'metrics', includeRevoked: true })).toMatchObject({
      kind: 'page',
      mayRevoke: true,
      page: { total: 3 },
    });
    expect(heart.tokens.listings).toMatchObject([
      { profile: 'default', search: 'x', database: 'metrics', includeRevoked: true, timeoutMs: 30_000 },
    ]);
  });

  test('is read for those who may read the audit log, who are known not to revoke', async () => {
    const { page, one } = await given(AUDITOR);

    expect(await page({}, BOB)).toMatchObject({ kind: 'page', mayRevoke: false });
    expect(await one(1, BOB)).toMatchObject({ kind: 'token', mayRevoke: false, token: { id: tokenId(1) } });
  });

  test('is refused to everybody else, audited, and the cluster is not asked', async () => {
    const { heart, page, one } = await given();
    const entries = async () => (await heart.behind((transaction) => transaction.auditHead()))?.seq ?? 0;
    const before = await entries();

    const refusals = [await page({}, BOB), await one(1, BOB)];

    for (const refusal of refusals)
      expect(refusal).toMatchObject({ kind: 'refused', message: expect.stringContaining('not on the lists') });
    expect(heart.tokens.listings).toEqual([]);
    expect(heart.tokens.calls).toEqual([]);
    expect(await entries()).toBe(before + 2);
  });

  test('asks who may be read no longer ago than half a minute', async () => {
    const { heart, page } = await given();

    await page();

    expect(heart.directory.asked.every(({ maxAgeMs }) => maxAgeMs <= 30_000)).toBe(true);
  });

  test.each(['unauthenticated', 'denied', 'throttled', 'limited', 'busy', 'lost', 'protocol', 'invalid'] as const)(
    'that fails as %s is no page, and no fault',
    async (kind) => {
      const { heart, page, one } = await given();
      heart.tokens.onList(fails(kind, { retryAfterMs: 7_000 }));
      heart.tokens.onGet(tokenId(1), fails(kind));

      expect(await page()).toEqual({ kind: 'failed', reason: kind, retryAfterMs: 7_000 });
      expect(await one(1)).toEqual({ kind: 'failed', reason: kind, retryAfterMs: undefined });
      expect(heart.faults).toEqual([]);
    },
  );

  test('that takes more than three seconds is told of once, with what was read so far', async () => {
    const { heart, slow, page } = await given();
    const list = heart.tokens.list;
    const rest = held();
    heart.tokens.list = async function* (request) {
      yield* list(request);
      await rest.answer(() => undefined);
    };
    const reading = page();
    await quiet();
    heart.clock.advance(2_999);
    expect(slow).toEqual([]);

    heart.clock.advance(20_000);
    rest.release();

    expect(await reading).toMatchObject({ page: { total: 3 } });
    expect(slow).toEqual([3]);
  });

  test('that is quick is not, however much time passes later', async () => {
    const { heart, slow, page } = await given();

    await page();
    heart.clock.advance(10_000);

    expect(slow).toEqual([]);
  });
});

test('news of slowness that do not arrive do not keep the list from coming', async () => {
  const { heart } = await given();
  const rest = held();
  heart.tokens.onList(rest.answer);
  const profile = heart.profiles.get('default') ?? sampleProfile();
  const reading = heart.tokenReader.page(profile, ALICE, QUERY, async () => {
    throw new Error('Slack is away');
  });
  await quiet();

  heart.clock.advance(3_000);
  await quiet();
  rest.release();

  expect(await reading).toMatchObject({ kind: 'page', page: { total: 3 } });
});

test('a token that the cluster does not know is none', async () => {
  const { one } = await given();

  expect(await one(9)).toEqual({ kind: 'token', token: undefined, mayRevoke: true });
});
