import { describe, expect, test } from 'vitest';
import type { Token } from '../../src/revocation/token.ts';
import type { ListRequest } from '../../src/revocation/token-service.ts';
import { startGateway } from '../gateway/start-gateway.ts';
import { quiet } from '../revocation/event-loop.ts';
import { listedId, startEndlessCluster } from '../support/endless-cluster.ts';

const TOKENS = 200_000;
/** What grpc-js and the kernel hold on their way at most: two times sixteen pages, and some megabytes of text. */
const ON_THE_WAY = 100_000;

async function startLarge() {
  const large = await startEndlessCluster(TOKENS);
  const { service } = await startGateway({ profile: { host: '127.0.0.1', port: large.port } });
  return { large, list: (request?: Partial<ListRequest>) => service.list({ ...ALL, ...request }) };
}

const ALL: ListRequest = { profile: 'default', timeoutMs: 60_000 };

describe('a cluster of 200,000 tokens', { timeout: 60_000 }, () => {
  test('is listed to its end and in its order, and neither side ever holds much of it', async () => {
    const { large, list } = await startLarge();
    let received = 0;
    let last: Token | undefined;
    let mostOnTheWay = 0;

    for await (const page of list()) {
      received += page.length;
      last = page.at(-1);
      // Whoever buffers has the time to.
      await quiet();
      mostOnTheWay = Math.max(mostOnTheWay, large.sent - received);
    }

    expect(received).toBe(TOKENS);
    expect(last?.id).toBe(listedId(TOKENS - 1));
    expect(mostOnTheWay).toBeLessThan(ON_THE_WAY);
  });

  test('whoever has seen enough ends the listing, up to the cluster', async () => {
    const { large, list } = await startLarge();

    for await (const page of list()) if (page.length > 0) break;

    await large.cut;
    expect(large.sent).toBeLessThan(ON_THE_WAY);
  });

  test('whoever gives up does too, between two pages', async () => {
    const { large, list } = await startLarge();
    const giveUp = new AbortController();
    const pages = list({ signal: giveUp.signal })[Symbol.asyncIterator]();
    await pages.next();

    giveUp.abort();

    await large.cut;
    await expect(readOut(pages)).rejects.toMatchObject({ kind: 'lost', status: 'CANCELLED' });
  });

  test('nothing is asked before the first page is', async () => {
    const { large, list } = await startLarge();

    list();
    await quiet();

    expect(large.sent).toBe(0);
  });
});

async function readOut(pages: AsyncIterator<readonly Token[]>): Promise<void> {
  for (let next = await pages.next(); !next.done; ) next = await pages.next();
}
