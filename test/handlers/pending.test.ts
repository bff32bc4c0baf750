import { describe, expect, test } from 'vitest';
import type { Message } from '../../sandbox/slack/message.ts';
import type { Slack } from '../../sandbox/slack/slack.ts';
import { newPlanId, reference } from '../../src/revocation/ids.ts';
import { samplePlan, sampleToken, tokenId } from '../revocation/samples.ts';
import { sampleEntry } from '../store/samples.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { confirm, planFor, resultOf } from '../support/operator.ts';
import { type Running, startBot } from '../support/start-bot.ts';

const TEAM = 'T0EXAMPLE1';
const ALICE = { user: 'U0ALICE001', team: TEAM, channel: 'C0INC04711' };
const FREEZERS = { bot: { freeze: { users: ['U0BOB00001'], usergroups: [] } } };

/** Everything the command put on the screen, as soon as the last of it, which says this, is there. */
async function pending(slack: Slack, { words = '', user = 'alice', channel = '#incident-4711', last = /./ } = {}) {
  const exchange = await slack.command('/influx', `pending ${words}`, { user, channel });
  await exchange.answer((message) => last.test(message.plainText()));
  return exchange.messages;
}

const buttonsOf = (message: Message | undefined) => message?.buttons.map(({ text }) => text);
const referenceIn = (message: Message) => /R-[0-9a-f]{8}/.exec(message.plainText())?.[0] ?? '';

/** Plans that wait, in the store as if they had been asked for a second after each other, the oldest first. */
async function waiting({ store }: Running, plans: number, tokens = 1) {
  const added = Array.from({ length: plans }, (_, number) => {
    const all = Array.from({ length: tokens }, (_one, index) => sampleToken(number * tokens + index + 1));
    const createdAt = new Date(Date.now() - (plans - number) * 1_000);
    return samplePlan({
      ...{ id: newPlanId(), requester: ALICE, createdAt, expiresAt: new Date(createdAt.getTime() + 900_000) },
      tokenIds: all.map(({ id }) => id),
      tokens: all.map((token) => ({ id: token.id, found: 'live', token })),
    });
  });
  await store.transaction(async (t) => {
    for (const plan of added) await t.addPlan(plan, sampleEntry('asked'));
  });
  return added;
}

test('says that nothing waits where nothing does, and that it is frozen where it is', async () => {
  const { slack } = await startBot(FREEZERS);

  const [before] = await pending(slack);
  await (await slack.command('/influx', 'freeze drill', { user: 'bob' })).answer();
  const [after] = await pending(slack);

  expect(before?.plainText()).toBe('Nothing waits for your click, and no revocation of yours is running.');
  expect(after?.plainText()).toMatch(/^Nothing waits .+\n+.*Frozen by @bob since .+: drill\. No revocation starts\./s);
});

describe('a plan that waits', () => {
  test('is there again as it was shown, with the time that is left, also after a restart', async () => {
    const bot = await startBot();
    const { slack, live } = bot;
    const plan = await planFor(slack, live.slice(0, 2), '--reason "in a build log"');

    await bot.restart();
    const [again, ...more] = await pending(slack);

    expect(more).toEqual([]);
    expect(buttonsOf(again)).toEqual(['Revoke 2 tokens', 'Cancel']);
    expect(again?.plainText()).toMatch(/This plan still waits for your click: 1[45] min \d+ s left\./);
    const said = again?.plainText().replace(/\n+This plan still waits[^\n]*/, '');
    expect(said).toBe(plan.plainText());
  });

  test('can be confirmed there: the result takes that message’s place, and the first one says it is decided', async () => {
    const { slack, live, cluster } = await startBot();
    const plan = await planFor(slack, live.slice(0, 1));
    const [again] = await pending(slack);
    if (!again) throw new Error('nothing was shown');

    const result = await confirm(slack, again);
    const late = await (await slack.click(plan, 'Revoke')).answer();

    expect(result.ts).toBe(again.ts);
    expect(result.plainText()).toContain('1 revoked');
    expect(late.plainText()).toContain('This plan was already confirmed by @alice');
    expect(cluster.deletes).toEqual([live[0]?.id]);
  });

  test('can be cancelled there, and is gone then', async () => {
    const { slack, live } = await startBot();
    await planFor(slack, live.slice(0, 1));
    const [again] = await pending(slack);
    if (!again) throw new Error('nothing was shown');

    const cancelled = await (await slack.click(again, 'Cancel')).answer();
    const [nothing] = await pending(slack);

    expect(cancelled.ts).toBe(again.ts);
    expect(cancelled.plainText()).toContain('Cancelled. Nothing was revoked.');
    expect(nothing?.plainText()).toContain('Nothing waits for your click');
  });

  test('is shown to who asked for it and to nobody else, in whatever channel they ask', async () => {
    const { slack, live } = await startBot();
    await planFor(slack, live.slice(0, 1));

    const [elsewhere] = await pending(slack, { channel: '#random' });
    const [ofCarol] = await pending(slack, { user: 'carol' });

    expect(buttonsOf(elsewhere)).toEqual(['Revoke 1 token', 'Cancel']);
    expect(ofCarol?.plainText()).toContain('Nothing waits for your click');
  });

  test('has no red button while all is frozen, and says why', async () => {
    const { slack, live } = await startBot(FREEZERS);
    await planFor(slack, live.slice(0, 1));
    await (await slack.command('/influx', 'freeze drill', { user: 'bob' })).answer();

    const [again] = await pending(slack);

    expect(buttonsOf(again)).toEqual(['Cancel']);
    expect(again?.plainText()).toMatch(/Frozen: nothing can be revoked now\. Frozen by @bob .+: drill/);
  });

  test('is still shown to who may not any more, and the click refuses', async () => {
    const clock = createFakeClock();
    const { slack, live, cluster } = await startBot({ clock });
    await planFor(slack, live.slice(0, 1));
    slack.workspace.removeFromGroup('alice', 'oncall');
    clock.advance(31_000);

    const [again] = await pending(slack);
    if (!again) throw new Error('nothing was shown');
    const refused = await resultOf(await slack.click(again, 'Revoke'));

    expect(refused.plainText()).toContain('You are not on the list of people who may revoke tokens of this profile.');
    expect(cluster.deletes).toEqual([]);
  });

  test('is not shown once it is too late', async () => {
    const clock = createFakeClock();
    const { slack, live } = await startBot({ clock, transport: 'socket' });
    await planFor(slack, live.slice(0, 1));

    clock.step(900_000);
    const [nothing] = await pending(slack);

    expect(nothing?.plainText()).toContain('Nothing waits for your click');
  });

  test('says so while its tokens are still being read', async () => {
    const { slack, live, cluster } = await startBot();
    const asked = Promise.withResolvers<void>();
    const fault = cluster.fault({ method: 'GET', times: Number.POSITIVE_INFINITY }, { kind: 'hang' });
    cluster.onRequest(() => asked.resolve());
    await slack.command('/influx', `token revoke ${live[0]?.id}`);
    await asked.promise;

    const [message] = await pending(slack);
    fault.release();

    expect(message?.plainText()).toMatch(
      /No click needed yet\.\s+• R-[0-9a-f]{8} on default: its tokens are being read/,
    );
  });
});

describe('many plans', () => {
  test('come in four messages, the newest last, and the others can be asked for by reference', async () => {
    const bot = await startBot();
    const plans = await waiting(bot, 6);
    const names = plans.map(({ id }) => reference(id));

    const [also, ...whole] = await pending(bot.slack, { last: new RegExp(`${names[5]}`) });
    const [asked, ...more] = await pending(bot.slack, { words: `${names[0]?.toUpperCase()}` });

    expect(whole.map(referenceIn)).toEqual(names.slice(3));
    for (const message of whole) expect(buttonsOf(message)).toEqual(['Revoke 1 token', 'Cancel']);
    expect(also?.plainText()).toContain('Also waiting for your click: 3 plans.');
    for (const name of names.slice(0, 3)) expect(also?.plainText()).toMatch(new RegExp(`${name} on default, until `));
    expect(also?.plainText()).toContain(`type for example /influx pending ${names[2]}`);
    expect(asked && referenceIn(asked)).toBe(names[0]);
    expect(more).toEqual([]);
  });

  test('of a hundred tokens each, and fifty of them, are within what Slack takes', async () => {
    const bot = await startBot();
    const plans = await waiting(bot, 50, 100);
    const newest = reference(plans.at(-1)?.id ?? '');

    const messages = await pending(bot.slack, { last: new RegExp(`until .+${newest}`) });

    expect(messages).toHaveLength(4);
    expect(messages[0]?.plainText()).toContain('and 27 more');
  });

  test('a reference that is none of theirs, or no reference at all, is answered', async () => {
    const bot = await startBot();
    const [plan] = await waiting(bot, 1);
    const name = reference(plan?.id ?? '');

    const [foreign] = await pending(bot.slack, { words: name, user: 'carol' });
    const [wrong] = await pending(bot.slack, { words: tokenId(1) });

    expect(foreign?.plainText()).toBe(
      `Nothing of yours with the reference ${name} waits or runs. /influx pending shows what does.`,
    );
    expect(wrong?.plainText()).toContain('A reference looks like R-1a2b3c4d');
  });
});

test('a running revocation is there with its progress, and Stop the rest stops it', async () => {
  const { slack, live, cluster } = await startBot({ profile: { concurrency: 1 } });
  const plan = await planFor(slack, live.slice(0, 12));
  const sent = Promise.withResolvers<void>();
  const fault = cluster.fault({ method: 'DELETE', times: Number.POSITIVE_INFINITY }, { kind: 'hang' });
  cluster.onRequest(({ method }) => method === 'DELETE' && sent.resolve());
  await slack.click(plan, 'Revoke');
  await sent.promise;

  const [running] = await pending(slack);
  if (!running) throw new Error('nothing was shown');
  const stop = await slack.click(running, 'Stop the rest');
  fault.release();
  const result = await resultOf(stop);
  const [nothing] = await pending(slack);

  expect(running.plainText()).toMatch(/Running: 0 of 12 tokens done/);
  expect(result.ts).toBe(running.ts);
  expect(result.plainText()).toMatch(/not sent \(stopped\)/);
  expect(nothing?.plainText()).toContain('no revocation of yours is running');
});

test('Stop the rest stops it from a channel in which nothing can be revoked, and nobody hears of a refusal', async () => {
  const { slack, live, cluster, audit } = await startBot({
    policy: { channels: ['C0INC04711'] },
    profile: { concurrency: 1 },
    announceChannel: 'C0GENERAL1',
  });
  const plan = await planFor(slack, live.slice(0, 12));
  const sent = Promise.withResolvers<void>();
  const fault = cluster.fault({ method: 'DELETE', times: Number.POSITIVE_INFINITY }, { kind: 'hang' });
  cluster.onRequest(({ method }) => method === 'DELETE' && sent.resolve());
  await slack.click(plan, 'Revoke');
  await sent.promise;

  const [running] = await pending(slack, { channel: '#random' });
  if (!running) throw new Error('nothing was shown');
  const stop = await slack.click(running, 'Stop the rest');
  fault.release();
  const result = await resultOf(stop);
  const notice = await slack.nextMessage(({ channel }) => channel === 'C0GENERAL1');

  expect(result.plainText()).toMatch(/not sent \(stopped\)/);
  expect(notice.plainText()).not.toContain('Refused');
  expect(audit().map(({ action }) => action)).not.toContain('click refused');
});

test('help lists it for everybody, since everybody may ask for their own, and says what it takes', async () => {
  const { slack } = await startBot();

  const ofAlice = await (await slack.command('/influx', 'help')).answer();
  const ofMallory = await (await slack.command('/influx', 'help', { user: 'mallory' })).answer();
  const usage = await (await slack.command('/influx', 'pending --help')).answer();

  expect(ofAlice.plainText()).toContain('/influx pending');
  expect(ofMallory.plainText()).toContain('/influx pending');
  expect(usage.plainText()).toContain('/influx pending [REFERENCE...]');
});
