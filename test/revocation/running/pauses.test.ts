import { describe, expect, test } from 'vitest';
import { type Decision, ending } from '../../../src/revocation/running/outcome.ts';
import { createPauses } from '../../../src/revocation/running/pauses.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { NOON, workItem } from '../samples.ts';

const paused = (afterMs = 15_000, note = 'token expired'): Decision => ({ next: 'pause', afterMs, note, status: '' });
const again: Decision = { next: 'again', afterMs: 1, sent: false, lost: false, note: '', status: '' };
const settled = (outcome: 'revoked' | 'refused' | 'failed'): Decision => ({ ...ending(workItem(), ''), outcome });

function given() {
  const clock = createFakeClock(NOON);
  const pauses = createPauses(clock);
  return { clock, pauses, note: (...decisions: Decision[]) => decisions.map((one) => pauses.note('default', one)) };
}

test('a profile nothing is wrong with has its whole window', () => {
  const { pauses } = given();

  expect(pauses.window('default', 32)).toBe(32);
  expect(pauses.reason('default')).toBeUndefined();
  expect(pauses.nextEnd()).toBe(Number.POSITIVE_INFINITY);
});

describe('a paused profile', () => {
  test('starts nothing until the pause ends, and then tries one token', () => {
    const { clock, pauses, note } = given();

    note(paused());

    expect(pauses.window('default', 32)).toBe(0);
    expect(pauses.nextEnd()).toBe(NOON.getTime() + 15_000);
    clock.advance(15_000);
    expect(pauses.window('default', 32)).toBe(1);
    expect(pauses.nextEnd()).toBe(Number.POSITIVE_INFINITY);
    expect(pauses.reason('default')).toBe('token expired');
  });

  test.each(['revoked', 'failed', 'refused'] as const)('goes on when the one it tried has ended: %s', (outcome) => {
    const { clock, pauses, note } = given();
    note(paused());
    clock.advance(15_000);

    note(settled(outcome));

    expect(pauses.window('default', 32)).toBe(32);
    expect(pauses.reason('default')).toBeUndefined();
  });

  test('keeps to one token while that one is only tried again', () => {
    const { clock, pauses, note } = given();
    note(paused());
    clock.advance(15_000);

    note(again);

    expect(pauses.window('default', 32)).toBe(1);
  });

  test('pauses again when it does not work, without saying so twice', () => {
    const { clock, pauses, note } = given();

    const said = note(paused(), paused());
    clock.advance(15_000);

    expect([...said, ...note(paused())]).toEqual(['token expired', undefined, undefined]);
    expect(pauses.window('default', 32)).toBe(0);
  });

  test('says when the reason is another one', () => {
    const { note } = given();

    expect(note(paused(), paused(1_000, 'limits reached'))).toEqual(['token expired', 'limits reached']);
  });

  test('is tried again after 15 s at the latest', () => {
    const { clock, pauses, note } = given();
    note(paused(3_600_000));

    clock.advance(15_000);

    expect(pauses.window('default', 32)).toBe(1);
  });

  test('does not stop others', () => {
    const { pauses, note } = given();
    note(paused());

    expect(pauses.window('other', 32)).toBe(32);
    expect(pauses.reason('other')).toBeUndefined();
  });
});

describe('refusals, 403', () => {
  test('three in a row pause the profile for a minute', () => {
    const { clock, pauses, note } = given();

    expect(note(settled('refused'), settled('refused'), settled('refused'))).toEqual([
      undefined,
      undefined,
      'the cluster refuses one token after the other',
    ]);
    clock.advance(59_999);
    expect(pauses.window('default', 32)).toBe(0);
    clock.advance(1);
    expect(pauses.window('default', 32)).toBe(1);
  });

  test('not in a row do not', () => {
    const { pauses, note } = given();

    note(settled('refused'), settled('refused'), settled('revoked'), settled('refused'), settled('refused'));

    expect(pauses.window('default', 32)).toBe(32);
  });

  test('are in a row though a token is tried again in between', () => {
    const { pauses, note } = given();

    note(settled('refused'), settled('refused'), again, settled('refused'));

    expect(pauses.window('default', 32)).toBe(0);
  });

  test('the next one after the pause begins another, any other end is the end of it', () => {
    const { clock, pauses, note } = given();
    note(settled('refused'), settled('refused'), settled('refused'));

    clock.advance(60_000);
    note(settled('refused'));
    expect(pauses.window('default', 32)).toBe(0);
    clock.advance(60_000);
    note(settled('revoked'));

    expect(pauses.window('default', 32)).toBe(32);
    expect(note(settled('refused'))).toEqual([undefined]);
    expect(pauses.window('default', 32)).toBe(32);
  });
});
