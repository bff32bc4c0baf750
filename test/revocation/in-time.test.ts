import { expect, test } from 'vitest';
import { inTime } from '../../src/revocation/in-time.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const never = new Promise<never>(() => undefined);

test('waits a second, and not longer', async () => {
  const clock = createFakeClock();
  const soon = inTime(clock, Promise.resolve('done'));
  const late = inTime(clock, never);
  clock.advance(1_000);

  expect(await soon).toBe('done');
  expect(await late).toBe('not in time');
});

test('fails as what it waits for fails, and leaves no timer behind', async () => {
  const pending = new Set<() => void>();
  const clock = {
    now: () => new Date(),
    after: (_ms: number, callback: () => void) => {
      pending.add(callback);
      return () => void pending.delete(callback);
    },
  };

  await expect(inTime(clock, Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(pending.size).toBe(0);
});
