import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../sandbox/slack/message.ts';
import type { Slack } from '../../sandbox/slack/slack.ts';
import { quiet } from '../revocation/event-loop.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { confirm, planFor } from '../support/operator.ts';
import { type Running, type StartOptions, startBot } from '../support/start-bot.ts';

const GENERAL = 'C0GENERAL1';

async function given(options: StartOptions = {}): Promise<Running> {
  return startBot({ announceChannel: GENERAL, ...options });
}

/** What the announce channel has been told so far. */
function told(slack: Slack): readonly Message[] {
  return slack.visibleTo('bob', GENERAL);
}

function nextNotice(slack: Slack, words = /./): Promise<Message> {
  return slack.nextMessage((message) => message.channel === GENERAL && words.test(message.plainText()));
}

/** Lets so many minutes pass, with all that happens in them that is not of Slack. */
async function pass(clock: FakeClock, minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes; passed += 1) {
    clock.advance(60_000);
    await quiet();
  }
}

async function refused(slack: Slack, user: string, id = ''): Promise<Message> {
  return (await slack.command('/influx', `token revoke ${id}`, { user })).answer();
}

describe('a result', () => {
  test('is told with who asked, short IDs, outcomes and the head of the audit log, and nothing of what the tokens are', async () => {
    const { slack, live, store } = await given();
    const [first, second] = live;

    await confirm(slack, await planFor(slack, live.slice(0, 2), '--reason secretreason'));
    const notice = await nextNotice(slack);

    const text = notice.plainText();
    const head = await store.transaction((t) => t.auditHead());
    expect(text).toContain('2 revoked on default · asked for by alice (U0ALICE001)');
    for (const token of [first, second]) expect(text).toContain(`${token?.id.slice(0, 8)}: revoked`);
    expect(text).toContain(`${head?.seq}:${head?.hash}`);
    expect(notice.mentions).toEqual([]);
    const whole = JSON.stringify([notice.text, notice.blocks]);
    for (const hidden of [first?.description, 'secretreason', first?.id ?? '']) expect(whole).not.toContain(hidden);
    for (const { resource } of first?.permissions ?? []) expect(whole).not.toContain(resource);
    expect(told(slack)).toHaveLength(1);
  });

  test('is told once, also when the bot starts again', async () => {
    const running = await given();
    await confirm(running.slack, await planFor(running.slack, running.live.slice(0, 1)));
    await nextNotice(running.slack);

    await running.restart();
    await refused(running.slack, 'mallory', running.live[0]?.id);
    await nextNotice(running.slack, /mallory/);

    expect(told(running.slack).map((message) => /revoked on default/.test(message.plainText()))).toEqual([true, false]);
  });

  test('says that nobody confirmed, where nobody did', async () => {
    const { slack, live } = await given({ policy: { force: { users: ['U0ALICE001'] } } });

    await planFor(slack, live.slice(0, 1), '--force');

    expect((await nextNotice(slack)).plainText()).toContain('without a confirmation (--force)');
  });

  test('which the channel does not take is told in the log, delays nothing, and is posted when it does', async () => {
    const clock = createFakeClock();
    const { slack, live, log } = await given({ clock, announceChannel: 'C0RANDOM01', transport: 'socket' });

    const result = await confirm(slack, await planFor(slack, live.slice(0, 1)));
    await expect.poll(() => log.join('')).toContain('the announce channel takes nothing');
    const before = slack.requests('chat.postMessage').length;
    await pass(clock, 4);
    const asked = slack.requests('chat.postMessage').length;
    slack.workspace.join('U0INFLUX01', '#random');
    await pass(clock, 2);
    const notice = await slack.nextMessage(({ channel }) => channel === 'C0RANDOM01');

    expect(result.plainText()).toContain('1 revoked');
    expect(asked).toBe(before);
    expect(notice.plainText()).toMatch(/^1 revoked on default/);
    expect(slack.visibleTo('bob', '#random')).toHaveLength(1);
  });
});

describe('a notice that Slack does not take as a message', () => {
  test.each(['invalid_blocks', 'msg_too_long'])('(%s) comes as one plain line with its reference', async (error) => {
    const { slack, live, log } = await given();
    const plan = await planFor(slack, live.slice(0, 1));
    slack.fault({ method: 'chat.postMessage' }, { error });

    await confirm(slack, plan);
    const notice = await nextNotice(slack);
    await refused(slack, 'mallory', live[1]?.id);
    const next = await nextNotice(slack, /mallory/);

    const id = plan.buttons[0]?.value ?? '';
    expect(notice.plainText()).toBe(
      `A revocation ended: R-${id.slice(0, 8)}. Slack did not take the whole message; /influx audit says more.`,
    );
    expect(notice.blocks).toEqual([]);
    expect(next.plainText()).toMatch(/^Refused: mallory/);
    expect(log.join('')).toContain('Slack does not take a notice');
  });

  test('nor as one line holds up no other, and that nobody could be told is audited', async () => {
    const { slack, live, audit } = await given();
    slack.fault({ method: 'chat.postMessage', times: 2 }, { error: 'invalid_arguments' });

    await refused(slack, 'mallory', live[0]?.id);
    await refused(slack, 'guest', live[0]?.id);

    expect((await nextNotice(slack)).plainText()).toMatch(/^Refused: guest/);
    expect(audit()).toContainEqual(expect.objectContaining({ action: 'nobody could be told' }));
  });
});

describe('a refusal', () => {
  test.each([
    [
      'mallory',
      /Refused: mallory \(U0MALLORY1\) wanted to revoke 1 token \([0-9a-f]{8}\) on default\. .*not on the list/,
    ],
    ['guest', /guest \(U0GUEST001\).*They are a guest/],
    ['departed', /departed \(U0DEPART01\).*deactivated/],
    ['deploybot', /They are a bot/],
    ['partner', /They belong to another workspace/],
  ])('of %s is told with what they tried and by which rule, and pings nobody', async (user, words) => {
    const { slack, live } = await given();

    await refused(slack, user, live[0]?.id);
    const notice = await nextNotice(slack);

    expect(notice.plainText()).toMatch(words);
    expect(notice.mentions).toEqual([]);
    expect(JSON.stringify(notice.blocks)).not.toContain(live[0]?.id);
  });

  test('to leave out the confirmation, and from another channel than the policy’s, is told as that', async () => {
    const force = await given();
    await planFor(force.slack, force.live.slice(0, 1), '--force');
    const channel = await given({ policy: { channels: ['C0GENERAL1'] } });
    await refused(channel.slack, 'alice', channel.live[0]?.id);

    expect((await nextNotice(force.slack)).plainText()).toMatch(/wanted to revoke with --force 1 token .*leave out/);
    expect((await nextNotice(channel.slack)).plainText()).toMatch(/does not name the channel they were in/);
  });

  test('of a click on somebody else’s plan is told', async () => {
    const { slack, live } = await given();
    const plan = await planFor(slack, live.slice(0, 1));
    const [button] = plan.buttons;

    await slack.clickRaw(
      { actions: [{ type: 'button', action_id: 'revoke_plan', value: button?.value }] },
      { user: 'mallory' },
    );

    expect((await nextNotice(slack)).plainText()).toMatch(/mallory .*It was the plan of somebody else/);
  });

  test.each([
    ['token list', /mallory .* wanted to list tokens on default\. They are not on the list/],
    ['audit', /mallory .* wanted to read the audit log\. They are not on the list/],
  ])('to look is told, too: /influx %s', async (command, words) => {
    const { slack } = await given();

    await slack.command('/influx', command, { user: 'mallory' });

    expect((await nextNotice(slack)).plainText()).toMatch(words);
  });

  test('of the same person comes at most once in five minutes, and then says how many there were', async () => {
    const clock = createFakeClock();
    const { slack, live } = await given({ clock, transport: 'socket' });
    await refused(slack, 'mallory', live[0]?.id);
    await nextNotice(slack);

    for (let time = 0; time < 7; time += 1) await refused(slack, 'mallory', live[time % live.length]?.id);
    await refused(slack, 'guest', live[0]?.id);
    const other = await nextNotice(slack);
    const before = told(slack).length;
    clock.advance(5 * 60_000);
    const summary = await nextNotice(slack, /mallory/);

    expect(other.plainText()).toContain('guest (U0GUEST001)');
    expect(before).toBe(2);
    expect(summary.plainText()).toMatch(/mallory .*Refused 7 times since .*this was the last/);
    expect(told(slack).filter((message) => message.plainText().startsWith('Refused'))).toHaveLength(3);
  });

  test('because Slack did not answer, or all is frozen, is not one of a person', async () => {
    const { slack, live } = await given({ bot: { freeze: { users: ['U0ALICE001'], usergroups: [] } } });
    const plan = await planFor(slack, live.slice(0, 1));
    await slack.command('/influx', 'freeze drill');

    await (await slack.click(plan, 'Revoke', { stale: true })).answer();
    await (await slack.command('/influx', 'freeze', { user: 'mallory' })).answer();
    const notice = await nextNotice(slack);

    expect(notice.plainText()).toMatch(/mallory .*wanted to freeze the bot/);
    expect(told(slack)).toHaveLength(1);
  });
});

describe('the audit log’s chain', () => {
  test('is anchored within the hour, once, and not again while nothing is added', async () => {
    const clock = createFakeClock();
    const { slack, live, store } = await given({ clock, transport: 'socket' });
    await planFor(slack, live.slice(0, 1));
    clock.advance(5 * 60_000);
    const anchor = await nextNotice(slack, /Audit log/);
    const head = await store.transaction((t) => t.auditHead());
    // The plan expires, which is an entry more.
    await pass(clock, 55);
    const withinTheHour = told(slack).length;

    await pass(clock, 10);
    const next = await nextNotice(slack, /Audit log/);
    await pass(clock, 180);

    expect(anchor.plainText()).toContain(`${head?.seq}:${head?.hash}`);
    expect(withinTheHour).toBe(1);
    expect(next.plainText()).toContain(`${(head?.seq ?? 0) + 1}:`);
    expect(told(slack)).toHaveLength(2);
  });

  test('that was tampered with while the bot was away is told when it starts, and in the log', async () => {
    const running = await given();
    const { slack, log } = running;
    await confirm(slack, await planFor(slack, running.live.slice(0, 1)));
    await nextNotice(slack);
    tamper(running, `update audit set actor = 'U0NOBODY' where seq = 2`);

    await running.restart();
    const notice = await nextNotice(slack);

    expect(notice.plainText()).toContain('The audit log is not what was written: entry 2 is not what was written');
    expect(log.join('')).toContain('"msg":"the audit log is not what was written"');
  });

  test('that was cut off below what was anchored is told, though the rest of it holds', async () => {
    const running = await given();
    const { slack } = running;
    await confirm(slack, await planFor(slack, running.live.slice(0, 1)));
    await nextNotice(slack);
    tamper(running, 'delete from audit where seq > 3');

    await running.restart();

    expect((await nextNotice(slack)).plainText()).toMatch(/entry \d+ is missing: the log was cut off/);
  });

  test('that is tampered with while the bot runs is told within five minutes, once', async () => {
    const clock = createFakeClock();
    const running = await given({ clock, transport: 'socket' });
    const { slack } = running;
    await confirm(slack, await planFor(slack, running.live.slice(0, 1)));
    await nextNotice(slack);
    await pass(clock, 5);
    const head = await running.store.transaction((t) => t.auditHead());
    tamper(running, `update audit set detail = '{}' where seq = ${head?.seq}`);

    await pass(clock, 15);
    const notice = await nextNotice(slack, /not what was written/);
    await pass(clock, 60);

    expect(notice.plainText()).toContain(`entry ${head?.seq} is not what was written`);
    expect(told(slack).filter((message) => message.plainText().includes('not what was written'))).toHaveLength(1);
  });
});

/** What whoever can write to the store's file can do. */
function tamper({ storePath }: Running, change: string): void {
  using database = new DatabaseSync(storePath, { timeout: 5_000 });
  database.exec(`drop trigger audit_no_update; drop trigger audit_no_delete; ${change}`);
}
