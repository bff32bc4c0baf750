import { expect, onTestFinished, test } from 'vitest';
import { NoTurnError, withFewListings } from '../../../src/revocation/looking/few-listings.ts';
import type { ListRequest } from '../../../src/revocation/token-service.ts';
import { allOf } from '../../support/all-of.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { quiet } from '../event-loop.ts';
import { NOON, sampleTokens } from '../samples.ts';
import { createScriptedTokens, fails, hangs, held } from '../scripted-tokens.ts';

function given() {
  const clock = createFakeClock(NOON);
  const cluster = createScriptedTokens(sampleTokens(2), clock.now);
  const tokens = withFewListings(cluster, clock);
  const list = (request: Partial<ListRequest> = {}) =>
    allOf(tokens.list({ profile: 'default', timeoutMs: 60_000, ...request }));
  return { clock, cluster, tokens, list };
}

/** Two listings under way, until they are released. */
function busy({ cluster, list }: ReturnType<typeof given>) {
  const [one, other] = [held(), held()];
  cluster.onList(one.answer, other.answer);
  const running = [list(), list()];
  onTestFinished(async () => {
    for (const each of [one, other]) each.release();
    await Promise.all(running);
  });
  return { release: one.release };
}

test('two listings of a profile run at once, and the next one when one has ended, in order', async () => {
  const all = given();
  const { release } = busy(all);
  const waiting = [all.list({ search: 'third' }), all.list({ search: 'fourth' })];
  await quiet();
  expect(all.cluster.listings).toHaveLength(2);

  release();

  expect((await Promise.all(waiting)).flat(2)).toHaveLength(4);
  expect(all.cluster.listings.map(({ search }) => search)).toEqual([undefined, undefined, 'third', 'fourth']);
});

test('one that comes just as another ends does not slip in before those that wait', async () => {
  const all = given();
  const { release } = busy(all);
  const third = held();
  const fourth = held();
  all.cluster.onList(third.answer, fourth.answer);
  const waiting = all.list({ search: 'waiting' });
  await quiet();

  release();
  for (let turns = 0; turns < 20; turns += 1) {
    await Promise.resolve();
    void all.list({ search: `late ${turns}` });
  }
  await quiet();

  expect(all.cluster.listings.map(({ search }) => search)).toEqual([undefined, undefined, 'waiting']);
  third.release();
  await waiting;
});

test('other profiles, and calls about one token, wait for none of them', async () => {
  const all = given();
  busy(all);

  expect(await all.list({ profile: 'other' })).toHaveLength(1);
  const request = { profile: 'default', tokenId: sampleTokens(1)[0]?.id ?? '', timeoutMs: 1 };
  expect((await all.tokens.get(request)).token).toBeDefined();
  const reply = await all.tokens.revoke({ ...request, operationId: '', person: '', reason: '', requestId: '' });
  expect(reply.outcome).toBe('revoked');
});

test('who waits longer than they have time, or gives up, leaves the queue and asks nobody', async () => {
  const all = given();
  const { release } = busy(all);
  const giveUp = new AbortController();
  const late = expect(all.list({ timeoutMs: 2_000 })).rejects.toMatchObject({ kind: 'limited' });
  const gone = expect(all.list({ signal: giveUp.signal })).rejects.toMatchObject({ kind: 'limited' });
  const never = expect(all.list({ signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'limited' });
  await quiet();

  all.clock.advance(2_000);
  giveUp.abort();

  await Promise.all([late, gone, never]);
  release();
  await all.list();
  expect(all.cluster.listings).toHaveLength(3);
});

test('who wants their turn soon waits no longer for it, and has all of their time once it came', async () => {
  const all = given();
  const { release } = busy(all);
  const late = expect(all.list({ turnWithinMs: 1_500 })).rejects.toBeInstanceOf(NoTurnError);
  await quiet();
  all.clock.advance(1_500);
  await late;

  const soon = all.list({ turnWithinMs: 1_500, timeoutMs: 5_000 });
  await quiet();
  all.clock.advance(1_000);
  release();
  await soon;

  expect(all.cluster.listings.at(-1)?.timeoutMs).toBe(4_000);
});

test('who waited has the rest of their time', async () => {
  const all = given();
  const { release } = busy(all);
  const waited = all.list({ timeoutMs: 5_000 });
  await quiet();

  all.clock.advance(3_000);
  release();
  await waited;

  expect(all.cluster.listings.at(-1)?.timeoutMs).toBe(2_000);
});

test('all of them end when the bot stops, those that wait too', async () => {
  const { clock, cluster } = given();
  const stopping = new AbortController();
  const tokens = withFewListings(cluster, clock, stopping.signal);
  cluster.onList(hangs(), hangs());
  const listings = Array.from({ length: 3 }, () => allOf(tokens.list({ profile: 'default', timeoutMs: 300_000 })));
  const ended = Promise.allSettled(listings);
  await quiet();

  stopping.abort();

  expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
});

test('whoever stops early or fails makes room', async () => {
  const { cluster, tokens, list } = given();
  cluster.onList(fails('busy'), fails('lost'));
  await expect(list()).rejects.toMatchObject({ kind: 'busy' });
  await expect(list()).rejects.toMatchObject({ kind: 'lost' });
  for (let times = 0; times < 3; times += 1) {
    for await (const page of tokens.list({ profile: 'default', timeoutMs: 1 })) if (page.length > 0) break;
  }

  expect(await list()).toHaveLength(1);
});
