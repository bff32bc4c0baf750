import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { type Budget, openBudget } from '../../src/gateway/budget.ts';
import { openRawClient } from './raw-client.ts';
import { startGateway, temporaryDirectory, UNLIMITED } from './start-gateway.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LIMITS = new Map([
  ['default', 2],
  ['other', 1],
]);

function openAt(file: string, clock: { now: number }): Budget {
  return openBudget({ file, limits: LIMITS, now: () => clock.now });
}

function open() {
  const file = join(temporaryDirectory(), 'state', 'budget.ndjson');
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
  return { file, clock, budget: openAt(file, clock) };
}

test('counts different tokens within an hour, per profile', () => {
  const { budget } = open();

  budget.spend('default', 'a');
  budget.spend('default', 'b');

  expect(budget.left('default')).toBe(0);
  expect(budget.left('other')).toBe(1);
  expect(budget.left('unknown')).toBe(0);
});

test('does not count the same token again within the hour', () => {
  const { budget } = open();
  budget.spend('default', 'a');
  budget.spend('default', 'b');

  budget.spend('default', 'a');

  expect(budget.left('default')).toBe(0);
});

test('refuses what is over the budget, and says when the oldest falls out', () => {
  const { budget, clock } = open();
  budget.spend('default', 'a');
  clock.now += 20 * MINUTE_MS;
  budget.spend('default', 'b');
  clock.now += 10 * MINUTE_MS;

  expect(() => budget.spend('default', 'c')).toThrow(
    expect.objectContaining({ code: status.RESOURCE_EXHAUSTED, retryAfterMs: 30 * MINUTE_MS }),
  );
});

test('slides: what is an hour old no longer counts', () => {
  const { budget, clock } = open();
  budget.spend('default', 'a');
  clock.now += 30 * MINUTE_MS;
  budget.spend('default', 'b');
  clock.now += 30 * MINUTE_MS;

  budget.spend('default', 'c');

  expect(budget.left('default')).toBe(0);
});

test('never asks to wait longer than an hour, whatever the clock does', () => {
  const { budget, clock } = open();
  budget.spend('other', 'a');
  clock.now -= 5 * HOUR_MS;

  expect(() => budget.spend('other', 'b')).toThrow(expect.objectContaining({ retryAfterMs: HOUR_MS }));
});

test('a restart does not refill it', () => {
  const { file, clock, budget } = open();
  budget.spend('default', 'a');
  budget.spend('other', 'a');
  clock.now += MINUTE_MS;

  const reopened = openAt(file, clock);

  expect(reopened.left('default')).toBe(1);
  expect(reopened.left('other')).toBe(0);
});

test('is written before `spend` returns, for the owner only', () => {
  const { file, budget } = open();

  budget.spend('default', 'a');

  expect(readFileSync(file, 'utf8')).toContain('"tokenId":"a"');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('forgets what is older than an hour when it is opened', () => {
  const { file, clock, budget } = open();
  budget.spend('default', 'a');
  clock.now += HOUR_MS;
  budget.spend('default', 'b');

  openAt(file, clock);

  expect(readFileSync(file, 'utf8')).not.toContain('"tokenId":"a"');
  expect(readFileSync(file, 'utf8')).toContain('"tokenId":"b"');
});

test('reads what it can of a file whose last line was cut short, and goes on after it', () => {
  const { file, clock, budget } = open();
  budget.spend('default', 'a');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n{"at":17`);
  const reopened = openAt(file, clock);

  reopened.spend('default', 'b');

  expect(openAt(file, clock).left('default')).toBe(0);
});

test('names the file when it cannot be used', () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'file'));

  expect(() => openAt(join(directory, 'file'), { now: 0 })).toThrow(join(directory, 'file'));
});

describe('in a gateway', () => {
  const ids = [
    'bb9bea7b-6f18-40c4-a842-ad85a63a0f73',
    'c1758b86-eed3-4987-a8fe-e4c40d92e147',
    '198b69da-57a0-4d9d-a08a-adb5c7933b6e',
  ] as const;
  const limits = { ...UNLIMITED, revocationsPerHour: 2 };

  test('a plan is told what is left, and what is over it is never sent', async () => {
    const { address, cluster } = await startGateway({ profile: { limits } });
    const client = openRawClient(address);

    const before = await client.get({ tokenId: ids[0] });
    const endings = [];
    for (const tokenId of ids) endings.push(await client.revoke({ tokenId }));
    const after = await client.get({ tokenId: ids[2] });

    expect(before.reply?.revocationsLeft).toBe(2);
    expect(endings.map((ending) => ending.status)).toEqual(['OK', 'OK', 'RESOURCE_EXHAUSTED']);
    expect(Number(endings[2]?.trailers['grpc-retry-pushback-ms'])).toBeGreaterThan(HOUR_MS - MINUTE_MS);
    expect(after.reply?.revocationsLeft).toBe(0);
    expect(cluster.deletes).toEqual([ids[0], ids[1]]);
  });

  test('a token that has to be sent twice costs one', async () => {
    const { address, cluster } = await startGateway({ profile: { limits } });
    const client = openRawClient(address);
    cluster.fault({ method: 'DELETE' }, { kind: 'answer', status: 503 });
    await client.revoke({ tokenId: ids[0] });

    await client.revoke({ tokenId: ids[0] });

    expect((await client.get({ tokenId: ids[0] })).reply?.revocationsLeft).toBe(1);
    expect(cluster.deletes).toEqual([ids[0], ids[0]]);
  });

  test('another start of the gateway goes on with the same budget', async () => {
    const budgetFile = join(temporaryDirectory(), 'budget.ndjson');
    const first = await startGateway({ profile: { limits }, budgetFile });
    await openRawClient(first.address).revoke({ tokenId: ids[0] });
    await first.drain();

    const second = await startGateway({ profile: { limits }, budgetFile });

    expect((await openRawClient(second.address).get({ tokenId: ids[0] })).reply?.revocationsLeft).toBe(1);
  });

  test('invariant 6: where the file cannot be written nothing is sent, and the answer says so for sure', async () => {
    const { address, cluster, settings } = await startGateway({ profile: { limits } });
    rmSync(settings.budgetFile);
    mkdirSync(settings.budgetFile);

    const ending = await openRawClient(address).revoke({ tokenId: ids[0] });

    expect(ending).toMatchObject({
      status: 'ABORTED',
      details: 'nothing was sent, since the budget file cannot be written: EISDIR',
    });
    expect(cluster.requests).toEqual([]);
  });
});
