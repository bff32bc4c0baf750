import { expect, test } from 'vitest';
import { createLanes } from '../../src/revocation/lanes.ts';

test('work of one lane runs one after the other, in the order it was given', async () => {
  const lanes = createLanes();
  const done: string[] = [];
  const gate = Promise.withResolvers<void>();
  const work = (name: string, before?: Promise<void>) =>
    lanes('a', async () => {
      done.push(`${name} begins`);
      await before;
      done.push(`${name} ends`);
    });

  const all = [work('first', gate.promise), work('second'), work('third')];
  gate.resolve();
  await Promise.all(all);

  expect(done).toEqual(['first begins', 'first ends', 'second begins', 'second ends', 'third begins', 'third ends']);
});

test('lanes do not wait for each other', async () => {
  const lanes = createLanes();
  const gate = Promise.withResolvers<string>();
  const blocked = lanes('a', () => gate.promise);

  expect(await lanes('b', async () => 'b')).toBe('b');

  gate.resolve('a');
  expect(await blocked).toBe('a');
});

test('work that fails tells its own caller only, and the next goes on', async () => {
  const lanes = createLanes();
  const failed = lanes('a', async () => {
    throw new Error('broken');
  });
  const next = lanes('a', async () => 'fine');

  await expect(failed).rejects.toThrow('broken');
  expect(await next).toBe('fine');
});

test('a lane that ran empty takes new work', async () => {
  const lanes = createLanes();
  await lanes('a', async () => 1);
  await new Promise((resolve) => setImmediate(resolve));

  expect(await lanes('a', async () => 2)).toBe(2);
});
