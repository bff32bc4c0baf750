import { describe, expect, test } from 'vitest';
import { WithdrawnError } from '../../src/revocation/token-service.ts';
import { revokeRequest } from '../tokens/contract.ts';
import { startGateway, UNLIMITED } from './start-gateway.ts';

const SLOW = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';

describe.each([
  ['one call a lane', 250],
  ['lanes that drain', 100_000],
])('with %s', (_how, perSecond) => {
  /** A gateway whose one lane is taken by a DELETE that the cluster does not answer yet. */
  async function busy() {
    const running = await startGateway({ profile: { limits: { ...UNLIMITED, concurrency: 1, perSecond } } });
    const { cluster, service } = running;
    const [next, last] = cluster.tokens.filter(({ id, revokedAt }) => id !== SLOW && !revokedAt).map(({ id }) => id);
    const sent = Promise.withResolvers<void>();
    cluster.onRequest(({ method }) => method === 'DELETE' && sent.resolve());
    const answer = cluster.fault({ method: 'DELETE', tokenId: SLOW }, { kind: 'hang' });
    const takeBack = new AbortController();
    const slow = service.revoke(revokeRequest({ tokenId: SLOW, takeBack: takeBack.signal }));
    await sent.promise;
    return { ...running, answer, slow, takeBack, next: next ?? '', last: last ?? '' };
  }

  test('a revocation that waits at the gateway is taken back, and never sent', async () => {
    const { cluster, service, answer, slow, next, last, log } = await busy();
    const takeBack = new AbortController();
    const waiting = service.revoke(revokeRequest({ tokenId: next, takeBack: takeBack.signal }));

    takeBack.abort();
    await expect(waiting).rejects.toBeInstanceOf(WithdrawnError);
    answer.release();
    await slow;
    await service.revoke(revokeRequest({ tokenId: last }));

    expect(cluster.deletes).toEqual([SLOW, last]);
    expect(log).toContainEqual(expect.objectContaining({ tokenId: next, status: 'FAILED_PRECONDITION' }));
  });

  test('one that has been sent goes on, and says what came of it', async () => {
    const { service, answer, slow, takeBack, next } = await busy();

    takeBack.abort();
    // Heard by the gateway when a later one was.
    const later = new AbortController();
    const waiting = service.revoke(revokeRequest({ tokenId: next, takeBack: later.signal }));
    later.abort();
    await expect(waiting).rejects.toBeInstanceOf(WithdrawnError);
    answer.release();

    expect(await slow).toMatchObject({ outcome: 'revoked', status: 'HTTP 204' });
  });

  test('one of another operation, or of another token, stays', async () => {
    const { cluster, service, answer, slow, next, last } = await busy();
    const takeBack = new AbortController();
    const { signal } = takeBack;
    const others = [
      service.revoke(revokeRequest({ tokenId: next, operationId: 'another' })),
      service.revoke(revokeRequest({ tokenId: last })),
    ];
    const waiting = service.revoke(revokeRequest({ tokenId: next, takeBack: signal }));

    takeBack.abort();
    await expect(waiting).rejects.toBeInstanceOf(WithdrawnError);
    answer.release();
    await Promise.all([slow, ...others]);

    expect(cluster.deletes).toEqual([SLOW, next, last]);
  });
});

test('what is taken back already is not even asked for', async () => {
  const { cluster, service } = await startGateway();

  const asked = service.revoke(revokeRequest({ tokenId: SLOW, takeBack: AbortSignal.abort() }));

  await expect(asked).rejects.toBeInstanceOf(WithdrawnError);
  expect(cluster.requests).toEqual([]);
});
