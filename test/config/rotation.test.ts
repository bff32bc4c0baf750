import { describe, expect, test } from 'vitest';
import { readBotConfig } from '../../src/config.ts';
import { directory, ENV, problemsOf, SHORTEST } from './directory.ts';

const HOUR_MS = 3_600_000;

function rotation(lines: string) {
  return readBotConfig({ file: directory().config(`${SHORTEST}\n[rotation]\n${lines}\n`), env: ENV }).rotation;
}

function problems(lines: string): readonly string[] {
  const file = directory().config(`${SHORTEST}\n[rotation]\n${lines}\n`);
  return problemsOf(() => readBotConfig({ file, env: ENV }));
}

describe('[rotation]', () => {
  test('takes pauses, days among them, and owners in either form', () => {
    const settings = rotation(`
      remind_after = ["1m", "1h30m", "2d"]
      give_up_after = "90d"
      [[rotation.owner]]
      description = "telegraf*"
      users = ["U0123ABCD"]
      [[rotation.owner]]
      database = "metrics"
      usergroups = ["S0123ABCD"]`);

    expect(settings).toEqual({
      remindAfterMs: [60_000, 1.5 * HOUR_MS, 48 * HOUR_MS],
      giveUpAfterMs: 90 * 24 * HOUR_MS,
      owners: [
        { description: 'telegraf*', users: ['U0123ABCD'], usergroups: [] },
        { database: 'metrics', users: [], usergroups: ['S0123ABCD'] },
      ],
    });
    expect(rotation('owner = [{ database = "m", users = ["U0123ABCD"] }]').owners).toEqual([
      { database: 'm', users: ['U0123ABCD'], usergroups: [] },
    ]);
  });

  test('is turned off by an empty list of pauses', () => {
    expect(rotation('remind_after = []').remindAfterMs).toEqual([]);
  });

  test.each([
    ['remind_after = ["10s"]', 'rotation.remind_after.0 must be a list of durations from "1m" to "30d"'],
    ['remind_after = ["31d"]', 'rotation.remind_after.0 must be a list of durations from "1m" to "30d"'],
    ['remind_after = "15m"', 'rotation.remind_after must be a list of durations'],
    ['give_up_after = "14 days"', 'rotation.give_up_after must be a duration from "1h" to "90d"'],
    ['give_up_after = "1.5d"', 'rotation.give_up_after must be a duration from "1h" to "90d"'],
    ['give_up_after = "59m"', 'rotation.give_up_after must be a duration from "1h" to "90d"'],
    ['owner = [{ users = ["U0123ABCD"] }]', 'rotation.owner.0 must have a description or a database, and users'],
    ['owner = [{ database = "metrics" }]', 'rotation.owner.0 must have a description or a database, and users'],
    [
      'owner = [{ database = "", users = ["U0123ABCD"] }]',
      'rotation.owner.0.database must be a text such as "metrics"',
    ],
    ['owner = [{ database = "m", users = ["alice"] }]', 'rotation.owner.0.users.0 must be a user ID'],
    ['owner = [{ team = "m" }]', 'The keys here are description, database, users, usergroups.'],
  ])('%s is told, with what to write', (lines, problem) => {
    expect(problems(lines).join('\n')).toContain(problem);
  });
});
