import { describe, expect, onTestFinished, test } from 'vitest';
import { createTokenIndex, type IndexAnswer, type IndexQuery } from '../../../src/revocation/looking/token-index.ts';
import type { Token } from '../../../src/revocation/token.ts';
import type { ListRequest } from '../../../src/revocation/token-service.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { quiet } from '../event-loop.ts';
import { NOON, sampleToken, sampleTokens, tokenId } from '../samples.ts';
import { createScriptedTokens, fails, hangs, held } from '../scripted-tokens.ts';

function given(known: readonly Token[] = sampleTokens(3), keptRows?: number) {
  const clock = createFakeClock(NOON);
  const tokens = createScriptedTokens(known, clock.now);
  const failures: string[] = [];
  const onFailure = (error: unknown, profile: string) => failures.push(`${profile}: ${error}`);
  const index = createTokenIndex({ tokens, clock, onFailure, keptRows });
  onTestFinished(() => index.stop());
  const search = (query: Partial<IndexQuery> = {}, profile = 'default') =>
    index.search(profile, { words: '', limit: 100, withinMs: 1_000, ...query });
  return { clock, tokens, index, failures, search };
}

function ids(answer: IndexAnswer): readonly string[] {
  return answer.kind === 'found' ? answer.tokens.map(({ id }) => id) : [answer.kind];
}

describe('finds', () => {
  test('the tokens that are not revoked, with their words, in the cluster’s order', async () => {
    const permissions = [
      { action: 'read', resource: 'metrics' },
      { action: 'write', resource: '*' },
    ];
    const { search } = given([sampleToken(1, { permissions }), sampleToken(2, { revokedAt: NOON }), sampleToken(3)]);

    expect(await search()).toEqual({
      kind: 'found',
      tokens: [
        { id: tokenId(1), description: 'telegraf 1', permissions: 'read metrics, write *' },
        { id: tokenId(3), description: 'telegraf 3', permissions: 'write metrics' },
      ],
      more: false,
      partial: false,
    });
  });

  test.each([
    ['every word, wherever it stands and whatever the case', 'METRICS graf', [1, 2, 3]],
    ['the beginning of an ID', '00000002', [2]],
    ['no middle of an ID', '-0000-4000', []],
    ['a description and an ID together', 'telegraf 00000003-0000', [3]],
    ['nothing where one word fits nothing', 'telegraf influx', []],
    ['no pattern', '.*', []],
  ])('%s', async (_what, words, numbers) => {
    const { search } = given();

    expect(ids(await search({ words }))).toEqual(numbers.map(tokenId));
  });

  test('as many as asked for, and says when there are more', async () => {
    const { search } = given(sampleTokens(3));

    expect(await search({ limit: 2 })).toMatchObject({ tokens: [{ id: tokenId(1) }, { id: tokenId(2) }], more: true });
    expect(await search({ limit: 3 })).toMatchObject({ more: false });
  });

  test('descriptions and permissions cut short, and never half a character', async () => {
    const permissions = Array.from({ length: 40 }, (_, index) => ({ action: 'write', resource: `database-${index}` }));
    const { search } = given([sampleToken(1, { description: `${'a'.repeat(73)}🌡️🌡️`, permissions })]);

    const answer = await search();

    expect(answer).toMatchObject({ tokens: [{ description: `${'a'.repeat(73)}\uFFFD…` }] });
    expect(answer).toMatchObject({ tokens: [{ permissions: expect.stringMatching(/^write database-0, .{56}…$/) }] });
  });

  test('a tab in a description is no border', async () => {
    const { search } = given([sampleToken(1, { description: 'a\tb' })]);

    expect(await search({ words: 'metrics' })).toMatchObject({
      tokens: [{ id: tokenId(1), description: 'a b', permissions: 'write metrics' }],
    });
  });
});

describe('a listing', () => {
  test('is shared by all who ask while it loads, and for a minute', async () => {
    const { clock, tokens, index, search } = given();
    index.warm('default');
    await Promise.all([search(), search({ words: 'x' }), search({ words: 'telegraf' })]);
    clock.advance(59_999);
    await search();
    expect(tokens.listings).toHaveLength(1);

    clock.advance(1);
    await search();

    expect(tokens.listings).toHaveLength(2);
  });

  test('is as old as its beginning, however long it took to load', async () => {
    const { clock, tokens, search } = given();
    const slow = held();
    tokens.onList(slow.answer);
    const first = search({ withinMs: 90_000 });
    clock.advance(59_000);
    slow.release();
    expect(ids(await first)).toHaveLength(3);

    clock.advance(1_000);
    await search();

    expect(tokens.listings).toHaveLength(2);
  });

  test('has aged when the machine slept, though no timer ran', async () => {
    const { clock, tokens, search } = given();
    await search();

    clock.step(60_000);
    await search();

    expect(tokens.listings).toHaveLength(2);
  });

  test('is of one profile, and kept beside those of others', async () => {
    const { tokens, search } = given();

    for (const profile of ['a', 'b', 'c', 'a', 'b', 'c']) await search({}, profile);

    expect(tokens.listings.map(({ profile }) => profile)).toEqual(['a', 'b', 'c']);
  });

  test('holds so many tokens and no more, ends there, and says so', async () => {
    const { search } = given(sampleTokens(1_200), 700);

    const answer = await search({ limit: 1_000 });

    expect(answer).toMatchObject({ kind: 'found', partial: true, more: false });
    expect(ids(answer)).toHaveLength(700);
  });
});

describe('where more tokens are listed than are kept', () => {
  /** A cluster of so many tokens for each profile, named after its number. */
  function sized(keptRows: number) {
    const all = given([], keptRows);
    all.tokens.list = async function* (request) {
      listed.push(request);
      const tokens = sampleTokens(Number(request.profile));
      for (let at = 0; at < tokens.length; at += 100) yield tokens.slice(at, at + 100);
    };
    const listed: ListRequest[] = [];
    const kept = async (profile: string) => ids(await all.search({ limit: 10_000 }, profile)).length;
    return { ...all, listed, kept };
  }

  test('those of large clusters share what there is, and nobody’s listing is thrown away for another', async () => {
    const { listed, kept, search } = sized(1_200);

    const alone = await kept('1000');
    const both = [await kept('1001'), await kept('1000')];
    const three = [await kept('1002'), await kept('1001'), await kept('1000')];

    expect(alone).toBe(1_000);
    expect(both).toEqual([600, 600]);
    expect(three).toEqual([400, 400, 400]);
    expect(await search({}, '1000')).toMatchObject({ kind: 'found', partial: true });
    expect(listed).toHaveLength(3);
  });

  test('that of a small cluster is whole, and stays whole', async () => {
    const { listed, kept, search } = sized(1_200);

    const sizes = [await kept('1500'), await kept('30'), await kept('1501'), await kept('30')];

    expect(sizes).toEqual([1_200, 30, 585, 30]);
    expect(await search({}, '30')).toMatchObject({ partial: false });
    expect(listed).toHaveLength(3);
  });

  test('none that loads is ended, however many do', async () => {
    const { listed, kept } = sized(1_200);

    const sizes = await Promise.all(['1000', '1001', '1002', '1003'].map(kept));

    expect(sizes.reduce((sum, size) => sum + size)).toBe(1_200);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(listed.map(({ signal }) => signal?.aborted)).toEqual([false, false, false, false]);
  });
});

test('a search among many tokens lets all else have its turn', async () => {
  const { search } = given(sampleTokens(100_000));
  await search({ withinMs: 60_000 });
  let turns = 0;
  let over = false;

  const searched = search({ words: 'nothing like it' }).finally(() => {
    over = true;
  });
  while (!over) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }

  expect(await searched).toMatchObject({ kind: 'found', tokens: [] });
  expect(turns).toBeGreaterThanOrEqual(10);
});

describe('in time', () => {
  test('says that it is loading when the time is over, and finds all later', async () => {
    const { clock, tokens, search } = given();
    const slow = held();
    tokens.onList(slow.answer);
    const early = search({ withinMs: 2_000 });
    await quiet();

    clock.advance(2_000);
    const loading = await early;
    slow.release();
    const later = await search();

    expect(loading).toEqual({ kind: 'loading' });
    expect(ids(later)).toHaveLength(3);
    expect(tokens.listings).toHaveLength(1);
  });

  test('finds among what is there by then, and says that it is not all', async () => {
    const { clock, tokens, search } = given();
    const { promise: rest, resolve } = Promise.withResolvers<void>();
    tokens.list = async function* () {
      yield [sampleToken(1)];
      await rest;
      yield [sampleToken(2)];
    };
    const asked = [search(), search({ words: '00000002' })];
    await quiet();

    clock.advance(1_000);
    const [found, loading] = await Promise.all(asked);
    resolve();

    expect(found).toMatchObject({ kind: 'found', partial: true, tokens: [{ id: tokenId(1) }] });
    expect(loading).toEqual({ kind: 'loading' });
    expect(await search({ words: '00000002' })).toMatchObject({ partial: false, tokens: [{ id: tokenId(2) }] });
  });
});

describe('a listing that fails', () => {
  test('is told with its reason, reported once, and tried again after a few seconds', async () => {
    const { clock, tokens, failures, search } = given();
    tokens.onList(fails('unauthenticated'));

    expect(await search()).toEqual({ kind: 'failed', reason: 'unauthenticated' });
    expect(await search()).toEqual({ kind: 'failed', reason: 'unauthenticated' });
    clock.advance(5_000);
    expect(ids(await search())).toHaveLength(3);
    expect(tokens.listings).toHaveLength(2);
    expect(failures).toEqual(['default: TokenServiceError: scripted: unauthenticated']);
  });

  test('in its middle is no shorter list', async () => {
    const { tokens, search } = given();
    tokens.list = async function* () {
      yield [sampleToken(1)];
      throw new TypeError('a mistake');
    };

    expect(await search()).toEqual({ kind: 'failed', reason: 'protocol' });
  });

  test('because nobody wants it any more is no failure', async () => {
    const { tokens, index, failures, search } = given();
    tokens.onList(hangs());
    const asked = search();
    await quiet();

    index.stop();

    expect(await asked).toEqual({ kind: 'loading' });
    expect(tokens.listings[0]?.signal?.aborted).toBe(true);
    expect(failures).toEqual([]);
  });
});
