import { describe, expect, test, vi } from 'vitest';
import type { Message } from '../../sandbox/slack/message.ts';
import type { Slack } from '../../sandbox/slack/slack.ts';
import type { RotationSettings } from '../../src/revocation/rotating/rotation.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { confirm, isAboutRotation, planFor } from '../support/operator.ts';
import { type Running, type StartOptions, startBot } from '../support/start-bot.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const BOB = 'U0BOB00001';
const MALLORY = 'U0MALLORY1';
const INCIDENT = 'C0INC04711';

const SETTINGS: RotationSettings = {
  remindAfterMs: [15 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, DAY_MS],
  giveUpAfterMs: 14 * DAY_MS,
  owners: [],
};

/** A bot that reminds, with a clock that stands still, and the message about rotations that follows a result. */
async function revoked(count: number, settings: Partial<RotationSettings> = {}, flags = '', more: StartOptions = {}) {
  const clock = createFakeClock();
  const rotation = { ...SETTINGS, ...settings };
  const running = await startBot({ transport: 'socket', clock, ...more, bot: { rotation, ...more.bot } });
  const tokens = running.live.slice(0, count);
  const result = await confirm(running.slack, await planFor(running.slack, tokens, flags));
  const first = await running.slack.nextMessage(isAboutRotation);
  return { running, clock, tokens, result, first, ...running };
}

/** The next message about rotations after so much time. */
function messageAfter(clock: { advance(ms: number): void }, slack: Slack, ms: number): Promise<Message> {
  slack.skipMessages();
  clock.advance(ms);
  return slack.nextMessage(isAboutRotation);
}

/** All messages about rotations that this person sees, by channel. */
function rotationMessages(slack: Slack, user: string, channel?: string): readonly Message[] {
  return slack.visibleTo(user, channel).filter(isAboutRotation);
}

const buttonsOf = ({ buttons }: Message) => buttons.map(({ text }) => text);
const actions = ({ audit }: Pick<Running, 'audit'>) => audit().map(({ action }) => action);

/** Presses the button with this text below the token with this index among those that have buttons. */
function press(slack: Slack, message: Message, text: 'Rotated' | 'Not needed', index: number, user = 'alice') {
  const button = message.buttons.filter((one) => one.text === text)[index];
  if (!button) throw new Error(`no button ${text} ${index} in:\n${message.plainText()}`);
  return slack.surfaces.useOnMessage(message, button, user);
}

/** When people are told next; undefined when they are not. */
function nextAt({ store, clock }: Pick<Running, 'store'> & { clock: { now(): Date } }): Promise<Date | undefined> {
  return store.transaction((transaction) => transaction.nextReminderAt(clock.now()));
}

/** Resolves once nobody is told before that much time has passed. */
async function expectNext(running: Parameters<typeof nextAt>[0], ms: number | undefined): Promise<void> {
  const now = running.clock.now().getTime();
  await vi.waitFor(async () =>
    expect((await nextAt(running))?.getTime()).toBe(ms === undefined ? undefined : now + ms),
  );
}

describe('after a revocation', () => {
  test('the operator gets one direct message with what is left to rotate, right below the result', async () => {
    const { slack, tokens, first, ...running } = await revoked(2);

    expect(first.channel).toBe('D0ALICE001');
    expect(first.plainText()).toMatch(/^To rotate: 2 tokens on default · R-[0-9a-f]{8}\. Press Rotated once/);
    for (const { id, description } of tokens)
      expect(first.plainText()).toMatch(new RegExp(`${description}.+${id.slice(0, 8)}`));
    expect(buttonsOf(first)).toEqual([
      ...['Rotated', 'Not needed', 'Rotated', 'Not needed'],
      ...['All 2 rotated', 'None needed', 'Snooze until tomorrow'],
    ]);
    expect(rotationMessages(slack, 'alice')).toHaveLength(1);
    expect(rotationMessages(slack, 'bob')).toEqual([]);
    expect(actions(running)).toContain('rotation opened');
  });

  test('nothing is opened and nobody is told where rotation is turned off', async () => {
    const rotation = { ...SETTINGS, remindAfterMs: [] };
    const { slack, live, store, audit } = await startBot({ bot: { rotation } });
    await confirm(slack, await planFor(slack, live.slice(0, 1)));

    expect(await store.transaction((transaction) => transaction.countRotations(new Date(0)))).toEqual([]);
    expect(actions({ audit })).not.toContain('rotation opened');
  });

  test('only tokens that were revoked are to be rotated', async () => {
    const { slack, cluster, live } = await startBot({ bot: { rotation: SETTINGS } });
    const [refused, ...others] = live.slice(0, 3);
    cluster.fault({ method: 'DELETE', tokenId: refused?.id ?? '' }, { kind: 'answer', status: 403 });

    const result = await confirm(slack, await planFor(slack, live.slice(0, 3)));
    const first = await slack.nextMessage(isAboutRotation);

    expect(result.plainText()).toContain('2 revoked, 1 refused');
    expect(first.plainText()).not.toContain(refused?.id.slice(0, 8));
    for (const { id } of others) expect(first.plainText()).toContain(id.slice(0, 8));
  });

  test('/influx status says how much is open, and since when', async () => {
    const { slack } = await revoked(2);

    const status = await (await slack.command('/influx', 'status')).answer();

    expect(status.plainText()).toMatch(/2 tokens still to rotate, the oldest since .+\d\./);
  });
});

describe('a press', () => {
  test('on Rotated and on Not needed closes that token, shows it, and is audited', async () => {
    const { slack, tokens, first, ...running } = await revoked(3);

    const one = await (await press(slack, first, 'Rotated', 1)).answer();
    const other = await (await press(slack, one, 'Not needed', 0)).answer();

    expect(one.ts).toBe(first.ts);
    expect(one.plainText()).toMatch(/Still to rotate: 2 of 3 tokens on default/);
    expect(one.plainText()).toMatch(
      new RegExp(`Closed so far: 1 rotated\\..+${tokens[1]?.id.slice(0, 8)}: rotated by @alice`, 's'),
    );
    expect(other.plainText()).toContain('Closed so far: 1 rotated, 1 not needed.');
    expect(buttonsOf(other)).toEqual(['Rotated', 'Not needed', 'Snooze until tomorrow']);
    const audited = running.audit().filter(({ action }) => /^rotation (rotated|not needed)/.test(action));
    expect(audited.map(({ actor, action, subject }) => [actor, action, subject])).toEqual([
      ['U0ALICE001', 'rotation rotated', tokens[1]?.id],
      ['U0ALICE001', 'rotation not needed', tokens[0]?.id],
    ]);
  });

  test('on the last one ends it: no buttons, and no reminder ever again', async () => {
    const { slack, first, ...running } = await revoked(1);

    const last = await (await press(slack, first, 'Rotated', 0)).answer();

    expect(last.plainText()).toMatch(/^Nothing left to rotate: 1 rotated\./);
    expect(last.buttons).toEqual([]);
    await expectNext(running, undefined);
  });

  test.each([
    ['All 3 rotated', 'Nothing left to rotate: 3 rotated.', 'rotation rotated'],
    ['None needed', 'Nothing left to rotate: 3 not needed.', 'rotation not needed'],
  ])('on %s closes all that is open', async (button, words, action) => {
    const { slack, first, ...running } = await revoked(3);

    const answer = await (await slack.click(first, button)).answer();

    expect(answer.plainText()).toContain(words);
    expect(actions(running).filter((one) => one === action)).toHaveLength(3);
    await expectNext(running, undefined);
  });

  test('on Snooze lets the next reminder come at this time tomorrow', async () => {
    const { slack, first, clock, ...running } = await revoked(2);
    clock.advance(5 * MINUTE_MS);

    const answer = await (await slack.click(first, 'Snooze')).answer();
    await expectNext({ ...running, clock }, DAY_MS);
    const reminder = await messageAfter(clock, slack, DAY_MS);

    expect(answer.plainText()).toMatch(/Snoozed\. The next reminder comes .+\d/);
    expect(reminder.plainText()).toContain('Still to rotate: 2 tokens');
    expect(rotationMessages(slack, 'alice')).toHaveLength(2);
    expect(running.audit().find(({ action }) => action === 'rotation snoozed')?.detail).toContain('"until"');
  });

  test('on what is closed says by whom and when, and does nothing', async () => {
    const { slack, first, ...running } = await revoked(1);
    await (await press(slack, first, 'Rotated', 0)).answer();

    const again = await slack.click(first, 'Not needed', { stale: true });
    const snooze = await slack.click(first, 'Snooze', { stale: true });

    expect((await again.answer()).plainText()).toMatch(
      /This was already closed: [0-9a-f]{8} rotated by @alice .+\. This press did nothing\./,
    );
    expect((await snooze.answer()).plainText()).toMatch(/This was already closed: /);
    expect(actions(running).filter((action) => /^rotation (rotated|not)/.test(action))).toEqual(['rotation rotated']);
  });

  test('on what was closed 90 days ago says that nobody knows it any more, and changes nothing', async () => {
    const { slack, first, clock, ...running } = await revoked(1);
    await (await press(slack, first, 'Rotated', 0)).answer();
    const forgotten = () => running.store.transaction((t) => t.countRotations(new Date(0)));
    const before = actions(running).length;
    await running.store.transaction((t) => t.forgetRotations(new Date(clock.now().getTime() + 1)));

    const late = await slack.click(first, 'Rotated', { stale: true });

    expect((await late.answer()).plainText()).toMatch(/90 days after .+ they are forgotten\. Nothing was changed\.$/);
    expect([await forgotten(), actions(running).slice(before)]).toEqual([[], ['click refused']]);
  });

  test('delivered again does nothing and says nothing', async () => {
    const { slack, first, ...running } = await revoked(2);
    const exchange = await press(slack, first, 'Rotated', 0);
    await exchange.answer();

    const again = await slack.redeliver(exchange, { fresh: true });
    await (await press(slack, first.latest ?? first, 'Not needed', 0)).answer();

    expect(again.ack.status).toBe(200);
    expect(again.messages.filter(({ ephemeralFor }) => ephemeralFor !== undefined)).toEqual([]);
    expect(actions(running).filter((action) => /^rotation (rotated|not)/.test(action))).toHaveLength(2);
  });

  test.each([
    ['nothing', ''],
    ['a word', 'x'],
    ['an unknown ID', '0'.repeat(32)],
    ['a path', '../etc/passwd'],
    ['JSON', '{"id":1}'],
    ['all it can hold', 'f'.repeat(2_000)],
  ])('with %s for a value is answered, audited, and changes nothing', async (_name, value) => {
    const { slack, ...running } = await revoked(1);
    const actionIds = ['token_rotated', 'rotation_not_needed', 'snooze_rotation'];

    for (const action_id of actionIds) {
      const forged = await slack.clickRaw({ actions: [{ type: 'button', action_id, block_id: 'b', value }] });
      expect((await forged.answer()).plainText()).toMatch(
        /^The bot does not know this rotation: .+Nothing was changed\.$/,
      );
    }

    expect(actions(running).filter((action) => action === 'click refused')).toHaveLength(3);
    await expectNext(running, 15 * MINUTE_MS);
  });
});

describe('in the thread of a shared result', () => {
  const OWNERS = [
    { description: '*', users: [BOB], usergroups: [] },
    { database: 'no such database', users: [MALLORY], usergroups: [] },
  ];

  test('people read short IDs and no more, and owners are mentioned', async () => {
    const { slack, clock, tokens, first, ...running } = await revoked(2, { owners: OWNERS }, '--share');
    await expectNext({ ...running, clock }, 15 * MINUTE_MS);
    const shared = slack.visibleTo('bob', INCIDENT).find(({ ts }) => ts === first.threadTs);

    const reminder = await messageAfter(clock, slack, 15 * MINUTE_MS);

    expect(shared?.plainText()).toContain('2 revoked');
    for (const message of [first, reminder]) {
      expect([message.channel, message.threadTs]).toEqual([INCIDENT, shared?.ts]);
      expect(new Set(message.mentions)).toEqual(new Set(['U0ALICE001', BOB]));
      for (const { id, description, permissions } of tokens) {
        expect(message.plainText()).toContain(id.slice(0, 8));
        for (const hidden of [description, id, 'default', ...permissions.map(({ resource }) => resource)])
          if (hidden !== '*') expect(JSON.stringify([message.text, message.blocks])).not.toContain(hidden);
      }
    }
    expect(slack.directMessages('alice').filter(isAboutRotation)).toEqual([]);
  });

  test('people hear of it at once although the operator’s own result is not taken', async () => {
    const { slack, live } = await startBot({
      ...{ transport: 'socket', clock: createFakeClock() },
      bot: { rotation: { ...SETTINGS, owners: OWNERS } },
    });
    const plan = await planFor(slack, live.slice(0, 1), '--share');
    slack.fault({ method: 'response_url', times: Number.POSITIVE_INFINITY }, { status: 503 });

    await slack.click(plan, 'Revoke 1 token');
    const first = await slack.nextMessage(isAboutRotation);

    expect([first.channel, first.mentions.includes(BOB)]).toEqual([INCIDENT, true]);
    expect(slack.directMessages('alice')).toEqual([]);
  });

  test('what a press shows there holds no more either', async () => {
    const { slack, tokens, first } = await revoked(2, {}, '--share');

    const answer = await (await press(slack, first, 'Rotated', 0, 'carol')).answer();

    expect(answer.plainText()).toContain('rotated by @carol');
    for (const { description } of tokens) expect(answer.plainText()).not.toContain(description);
  });

  test('the operator, who may revoke, and the owner of a token may press; nobody else may', async () => {
    const [ownersToken] = (await startBot()).live;
    const owners = [{ description: ownersToken?.description ?? '', users: [BOB], usergroups: [] }];
    const { slack, first, ...running } = await revoked(3, { owners }, '--share');

    const mallory = await slack.click(first, 'All 3 rotated', { user: 'mallory' });
    const bob = await slack.click(first, 'All 3 rotated', { user: 'bob' });
    const bobsNews = await bob.answer();
    const bobAgain = await press(slack, bobsNews, 'Rotated', 0, 'bob');
    const carol = await press(slack, bobsNews, 'Rotated', 0, 'carol');

    const refusal =
      /^Only the person who had the tokens revoked, their owners, and people who may revoke on this profile can do this\. Nothing was changed\.$/;
    expect((await mallory.answer()).plainText()).toMatch(refusal);
    expect(bobsNews.plainText()).toContain('Still to rotate: 2 of 3 tokens');
    expect((await bobAgain.answer()).plainText()).toMatch(refusal);
    expect((await carol.answer()).plainText()).toContain('Still to rotate: 1 of 3 tokens');
    const log = running.audit().filter(({ action }) => /^rotation (rotated|not)|click refused/.test(action));
    expect(log.map(({ actor, action }) => [actor, action])).toEqual([
      ['U0MALLORY1', 'click refused'],
      [BOB, 'rotation rotated'],
      [BOB, 'click refused'],
      ['U0CAROL001', 'rotation rotated'],
    ]);
    expect(log.map(({ detail }) => /"rule":"([^"]+)"/.exec(detail)?.[1])).toEqual([
      ...[undefined, `owner.users ${BOB}`, undefined, 'start.usergroups S0ONCALL01'],
    ]);
  });

  test('while Slack does not say who somebody is, nobody but the operator is let through', async () => {
    const { slack, first } = await revoked(2, { owners: OWNERS }, '--share');
    const mend = slack.fault({ method: 'users.info', times: Number.POSITIVE_INFINITY }, { error: 'internal_error' });

    const carol = await press(slack, first, 'Rotated', 0, 'carol');
    const alice = await press(slack, first, 'Rotated', 0, 'alice');
    mend();

    expect((await carol.answer()).plainText()).toBe(
      'Slack did not say in time who you are. Nothing was changed. Press again in a moment.',
    );
    expect((await alice.answer()).plainText()).toContain('rotated by @alice');
  });

  test('a thread that takes nothing any more gives way to a direct message', async () => {
    const { slack, clock, ...running } = await revoked(1, {}, '--share');
    await expectNext({ ...running, clock }, 15 * MINUTE_MS);
    slack.workspace.archive('#incident-4711');

    const reminder = await messageAfter(clock, slack, 15 * MINUTE_MS);

    expect(reminder.channel).toBe('D0ALICE001');
  });
});

describe('reminders', () => {
  test('come back with growing pauses, and the last one repeats', async () => {
    const { slack, ...running } = await revoked(1);
    for (const pauseMs of [15 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, DAY_MS, DAY_MS]) {
      await expectNext(running, pauseMs);
      const reminder = await messageAfter(running.clock, slack, pauseMs);
      expect(reminder.plainText()).toMatch(/^Still to rotate: 1 token on default/);
    }
    await expectNext(running, DAY_MS);
    expect(rotationMessages(slack, 'alice')).toHaveLength(6);
  });

  test('end when it is time to give up: said once, audited, listed, and still to be closed', async () => {
    const { slack, ...running } = await revoked(2, { giveUpAfterMs: 2 * HOUR_MS });
    await press(slack, running.first, 'Rotated', 0);
    for (const pauseMs of [15 * MINUTE_MS, HOUR_MS]) {
      await expectNext(running, pauseMs);
      await messageAfter(running.clock, slack, pauseMs);
    }
    await expectNext(running, 45 * MINUTE_MS);

    const last = await messageAfter(running.clock, slack, 45 * MINUTE_MS);
    await expectNext(running, undefined);
    const status = await (await slack.command('/influx', 'status')).answer();
    const closed = await (await press(slack, last, 'Not needed', 0)).answer();

    expect(last.plainText()).toMatch(/^Given up: nobody said what became of 1 of 2 tokens on default/);
    expect(last.plainText()).toContain('Nobody is reminded any more. The buttons still work.');
    expect(buttonsOf(last)).toEqual(['Rotated', 'Not needed']);
    expect(status.plainText()).toContain('0 tokens still to rotate. 1 token given up in the last 30 days.');
    expect(actions(running).filter((action) => action === 'rotation given up')).toHaveLength(1);
    expect(closed.plainText()).toContain('Nothing left to rotate: 1 rotated, 1 not needed.');
  });

  test('missed while the bot was away come once, not in a burst', async () => {
    const { slack, running, ...rest } = await revoked(1);
    await expectNext(rest, 15 * MINUTE_MS);
    await running.bot.stop();
    rest.clock.advance(3 * DAY_MS);

    await running.restart();
    const reminder = await slack.nextMessage(isAboutRotation);

    expect(reminder.plainText()).toContain('Still to rotate: 1 token');
    await expectNext(rest, HOUR_MS);
    expect(rotationMessages(slack, 'alice')).toHaveLength(2);
  });

  test('a time to give up that passed while the bot was away is told once too', async () => {
    const { slack, running, ...rest } = await revoked(1);
    await expectNext(rest, 15 * MINUTE_MS);
    await running.bot.stop();
    rest.clock.advance(60 * DAY_MS);

    await running.restart();
    const last = await slack.nextMessage(isAboutRotation);

    expect(last.plainText()).toContain('Given up: ');
    await expectNext(rest, undefined);
    expect(rotationMessages(slack, 'alice')).toHaveLength(2);
  });

  test('survive a Slack that takes nothing, which stalls nothing else, and say that they are repeated', async () => {
    const { slack, live, clock, ...running } = await revoked(1);
    await expectNext({ ...running, clock }, 15 * MINUTE_MS);
    const mend = slack.fault({ method: 'chat.postMessage', times: Number.POSITIVE_INFINITY }, { status: 503 });
    const tried = new Promise<void>((resolve) =>
      slack.onRecord(({ method }) => method === 'chat.postMessage' && resolve()),
    );
    clock.advance(15 * MINUTE_MS);
    await tried;

    const other = await confirm(slack, await planFor(slack, live.slice(1, 2)));
    mend();
    const both = [await messageAfter(clock, slack, 30_000), await slack.nextMessage(isAboutRotation)];

    expect(other.plainText()).toContain('1 revoked');
    const texts = both.map((message) => message.plainText()).sort();
    expect(texts[0]).toMatch(/^Sent again: Slack did not confirm the first sending\.\s+Still to rotate: 1 token/);
    expect(texts[1]).toMatch(/To rotate: 1 token/);
  });

  test('are sent again, and say so, when Slack’s answer was lost', async () => {
    const { slack, clock, ...running } = await revoked(1);
    await expectNext({ ...running, clock }, 15 * MINUTE_MS);
    slack.fault({ method: 'chat.postMessage' }, { lostReply: true });

    const lost = await messageAfter(clock, slack, 15 * MINUTE_MS);
    await expectNext({ ...running, clock }, 30_000);
    const again = await messageAfter(clock, slack, 30_000);

    expect(lost.plainText()).toMatch(/^Still to rotate/);
    expect(again.plainText()).toMatch(/^Sent again: /);
  });

  test('that the operator takes no more are no errors, and are in the status', async () => {
    const { slack, clock, log, ...running } = await revoked(1);
    await expectNext({ ...running, clock }, 15 * MINUTE_MS);
    const mend = slack.fault(
      { method: 'chat.postMessage', times: Number.POSITIVE_INFINITY },
      { error: 'channel_not_found' },
    );

    clock.advance(15 * MINUTE_MS);
    await expectNext({ ...running, clock }, HOUR_MS);
    const status = await (await slack.command('/influx', 'status', { user: 'carol' })).answer();
    mend();
    await messageAfter(clock, slack, HOUR_MS);
    await expectNext({ ...running, clock }, 4 * HOUR_MS);
    const mended = await (await slack.command('/influx', 'status', { user: 'carol' })).answer();

    expect(status.plainText()).toMatch(
      /1 revocation whose rotations nobody can be told of.+R-\w+ on default, asked by @alice/s,
    );
    expect(mended.plainText()).not.toContain('nobody can be told');
    expect(log.filter((line) => line.includes('"level":50'))).toEqual([]);
    expect(actions(running).filter((action) => action === 'nobody could be told')).toHaveLength(1);
  });

  test('show no description to an operator who may not read tokens any more', async () => {
    const { slack, clock, tokens, ...running } = await revoked(1);
    await expectNext({ ...running, clock }, 15 * MINUTE_MS);
    slack.workspace.removeFromGroup('alice', 'oncall');

    const reminder = await messageAfter(clock, slack, 15 * MINUTE_MS);

    expect(reminder.plainText()).toContain(tokens[0]?.id.slice(0, 8));
    expect(reminder.plainText()).not.toContain(tokens[0]?.description);
    expect(reminder.plainText()).not.toContain('default');
  });

  test.each([HOUR_MS, -HOUR_MS])('are not doubled and not lost by a clock that steps by %d ms', async (step) => {
    const { slack, clock, ...running } = await revoked(1);
    await expectNext({ ...running, clock }, 15 * MINUTE_MS);

    clock.step(step);
    const reminder = await messageAfter(clock, slack, 75 * MINUTE_MS);

    expect(reminder.plainText()).toContain('Still to rotate: 1 token');
    await vi.waitFor(async () => expect(await nextAt({ ...running, clock })).toBeDefined());
    expect(rotationMessages(slack, 'alice')).toHaveLength(2);
  });
});

describe('forty tokens', () => {
  const tokens = Array.from({ length: 40 }, (_, number) => ({
    id: `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
    description: `bulk ${number}`,
    permissions: [{ action: 'write', resource: 'metrics' }],
    createdAt: '2026-01-01T00:00:00Z',
  }));

  test('are one message with buttons for the first five, and the next ones move up', async () => {
    const { slack, first } = await revoked(40, {}, '--share', { cluster: { tokens } });

    const answer = await (await press(slack, first, 'Rotated', 0)).answer();

    for (const { id } of tokens) expect(first.plainText()).toContain(id.slice(0, 8));
    expect(first.buttons.filter(({ text }) => text === 'Rotated')).toHaveLength(5);
    expect(answer.plainText()).toContain('Still to rotate: 39 of 40 tokens');
    expect(answer.buttons.filter(({ text }) => text === 'Rotated')).toHaveLength(5);
    expect(rotationMessages(slack, 'alice')).toHaveLength(1);
  });
});
