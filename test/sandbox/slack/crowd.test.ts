import { expect, test } from 'vitest';
import { objectFromJson } from '../../../sandbox/slack/json.ts';
import { startSlack } from '../../../sandbox/slack/slack.ts';
import { call, danger, post, startBareBot } from './bare-bot.ts';

test('fifty clicks at once on one message are fifty deliveries, each acknowledged and each its own', async () => {
  await using slack = await startSlack();
  await using bot = await startBareBot(slack);
  const asked = await slack.command('/influx', 'token revoke 1');
  await post(String(asked.delivery.payload.response_url), { text: 'plan', blocks: [danger] });
  const plan = await asked.answer();

  const clicks = await Promise.all(Array.from({ length: 50 }, () => slack.click(plan, 'confirm')));

  expect(clicks.map(({ ack }) => ack.status)).toEqual(Array(50).fill(200));
  expect(new Set(clicks.map(({ triggerId }) => triggerId)).size).toBe(50);
  expect(bot.received).toHaveLength(51);
});

test('answers find the exchange they belong to, however many there are', async () => {
  await using slack = await startSlack();
  await using _ = await startBareBot(slack);
  const people = ['alice', 'bob', 'carol', 'mallory'];

  const exchanges = await Promise.all(people.map((user) => slack.command('/influx', `for ${user}`, { user })));
  await Promise.all(
    exchanges
      .toReversed()
      .map(({ delivery: { payload } }) => post(String(payload.response_url), { text: String(payload.text) })),
  );
  const answers = await Promise.all(exchanges.map((exchange) => exchange.answer()));

  expect(answers.map(({ text }) => text)).toEqual(people.map((user) => `for ${user}`));
  expect(people.map((user) => slack.visibleTo(user).map(({ text }) => text))).toEqual(
    people.map((user) => [`for ${user}`]),
  );
});

test('one message replaced through several clicks keeps every version in order', async () => {
  await using slack = await startSlack();
  await using _ = await startBareBot(slack);
  await call(slack, 'chat.postMessage', { channel: 'C0INC04711', text: 'plan', blocks: JSON.stringify([danger]) });
  const plan = await slack.nextMessage();
  const clicks = [
    await slack.click(plan, 'confirm', { user: 'alice' }),
    await slack.click(plan, 'cancel', { user: 'bob' }),
  ];

  for (const [index, { delivery }] of clicks.entries()) {
    await post(String(delivery.payload.response_url), { replace_original: true, text: `version ${index + 1}` });
  }

  expect(plan.latest?.history.map(({ text }) => text)).toEqual(['plan', 'version 1']);
  expect(plan.latest?.text).toBe('version 2');
  expect(clicks.map(({ messages }) => messages.map(({ text }) => text))).toEqual([['version 1'], ['version 2']]);
});

test('two workspaces know nothing of each other', async () => {
  await using one = await startSlack();
  await using two = await startSlack();

  one.workspace.deactivate('alice');
  await call(one, 'chat.postMessage', { channel: 'C0GENERAL1', text: 'here' });
  const there = await call(two, 'users.info', { user: 'U0ALICE001' });

  expect(one.visibleTo('bob').map(({ text }) => text)).toEqual(['here']);
  expect(two.visibleTo('bob')).toEqual([]);
  expect(there.body).toMatchObject({ user: { deleted: false } });
});

test('the way to the bot can change in the middle, and is named when it is missing', async () => {
  await using slack = await startSlack();
  slack.transport = 'http';
  await expect(slack.command('/influx', 'help')).rejects.toThrow('call deliverTo first');

  slack.transport = 'socket';
  const unconnected = await slack.command('/influx', 'help');
  await using bot = await startBareBot(slack);
  const delivered = await slack.command('/influx', 'help');

  expect([slack.transport, unconnected.ack.error, delivered.ack.error]).toEqual(['http', 'dispatch_failed', undefined]);
  expect(bot.received).toHaveLength(1);
  await expect(slack.redeliver(unconnected)).rejects.toThrow('can only be sent again over one');
});

test('a click in the direct messages of the app comes from there', async () => {
  await using slack = await startSlack();
  await using bot = await startBareBot(slack);
  await call(slack, 'chat.postMessage', { channel: 'U0ALICE001', text: 'plan', blocks: JSON.stringify([danger]) });

  const [message] = slack.directMessages('alice');
  if (!message) throw new Error('no message');
  await slack.click(message, 'confirm');

  expect(objectFromJson(bot.received[0]?.form.get('payload') ?? '')).toMatchObject({
    channel: { id: 'D0ALICE001', name: 'directmessage' },
    container: { channel_id: 'D0ALICE001', is_ephemeral: false },
  });
});

test('words on the screen follow the reader: names for mentions, their own time zone for dates', async () => {
  await using slack = await startSlack({ clock: { now: () => new Date('2026-03-04T20:00:00Z') } });
  await using _ = await startBareBot(slack);
  const text =
    '<@U0BOB00001> of <!subteam^S0ONCALL01>: <!date^1772658000^{date_short_pretty} {time}|later> in <#C0INC04711>';

  const shown = [];
  for (const user of ['alice', 'carol']) {
    const asked = await slack.command('/influx', 'help', { user });
    await post(String(asked.delivery.payload.response_url), { text });
    shown.push((await asked.answer()).plainText());
  }

  expect(shown).toEqual([
    '@bob of @oncall: today 22:00 in #incident-4711',
    '@bob of @oncall: today 02:30 in #incident-4711',
  ]);
});
