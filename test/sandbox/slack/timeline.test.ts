import { expect, test } from 'vitest';
import { Timeline } from '../../../sandbox/slack/timeline.ts';

const PATIENCE_MS = 20;
const complain = () => 'a complaint';

function timeline(...events: string[]): Timeline<string> {
  const made = new Timeline<string>(PATIENCE_MS);
  for (const event of events) made.push(event);
  return made;
}

test('finds what is there already, from the place asked for', async () => {
  const events = timeline('a', 'b', 'a');

  expect(await events.next(0, (event) => event === 'a', complain)).toEqual({ event: 'a', at: 0 });
  expect(await events.next(1, (event) => event === 'a', complain)).toEqual({ event: 'a', at: 2 });
});

test('waits for what comes, and passes over what is not accepted', async () => {
  const events = timeline('a');

  const waiting = events.next(0, (event) => event === 'c', complain);
  events.push('b');
  events.push('c');
  events.push('c');

  expect(await waiting).toEqual({ event: 'c', at: 2 });
});

test('everybody who waits is served by the same event', async () => {
  const events = timeline();

  const waiting = [events.next(0, () => true, complain), events.next(0, () => true, complain)];
  events.push('a');

  expect(await Promise.all(waiting)).toEqual([
    { event: 'a', at: 0 },
    { event: 'a', at: 0 },
  ]);
});

test('looks at each event once', async () => {
  const events = timeline();
  const seen: string[] = [];

  const waiting = events.next(0, (event) => seen.push(event) === 3, complain);
  for (const event of ['a', 'b', 'c']) events.push(event);
  await waiting;

  expect(seen).toEqual(['a', 'b', 'c']);
});

test('fails when nothing comes, and says why then', async () => {
  const events = timeline('a');

  const waiting = events.next(
    0,
    () => false,
    () => `there were ${events.length}`,
  );
  events.push('b');

  await expect(waiting).rejects.toThrow(`Nothing came within ${PATIENCE_MS} ms. there were 2`);
});

test('a question that throws fails only the one who asked', async () => {
  const events = timeline();

  const broken = events.next(
    0,
    () => {
      throw new Error('broken');
    },
    complain,
  );
  const whole = events.next(0, () => true, complain);
  events.push('a');

  await expect(broken).rejects.toThrow('broken');
  expect(await whole).toEqual({ event: 'a', at: 0 });
  expect(events.since(0)).toEqual(['a']);
});
