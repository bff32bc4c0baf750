import { expect, test } from 'vitest';
import { createClusterWatch } from '../../src/ops/cluster-watch.ts';
import { TokenServiceError, type TokenServiceErrorKind } from '../../src/revocation/token-service.ts';
import { createFakeClock } from '../support/fake-clock.ts';

/** A watch over a cluster whose answers are these in turn; the last one stays. */
function given(...answers: readonly (TokenServiceErrorKind | 'not found' | 'fault')[]) {
  const clock = createFakeClock();
  const asked: string[] = [];
  const faults: string[] = [];
  const watch = createClusterWatch({
    clock,
    tokens: {
      async get({ profile, tokenId }) {
        asked.push(`${profile} ${tokenId}`);
        const answer = answers[Math.min(asked.length, answers.length) - 1];
        if (answer === 'fault') throw new TypeError('a mistake');
        if (answer !== undefined && answer !== 'not found') throw new TokenServiceError(answer, 'no', { status: 'x' });
        return { token: undefined };
      },
    },
    onFault: (_error, doing) => faults.push(doing),
  });
  return { clock, asked, faults, watch };
}

test('a cluster that does not know the token nobody has is well', async () => {
  const { watch, asked, faults } = given('not found');

  expect(await watch('one')).toBe('ok');
  expect(asked).toEqual(['one 00000000-0000-0000-0000-000000000000']);
  expect(faults).toEqual([]);
});

test.each([
  ['unauthenticated', 'management token refused'],
  ['denied', 'management token may not read'],
  ['lost', 'not answering'],
  ['busy', 'not answering'],
  ['protocol', 'answers something else'],
  ['invalid', 'answers something else'],
  ['fault', 'cannot be asked'],
] as const)('%s is said as: %s', async (answer, state) => {
  const { watch, faults } = given(answer);

  expect(await watch('one')).toBe(state);
  expect(faults).toEqual(['looking whether the cluster of one answers']);
});

test.each(['throttled', 'limited'] as const)('%s is no reason to be not ready', async (answer) => {
  const { watch, faults } = given(answer);

  expect(await watch('one')).toBe('ok');
  expect(faults).toEqual([]);
});

test('however many ask, each cluster is asked once a minute, whatever it answered', async () => {
  const { watch, clock, asked } = given('lost', 'lost', 'not found');

  const first = await Promise.all(Array.from({ length: 100 }, () => watch('one')));
  await watch('two');
  clock.advance(59_999);
  const kept = await watch('one');
  clock.advance(1);
  const later = await watch('one');

  expect(new Set([...first, kept])).toEqual(new Set(['not answering']));
  expect(later).toBe('ok');
  expect(asked.map((one) => one.slice(0, 3))).toEqual(['one', 'two', 'one']);
});
