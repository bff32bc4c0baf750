import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../src/revocation/revocation.ts';
import {
  givesUpAt,
  isClosable,
  isHopeless,
  newReminder,
  newRotations,
  over,
  ownersOf,
  type Reminder,
  type RotationSettings,
  sending,
  sent,
  snoozed,
} from '../../../src/revocation/rotating/rotation.ts';
import { later, NOON, samplePlan, tokenId, workItem } from '../samples.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const ID = 'f'.repeat(32);

const SETTINGS: RotationSettings = {
  remindAfterMs: [15 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, DAY_MS],
  giveUpAfterMs: 14 * DAY_MS,
  owners: [],
};

/** When each message is sent to somebody who never answers, if each takes this long. */
function messagesOf(settings: RotationSettings, tookMs = 0): { readonly at: number[]; readonly gaveUpAt: number } {
  const at: number[] = [];
  let reminder = newReminder(ID, NOON);
  for (;;) {
    const now = new Date((reminder.runAt ?? NOON).getTime() + tookMs);
    if (now >= givesUpAt(reminder, settings)) return { at, gaveUpAt: now.getTime() - NOON.getTime() };
    at.push(now.getTime() - NOON.getTime());
    reminder = sent(sending(reminder, now), settings, now);
  }
}

describe('rotations', () => {
  test('are opened for what was revoked, in order, each with an ID of its own, and for nothing else', () => {
    const outcomes: Outcome[] = [
      'revoked',
      'already revoked',
      'not found',
      'refused',
      'failed',
      'unknown',
      'not sent',
      'revoked',
    ];
    const items = outcomes.map((outcome, index) => workItem({ tokenId: tokenId(index + 1), outcome, state: 'done' }));

    const rotations = newRotations(samplePlan(), items, later(5));

    expect(rotations.map(({ tokenId, state, openedAt }) => [tokenId, state, openedAt])).toEqual([
      [tokenId(1), 'open', later(5)],
      [tokenId(8), 'open', later(5)],
    ]);
    expect(rotations.map(({ described }) => described?.description)).toEqual(['telegraf 1', undefined]);
    expect(new Set(rotations.map(({ id }) => id)).size).toBe(2);
    for (const { id } of rotations) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  test('can be closed while they are open, and after they were given up', () => {
    const states = ['open', 'rotated', 'not needed', 'given up'] as const;

    expect(states.filter((state) => isClosable({ state }))).toEqual(['open', 'given up']);
  });
});

describe('the schedule', () => {
  test('is at once, after 15 minutes, an hour, four hours, and then daily, for two weeks', () => {
    const { at, gaveUpAt } = messagesOf(SETTINGS);

    expect(at.slice(0, 6)).toEqual([
      0,
      15 * MINUTE_MS,
      75 * MINUTE_MS,
      315 * MINUTE_MS,
      315 * MINUTE_MS + DAY_MS,
      315 * MINUTE_MS + 2 * DAY_MS,
    ]);
    expect(at).toHaveLength(17);
    expect(gaveUpAt).toBe(14 * DAY_MS);
  });

  test('counts a pause from when the message was sent, so that what was missed comes once', () => {
    const missed: Reminder = { ...newReminder(ID, NOON), round: 1, runAt: later(15 * MINUTE_MS) };

    const next = sent(sending(missed, later(3 * DAY_MS)), SETTINGS, later(3 * DAY_MS));

    expect(next).toEqual({ ...missed, round: 2, attempt: 0, runAt: later(3 * DAY_MS + HOUR_MS) });
  });

  test('tries again after growing pauses what could not be sent, at most every quarter of an hour', () => {
    let reminder = newReminder(ID, NOON);
    const pauses: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const now = reminder.runAt ?? NOON;
      reminder = sending(reminder, now);
      pauses.push(((reminder.runAt ?? now).getTime() - now.getTime()) / 1_000);
    }

    expect(pauses).toEqual([30, 60, 120, 240, 480, 900, 900]);
    expect(reminder).toMatchObject({ round: 0, attempt: 7 });
  });

  test('is put off until tomorrow by a snooze, but not past the time to give up, and not once it is over', () => {
    const reminder: Reminder = { ...newReminder(ID, NOON), round: 2, attempt: 1, runAt: later(HOUR_MS) };

    expect(snoozed(reminder, SETTINGS, later(5))).toEqual({
      ...reminder,
      round: 3,
      attempt: 0,
      runAt: later(DAY_MS + 5),
    });
    expect(snoozed(reminder, SETTINGS, later(13.5 * DAY_MS)).runAt).toEqual(later(14 * DAY_MS));
    expect(snoozed(over(reminder), SETTINGS, later(5))).toEqual(over(reminder));
  });

  test('is hopeless a day after the time to give up, but only once something was tried', () => {
    const tried: Reminder = { ...newReminder(ID, NOON), round: 9, attempt: 1 };

    expect(isHopeless(tried, SETTINGS, later(15 * DAY_MS))).toBe(false);
    expect(isHopeless(tried, SETTINGS, later(15 * DAY_MS + 1))).toBe(true);
    expect(isHopeless({ ...tried, attempt: 0 }, SETTINGS, later(60 * DAY_MS))).toBe(false);
  });

  const settings = fc.record({
    remindAfterMs: fc.array(fc.integer({ min: MINUTE_MS, max: 30 * DAY_MS }), { minLength: 1, maxLength: 8 }),
    giveUpAfterMs: fc.integer({ min: HOUR_MS, max: 20 * DAY_MS }),
    owners: fc.constant([]),
  });

  test('has its pauses between the messages, never less, and ends when it is time to give up, whatever is configured', () => {
    fc.assert(
      fc.property(settings, fc.integer({ min: 0, max: 10_000 }), (some, tookMs) => {
        const { at, gaveUpAt } = messagesOf(some, tookMs);

        const pauses = at.slice(1).map((time, index) => time - (at[index] ?? 0));
        for (const [index, pauseMs] of pauses.entries()) {
          const meant = some.remindAfterMs[index] ?? some.remindAfterMs.at(-1) ?? 0;
          expect(pauseMs).toBe(Math.min(meant, some.giveUpAfterMs - (at[index] ?? 0)) + tookMs);
        }
        expect(gaveUpAt).toBeGreaterThanOrEqual(some.giveUpAfterMs);
        expect(gaveUpAt).toBeLessThanOrEqual(some.giveUpAfterMs + tookMs);
      }),
      { numRuns: 200 },
    );
  });

  test('whatever the clock did in between, the next message is in the future or it is time to give up, and only one', () => {
    const step = fc.record({
      kind: fc.constantFrom('send', 'fail', 'snooze'),
      afterMs: fc.integer({ min: -HOUR_MS, max: 3 * DAY_MS }),
    });
    fc.assert(
      fc.property(settings, fc.array(step, { maxLength: 30 }), (some, steps) => {
        let reminder = newReminder(ID, NOON);
        let now = NOON;
        for (const { kind, afterMs } of steps) {
          now = new Date(now.getTime() + afterMs);
          const before = reminder;
          if (kind === 'snooze') reminder = snoozed(reminder, some, now);
          else {
            const begun = sending(reminder, now);
            reminder = kind === 'send' ? sent(begun, some, now) : begun;
          }
          const gaveUpAt = givesUpAt(reminder, some).getTime();
          const runAt = reminder.runAt?.getTime() ?? 0;
          expect(runAt > now.getTime() || runAt === gaveUpAt).toBe(true);
          if (kind !== 'fail') expect(runAt).toBeLessThanOrEqual(gaveUpAt);
          expect(reminder.round - before.round).toBe(kind === 'fail' ? 0 : 1);
          expect(reminder.openedAt).toEqual(NOON);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the owners of a token', () => {
  const owner = (patterns: { description?: string; database?: string }) => ({
    users: ['U0BOB'],
    usergroups: [],
    ...patterns,
  });
  const token = { described: { description: 'Telegraf EU', databases: ['metrics', '*'] } };
  const isOwned = (patterns: { description?: string; database?: string }) =>
    ownersOf(token, { ...SETTINGS, owners: [owner(patterns)] }).length === 1;

  test('are those whose description fits, whose database is one of its own, or both where both are given', () => {
    expect(isOwned({ description: 'telegraf*' })).toBe(true);
    expect(isOwned({ description: 'grafana*' })).toBe(false);
    expect(isOwned({ database: 'METRICS' })).toBe(true);
    expect(isOwned({ database: 'metr*' })).toBe(true);
    expect(isOwned({ database: 'metric' })).toBe(false);
    expect(isOwned({ description: 'telegraf*', database: 'metrics' })).toBe(true);
    expect(isOwned({ description: 'telegraf*', database: 'sensors' })).toBe(false);
    expect(isOwned({ description: 'grafana*', database: 'metrics' })).toBe(false);
  });

  test('are unknown of a token that the cluster had not described', () => {
    expect(ownersOf({}, { owners: [owner({ description: '*' })] })).toEqual([]);
  });

  test('of one database are not those of every token that reaches all databases', () => {
    expect(isOwned({ database: 'sensors' })).toBe(false);
  });

  test('come in the order of the configuration', () => {
    const owners = [owner({ database: 'metrics' }), owner({ description: 'nobody' }), owner({ description: '*' })];

    expect(ownersOf(token, { ...SETTINGS, owners })).toEqual([owners[0], owners[2]]);
  });
});
