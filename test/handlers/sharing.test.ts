import { describe, expect, test } from 'vitest';
import type { Message } from '../../sandbox/slack/message.ts';
import type { Slack } from '../../sandbox/slack/slack.ts';
import type { Place, Plan } from '../../src/revocation/plan.ts';
import { confirm, planFor, resultOf } from '../support/operator.ts';
import { type Running, startBot } from '../support/start-bot.ts';

const RANDOM = 'C0RANDOM01';

/** The next message in this channel that everybody there can read. */
function posted(slack: Slack, channel: string): Promise<Message> {
  return slack.nextMessage((message) => message.channel === channel && message.ephemeralFor === undefined);
}

/** What everybody reads in this channel. */
function read(slack: Slack, channel: string): readonly Message[] {
  return slack.visibleTo('bob', channel).filter(({ ephemeralFor }) => ephemeralFor === undefined);
}

async function planIn(running: Running, channel: string, flags = ''): Promise<Message> {
  const text = `token revoke ${flags} ${running.live[0]?.id}`;
  return (await running.slack.command('/influx', text, { channel })).answer();
}

/** The plan as it is kept, shared there as a dialog would have it. */
async function shareAt({ store }: Running, shown: Message, share: Place): Promise<Plan> {
  const id = shown.buttons[0]?.value ?? '';
  return store.transaction(async (transaction) => {
    const plan = await transaction.plan(id);
    if (!plan) throw new Error('no such plan');
    const entry = { at: new Date(), actor: 'test', action: 'shared elsewhere', subject: id, detail: {} };
    await transaction.movePlan({ ...plan, share }, 'pending', entry);
    return plan;
  });
}

describe('Share in channel', () => {
  test('posts short IDs, outcomes, totals, who and the reference, and nothing of what the tokens are', async () => {
    const running = await startBot();
    const { slack, live, store } = running;
    const plan = await planFor(slack, live.slice(0, 2), '--reason secretreason');
    const result = await confirm(slack, plan);

    const click = await slack.click(result, 'Share in channel');
    const answer = await click.answer();
    const shared = await posted(slack, result.channel);

    expect(answer.plainText()).toContain('The result goes to #incident-4711 now');
    const text = shared.plainText();
    expect(text).toMatch(/2 revoked · InfluxDB tokens that @alice asked to revoke · R-[0-9a-f]{8}/);
    for (const { id } of live.slice(0, 2)) expect(text).toContain(`${id.slice(0, 8)}: revoked`);
    const [token] = live;
    const whole = JSON.stringify([shared.text, shared.blocks]);
    for (const hidden of [token?.description, token?.id, 'secretreason', 'default'])
      expect(whole).not.toContain(hidden);
    const id = plan.buttons[0]?.value ?? '';
    await expect
      .poll(() => store.transaction((t) => t.sharedMessage(id)))
      .toEqual({ channel: shared.channel, ts: shared.ts });
  });

  test('does so once, whoever presses again and how often Slack delivers', async () => {
    const { slack, live } = await startBot();
    const result = await confirm(slack, await planFor(slack, live.slice(0, 1)));
    const click = await slack.click(result, 'Share in channel');
    await posted(slack, result.channel);

    const redelivered = await slack.redeliver(click, { fresh: true });
    const again = await (await slack.click(result, 'Share in channel')).answer();

    expect(again.plainText()).toContain('This result was already shared.');
    expect(redelivered.messages).toEqual([]);
    expect(read(slack, result.channel)).toHaveLength(1);
    expect(slack.visibleTo('alice', result.channel)).toContain(result.latest);
  });

  test('is the operator’s alone, and is there only where there is a result', async () => {
    const { slack, live, cluster, audit } = await startBot();
    const plan = await planFor(slack, live.slice(0, 1));
    const value = plan.buttons[0]?.value;
    const press = async (user: string) => {
      const actions = [{ type: 'button', action_id: 'share_result', value }];
      return (await slack.clickRaw({ actions }, { user })).answer();
    };

    const foreign = await press('mallory');
    const early = await press('alice');
    cluster.latencyMs = 500;
    const click = await slack.click(plan, 'Revoke');
    const running = await press('alice');
    await resultOf(click);

    expect(foreign.plainText()).toBe('Only the person who asked can do this.');
    for (const answer of [early, running]) expect(answer.plainText()).toContain('Wait for its result.');
    expect(read(slack, plan.channel)).toEqual([]);
    expect(audit().map(({ action }) => action)).toContain('click refused');
  });

  test('is not offered where nobody else reads, nor where the result is shared at once', async () => {
    const direct = await startBot();
    const alone = await planIn(direct, 'D0ALICE001', '--share');
    const shared = await startBot();
    const together = await planFor(shared.slack, shared.live.slice(0, 1), '--share');

    const results = [await confirm(direct.slack, alone), await confirm(shared.slack, together)];

    expect(alone.plainText()).toContain('The result cannot be shared: nobody else reads here.');
    expect(together.plainText()).toContain('The result will be shared in this channel');
    for (const result of results) expect(result.buttons).toEqual([]);
    expect(direct.slack.visibleTo('alice', 'D0ALICE001')).toHaveLength(1);
    expect((await posted(shared.slack, together.channel)).plainText()).toContain('1 revoked');
  });
});

test('--force shares the result, and says that nobody confirmed', async () => {
  const { slack, live } = await startBot({ policy: { force: { users: ['U0ALICE001'] } } });

  await planFor(slack, live.slice(0, 1), '--force');

  expect((await posted(slack, 'C0INC04711')).plainText()).toContain('had revoked without a confirmation (--force)');
});

test('a result is shared in the thread it was asked for, and replies to it stand there', async () => {
  const running = await startBot();
  const { slack, store } = running;
  const shown = await planIn(running, '#incident-4711');
  const plan = await shareAt(running, shown, { channel: 'C0GENERAL1', thread: '1700000000.000100' });

  await slack.click(shown, 'Revoke');
  const shared = await posted(slack, 'C0GENERAL1');

  expect(shared.threadTs).toBe('1700000000.000100');
  await expect
    .poll(() => store.transaction((t) => t.sharedMessage(plan.id)))
    .toEqual({ channel: 'C0GENERAL1', ts: '1700000000.000100' });
});

describe('a channel that the bot is not in', () => {
  test.each([
    ['not_in_channel', '#random', RANDOM],
    ['channel_not_found', '#war-room-private', 'C0WARROOM1'],
  ])('(%s) gets the result through the response URL', async (error, name, channel) => {
    const running = await startBot();
    const { slack, store } = running;
    const plan = await planIn(running, name);
    const result = await confirm(slack, plan);

    await slack.click(result, 'Share in channel');
    const shared = await posted(slack, channel);

    expect(shared.plainText()).toContain('1 revoked · InfluxDB tokens that @alice asked to revoke');
    expect(slack.requests('chat.postMessage').at(-1)?.reply).toMatchObject({ ok: false, error });
    expect(await store.transaction((t) => t.sharedMessage(plan.buttons[0]?.value ?? ''))).toBeUndefined();
    expect(slack.directMessages('alice')).toEqual([]);
    expect((await (await slack.click(result, 'Share in channel')).answer()).plainText()).toContain('already shared');
  });

  test.each([
    ['not_in_channel', 'the bot is not in that channel', 'Invite this app to the channel'],
    ['channel_not_found', 'the bot does not see that channel', 'Invite this app to the channel'],
    ['restricted_action', 'the bot may not post there', 'let apps post there'],
    ['ekm_access_denied', 'Slack does not take it there', 'Have whoever runs the bot look into its log'],
    ['msg_too_long', 'Slack does not take the message', 'Have whoever runs the bot look into its log'],
  ])(
    '(%s) where the response URL does not lead, is told to the operator, who can press again',
    async (error, why, cure) => {
      const running = await startBot();
      const { slack } = running;
      const shown = await planIn(running, '#incident-4711');
      await shareAt(running, shown, { channel: RANDOM });
      slack.workspace.join('U0INFLUX01', '#random');
      slack.fault({ method: 'chat.postMessage' }, { error });

      const click = await slack.click(shown, 'Revoke');
      const told = await click.answer((message) => message.plainText().includes('could not be shared'));
      await slack.click(told, 'Share in channel');
      const shared = await posted(slack, RANDOM);

      expect(told.plainText()).toContain(`The result could not be shared in #random: ${why}`);
      expect(told.plainText()).toContain(`${cure} and press Share in channel again.`);
      expect(told.ephemeralFor).toBe('U0ALICE001');
      expect(running.log.join('')).toContain(`An API error occurred: ${error}`);
      expect(shared.plainText()).toContain('1 revoked');
      expect(read(slack, 'C0INC04711')).toEqual([]);
    },
  );

  test('is told by direct message where the response URL is used up, and the press from there counts', async () => {
    const running = await startBot({ policy: { channels: [RANDOM] } });
    const { slack } = running;
    const result = await confirm(slack, await planIn(running, '#random'));
    const mend = slack.fault({ method: 'response_url', times: Number.POSITIVE_INFINITY }, { status: 404 });

    await slack.click(result, 'Share in channel');
    const told = await slack.nextMessage((message) => message.channel === slack.workspace.directMessages('alice').id);
    mend();
    slack.workspace.join('U0INFLUX01', '#random');
    await slack.click(told, 'Share in channel', { user: 'alice' });
    const shared = await posted(slack, RANDOM);

    expect(told.plainText()).toContain('the bot is not in that channel');
    expect(shared.plainText()).toContain('1 revoked');
  });

  test('and is archived, is told so, and gets the result when somebody brought it back', async () => {
    const running = await startBot();
    const { slack } = running;
    const result = await confirm(slack, await planFor(slack, running.live.slice(0, 1)));
    const channel = slack.workspace.channel('#incident-4711');
    slack.workspace.archive('#incident-4711');

    const click = await slack.click(result, 'Share in channel');
    const told = await click.answer((message) => message.plainText().includes('could not be shared'));
    slack.workspace.addChannel({ ...channel, isArchived: false });
    await slack.click(told, 'Share in channel');
    const shared = await posted(slack, channel.id);

    expect(told.plainText()).toContain('that channel is archived. ');
    expect(shared.plainText()).toContain('1 revoked');
    expect(running.audit().filter(({ action }) => action === 'result not shared')).toHaveLength(1);
  });
});

test.each(['internal_error', 'fatal_error', 'ratelimited', 'service_unavailable', 'request_timeout'])(
  'a result that Slack cannot take at the moment (%s) is shared a little later, without a word',
  async (error) => {
    const running = await startBot();
    const { slack } = running;
    const result = await confirm(slack, await planFor(slack, running.live.slice(0, 1)));
    slack.fault({ method: 'chat.postMessage' }, { error });

    await slack.click(result, 'Share in channel');

    expect((await posted(slack, result.channel)).plainText()).toContain('1 revoked');
    expect(running.audit().map(({ action }) => action)).not.toContain('result not shared');
  },
);

test('a result that Slack did not confirm is shared again, and says so', async () => {
  const running = await startBot();
  const { slack } = running;
  const result = await confirm(slack, await planFor(slack, running.live.slice(0, 1)));
  slack.fault({ method: 'chat.postMessage' }, { lostReply: true });

  await slack.click(result, 'Share in channel');
  const [first, second] = [await posted(slack, result.channel), await posted(slack, result.channel)];

  expect(first.plainText()).not.toContain('Sent again');
  expect(second.plainText()).toMatch(/^Sent again: .*1 revoked/s);
});
