import { expect, test } from 'vitest';
import { createDatabaseClock } from '../../src/store/database-clock.ts';
import { NOON } from './samples.ts';

const NOW = NOON.getTime();
const HOUR = 3_600_000;

test('shows what the database shows, and counts on by itself', async () => {
  const clock = createDatabaseClock();
  clock.set(NOW);
  const before = performance.now();
  const first = clock.now().getTime();

  await new Promise<void>((resolve) => clock.after(20, resolve));

  expect(first).toBeGreaterThanOrEqual(NOW);
  expect(clock.now().getTime() - first).toBeGreaterThanOrEqual(18);
  expect(clock.now().getTime() - NOW).toBeLessThanOrEqual(performance.now() - before + 50);
});

test('has no time before the database was asked', () => {
  expect(() => createDatabaseClock().now()).toThrow('has not been asked');
});

test('invariant 14: believes a step forwards', () => {
  const clock = createDatabaseClock();
  clock.set(NOW);
  clock.set(NOW + HOUR);

  expect(clock.now().getTime()).toBeGreaterThanOrEqual(NOW + HOUR);
});

test('invariant 14: a step back of an hour neither turns it back nor makes it stand still', async () => {
  const clock = createDatabaseClock();
  clock.set(NOW);
  const before = clock.now().getTime();
  clock.set(NOW - HOUR);

  await new Promise<void>((resolve) => clock.after(20, resolve));

  expect(clock.now().getTime()).toBeGreaterThanOrEqual(before + 18);
});

test('invariant 14: is not behind after a look whose answer was long on its way', () => {
  const clock = createDatabaseClock();
  clock.set(NOW + 1_000);
  clock.set(NOW);

  expect(clock.now().getTime()).toBeGreaterThanOrEqual(NOW + 1_000 - 1);
});

test('never runs backwards when it was a little ahead', () => {
  const clock = createDatabaseClock();
  clock.set(NOW + 500);
  const before = clock.now().getTime();
  clock.set(NOW);

  expect(clock.now().getTime()).toBeGreaterThanOrEqual(before);
});

test('a timer that was cancelled does not call back', async () => {
  const clock = createDatabaseClock();
  const called: string[] = [];
  clock.after(1, () => called.push('cancelled'))();

  await new Promise<void>((resolve) => clock.after(5, resolve));

  expect(called).toEqual([]);
});
