import { describe, expect, test } from 'vitest';
import { ManagementTokenError, readTokens } from '../../../src/revocation/planning/reading.ts';
import type { TokenReading } from '../../../src/revocation/token-service.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { quiet } from '../event-loop.ts';
import { NOON, sampleProfile, sampleToken, sampleTokens, tokenId } from '../samples.ts';
import { type Answer, createScriptedTokens, fails, failure, hangs } from '../scripted-tokens.ts';

function given(count: number, concurrency = 4) {
  const clock = createFakeClock(NOON);
  const tokens = createScriptedTokens(sampleTokens(count), clock.now);
  const ids = Array.from({ length: count }, (_, index) => tokenId(index + 1));
  return { clock, tokens, ids, read: () => readTokens({ tokens, clock }, sampleProfile({}, { concurrency }), ids) };
}

test('asks about every token, each once, and keeps their order', async () => {
  const { tokens, ids, read } = given(10);

  const readings = await read();

  expect(readings.tokens.map(({ id, found }) => `${id} ${found}`)).toEqual(ids.map((id) => `${id} live`));
  expect(tokens.calls.map(({ request }) => request.tokenId).toSorted()).toEqual(ids);
});

test('has as many questions under way as the profile allows, and no more', async () => {
  const { tokens, read } = given(20, 4);

  await read();

  expect(tokens.mostAtOnce).toBe(4);
});

test('says what the cluster says of each', async () => {
  const { tokens, read } = given(3);
  const revoked = sampleToken(2, { revokedAt: NOON });
  tokens.remove(tokenId(1));
  tokens.put(revoked);

  expect((await read()).tokens).toEqual([
    { id: tokenId(1), found: 'not found' },
    { id: tokenId(2), found: 'already revoked', token: revoked },
    { id: tokenId(3), found: 'live', token: sampleToken(3) },
  ]);
});

test('takes an expired token for live: it can still be revoked', async () => {
  const { tokens, read } = given(1);
  tokens.put(sampleToken(1, { expiresAt: new Date(0) }));

  expect((await read()).tokens).toMatchObject([{ found: 'live' }]);
});

test('says what the hourly budget allows, where that was said', async () => {
  const { tokens, read } = given(2);

  expect((await read()).revocationsLeft).toBeUndefined();
  tokens.revocationsLeft = 7;

  expect((await read()).revocationsLeft).toBe(7);
});

test('reads nothing where nothing is asked for', async () => {
  const { tokens, read } = given(0);

  expect(await read()).toEqual({ tokens: [], revocationsLeft: undefined });
  expect(tokens.calls).toEqual([]);
});

describe('a token that cannot be read', () => {
  test.each([
    ['invalid', 'the cluster called the request invalid'],
    ['denied', 'the cluster forbids reading it'],
    ['throttled', 'the cluster asked to slow down'],
    ['busy', 'the cluster could not answer'],
    ['lost', 'the cluster did not answer in time'],
    ['protocol', 'the cluster answered something that is not its API'],
  ] as const)('is said to be, with the reason, and the others are read: %s', async (kind, problem) => {
    const { tokens, read } = given(2);
    tokens.onGet(tokenId(1), fails(kind));

    expect((await read()).tokens).toMatchObject([{ id: tokenId(1), found: 'unreadable', problem }, { found: 'live' }]);
  });

  test('waits for its turn where the gateway has no room, and is read then', async () => {
    const { clock, tokens, read } = given(2);
    tokens.onGet(tokenId(1), fails('limited'));

    const reading = read();
    await quiet();
    clock.advance(250);

    expect((await reading).tokens).toMatchObject([{ found: 'live' }, { found: 'live' }]);
    expect(tokens.calls).toHaveLength(3);
  });

  test('is not hidden when it is a mistake of ours', async () => {
    const { tokens, read } = given(2);
    tokens.onGet(tokenId(1), async () => {
      throw new TypeError('a mistake');
    });

    await expect(read()).rejects.toThrow('a mistake');
  });
});

test('a gateway that is busy with others is asked again until it has room', async () => {
  const { clock, tokens, read } = given(2);
  tokens.onGet(tokenId(1), fails('limited', { retryAfterMs: 60_000 }), fails('limited'));

  const reading = read();
  for (let turn = 0; turn < 2; turn += 1) {
    await quiet();
    clock.advance(250);
  }

  expect((await reading).tokens.map(({ found }) => found)).toEqual(['live', 'live']);
});

test('a gateway that stays busy with others is not waited for longer than 10 s', async () => {
  const { clock, tokens, read } = given(1);
  tokens.onGet(tokenId(1), ...Array.from({ length: 100 }, () => fails<TokenReading>('limited')));

  const reading = read();
  for (let passed = 0; passed < 10_000; passed += 250) {
    await quiet();
    clock.advance(250);
  }

  expect((await reading).tokens).toMatchObject([{ found: 'unreadable' }]);
});

describe('a refused management token, 401', () => {
  test('ends the reading at once, with its cause', async () => {
    const { tokens, read } = given(20, 2);
    tokens.onGet(tokenId(1), fails('unauthenticated'));
    tokens.onGet(tokenId(2), hangs());

    const error = await read().catch((error: unknown) => error);

    expect(error).toBeInstanceOf(ManagementTokenError);
    expect(error).toMatchObject({ cause: failure('unauthenticated') });
  });

  test('nothing more is asked after it', async () => {
    const { tokens, read } = given(20, 2);
    tokens.onGet(tokenId(1), fails('unauthenticated'));

    await expect(read()).rejects.toThrow(ManagementTokenError);
    await quiet();

    expect(tokens.calls.length).toBeLessThanOrEqual(3);
  });
});

describe('patience', () => {
  test('ends after 10 s without any answer: what is not read by then is unreadable', async () => {
    const { clock, tokens, ids, read } = given(5, 2);
    for (const id of ids) tokens.onGet(id, hangs());

    const reading = read();
    await quiet();
    clock.advance(10_000);

    expect((await reading).tokens.map(({ found }) => found)).toEqual(ids.map(() => 'unreadable'));
    expect((await reading).tokens).toMatchObject(ids.map(() => ({ problem: 'the cluster did not answer in time' })));
    expect(tokens.calls).toHaveLength(2);
  });

  test('begins anew with every answer', async () => {
    const { clock, tokens, read } = given(3, 1);
    const late: Answer<TokenReading> = async (proceed) => {
      clock.advance(9_000);
      return proceed();
    };
    for (const number of [1, 2, 3]) tokens.onGet(tokenId(number), late);

    expect((await read()).tokens.map(({ found }) => found)).toEqual(['live', 'live', 'live']);
  });
});
