import { expect, test } from 'vitest';
import { createInFlight } from '../../../handlers/wire/in-flight.ts';

function gate() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return { work: () => promise, end: resolve, fail: reject };
}

test('there is room for so much work of one person, and of all', async () => {
  const inFlight = createInFlight({ perPerson: 2, inAll: 3 });
  const gates = [gate(), gate(), gate()];
  const runs = gates.map(({ work }, index) => inFlight.run(index < 2 ? 'U0ALICE' : 'U0BOB', work));

  expect(inFlight.hasRoom('U0ALICE')).toBe(false);
  expect(inFlight.hasRoom('U0BOB')).toBe(false);
  gates[2]?.end();
  await runs[2];
  expect(inFlight.hasRoom('U0ALICE')).toBe(false);
  expect(inFlight.hasRoom('U0BOB')).toBe(true);
  gates[0]?.end();
  await runs[0];
  expect(inFlight.hasRoom('U0ALICE')).toBe(true);
});

test('one person’s work does not take the room of another', () => {
  const inFlight = createInFlight({ perPerson: 1, inAll: 100 });
  void inFlight.run('U0ALICE', gate().work);

  expect(inFlight.hasRoom('U0ALICE')).toBe(false);
  expect(inFlight.hasRoom('U0BOB')).toBe(true);
});

test('work that fails gives its room back, and says so to its own caller', async () => {
  const inFlight = createInFlight({ perPerson: 1, inAll: 1 });

  await expect(inFlight.run('U0ALICE', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');

  expect(inFlight.hasRoom('U0ALICE')).toBe(true);
});

test('the end waits for all of it, also for what began meanwhile and for what fails', async () => {
  const inFlight = createInFlight({ perPerson: 9, inAll: 9 });
  const first = gate();
  const second = gate();
  let ended = false;
  inFlight.run('U0ALICE', first.work).catch(() => undefined);
  const end = inFlight.ended().then(() => {
    ended = true;
  });

  void inFlight.run('U0BOB', second.work);
  first.fail(new Error('broken'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(ended).toBe(false);
  second.end();
  await end;
});

test('the end of nothing comes at once', async () => {
  await createInFlight({ perPerson: 1, inAll: 1 }).ended();
});
