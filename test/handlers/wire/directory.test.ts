import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { boltLogger } from '../../../handlers/wire/bolt-logger.ts';
import { createDirectory } from '../../../handlers/wire/directory.ts';
import { createSlackApi } from '../../../handlers/wire/slack-api.ts';
import { createLogger } from '../../../src/logger.ts';
import { DirectoryError } from '../../../src/revocation/people.ts';
import { later, NOON } from '../../revocation/samples.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const USER = {
  id: 'U0ALICE',
  team_id: 'T0001',
  name: 'alice',
  real_name: 'Alice Adams',
  profile: { display_name: 'ali' },
};

/** Slack's Web API, as far as it knows people. What a method answers is a test's to change. */
async function given() {
  const answers = new Map<string, () => unknown>([
    ['users.info', () => ({ ok: true, user: USER })],
    ['usergroups.users.list', () => ({ ok: true, users: ['U0ALICE', 'U0BOB'] })],
    ['usergroups.list', () => ({ ok: true, usergroups: [{ id: 'S0ONCALL', handle: 'oncall' }, { id: 'S0NONE' }] })],
  ]);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const method = request.url?.split('/').at(-1) ?? '';
    asked.push(method);
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answers.get(method)?.() ?? { ok: false, error: 'unknown_method' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('a listening server has a port');
  const clock = createFakeClock(NOON);
  const logger = boltLogger(createLogger({ level: 'silent', destination: { write: () => undefined } }));
  const { client } = createSlackApi({ botToken: 'xoxb-test', apiUrl: `http://127.0.0.1:${address.port}/api/`, logger });
  return {
    clock,
    asked,
    answer: (method: string, body: unknown) => answers.set(method, () => body),
    directory: createDirectory({ client, clock }),
  };
}

const user = (facts: Record<string, unknown>) => ({ ok: true, user: { ...USER, ...facts } });

describe('a person', () => {
  test('is what users.info says, read when the question was asked', async () => {
    const { directory } = await given();

    expect(await directory.person('U0ALICE', 30_000)).toEqual({
      value: { deactivated: false, bot: false, guest: false, teams: ['T0001'] },
      readAt: NOON,
    });
  });

  test.each([
    ['deactivated', { deleted: true }, { deactivated: true }],
    ['a bot', { is_bot: true }, { bot: true }],
    ['a guest of several channels', { is_restricted: true }, { guest: true }],
    ['a guest of one channel', { is_ultra_restricted: true }, { guest: true }],
    ['somebody Slack Connect brought in', { is_stranger: true }, { teams: [] }],
    [
      'a member of several workspaces of a grid',
      { enterprise_user: { teams: ['T0002'] } },
      { teams: ['T0001', 'T0002'] },
    ],
  ])('can be %s', async (_what, facts, expected) => {
    const { directory, answer } = await given();
    answer('users.info', user(facts));

    expect((await directory.person('U0ALICE', 0)).value).toMatchObject(expected);
  });

  test('called Slackbot is a bot, whatever Slack says of it', async () => {
    const { directory } = await given();

    expect((await directory.person('USLACKBOT', 0)).value.bot).toBe(true);
  });
});

describe('a reading', () => {
  test('is shared by all who ask while it is fresh enough for them', async () => {
    const { directory, clock, asked } = await given();

    const first = await Promise.all([directory.members('S0ONCALL', 30_000), directory.members('S0ONCALL', 0)]);
    clock.advance(30_000);
    const second = await directory.members('S0ONCALL', 30_000);

    expect(asked).toEqual(['usergroups.users.list']);
    expect([...first, second].map(({ readAt }) => readAt)).toEqual([NOON, NOON, NOON]);
    expect([...second.value]).toEqual(['U0ALICE', 'U0BOB']);
  });

  test('invariant 3: older than that is made anew, and is as old as its question', async () => {
    const { directory, clock, asked, answer } = await given();
    await directory.members('S0ONCALL', 30_000);
    answer('usergroups.users.list', { ok: true, users: [] });
    clock.advance(30_001);

    const again = await directory.members('S0ONCALL', 30_000);

    expect(again).toEqual({ value: new Set(), readAt: later(30_001) });
    expect(asked).toHaveLength(2);
  });

  test('of one is no reading of another', async () => {
    const { directory, asked } = await given();

    await Promise.all([directory.members('S0ONCALL', 30_000), directory.members('S0OTHER', 30_000)]);

    expect(asked).toHaveLength(2);
  });

  test.each([
    ['is refused', { ok: false, error: 'missing_scope' }],
    ['holds nothing', { ok: true }],
  ])('that %s throws for all who shared it, and is not kept', async (_what, body) => {
    const { directory, asked, answer } = await given();
    answer('users.info', body);

    const both = await Promise.allSettled([directory.person('U0ALICE', 30_000), directory.person('U0ALICE', 30_000)]);
    expect(both.map((one) => one.status === 'rejected' && one.reason instanceof DirectoryError)).toEqual([true, true]);
    answer('users.info', user({}));

    expect((await directory.person('U0ALICE', 30_000)).value.teams).toEqual(['T0001']);
    expect(asked).toHaveLength(2);
  });

  test('invariant 12: of a thousand people does not grow without bounds', async () => {
    const { directory } = await given();

    for (let number = 0; number < 1_100; number += 1) await directory.person(`U${number}`, 30_000);

    expect((await directory.person('U0ALICE', 30_000)).value.teams).toEqual(['T0001']);
  });
});

describe('a name', () => {
  test('is what people call somebody, with the ID', async () => {
    const { directory, answer } = await given();

    expect(await directory.nameOf('U0ALICE')).toBe('ali (U0ALICE)');
    answer('users.info', user({ profile: { display_name: '' } }));
    expect(await directory.nameOf('U0BOB')).toBe('Alice Adams (U0BOB)');
  });

  test('of a user group is its handle, asked for once', async () => {
    const { directory, asked } = await given();

    expect(await Promise.all([directory.nameOf('S0ONCALL'), directory.nameOf('S0NONE')])).toEqual([
      'the user group oncall (S0ONCALL)',
      'S0NONE',
    ]);
    expect(asked).toEqual(['usergroups.list']);
  });

  test('is the ID where Slack does not say', async () => {
    const { directory, answer } = await given();
    for (const method of ['users.info', 'usergroups.list']) answer(method, { ok: false, error: 'fatal_error' });

    expect([await directory.nameOf('U0ALICE'), await directory.nameOf('S0ONCALL')]).toEqual(['U0ALICE', 'S0ONCALL']);
  });
});
