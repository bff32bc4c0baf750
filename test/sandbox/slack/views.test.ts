import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Slack, startSlack } from '../../../sandbox/slack/slack.ts';
import { type Acknowledgement, call, post, startBareBot, steppedClock } from './bare-bot.ts';

const text = (words: string) => ({ type: 'plain_text', text: words });
const asks = {
  type: 'input',
  block_id: 'reason',
  label: text('Reason'),
  element: { type: 'plain_text_input', action_id: 'text', min_length: 3 },
};
const modal = { type: 'modal', title: text('Revoke'), submit: text('Go'), blocks: [asks] };
const home = { type: 'home', blocks: [{ type: 'header', text: text('Hello') }] };
const filled = (value: string) => ({ reason: { text: { type: 'plain_text_input', value } } });

/** A workspace with a bot that acknowledges as the test wishes, and the payloads it got. */
async function start() {
  const clock = steppedClock();
  const slack = await startSlack({ clock });
  let acknowledgement: Acknowledgement = {};
  const bot = await startBareBot(slack, () => acknowledgement);
  return {
    ...{ slack, clock, bot },
    acknowledge(body: object) {
      acknowledgement = { contentType: 'application/json', body: JSON.stringify(body) };
    },
    payload: () => JSON.parse(bot.received.at(-1)?.form.get('payload') ?? '{}'),
    async [Symbol.asyncDispose]() {
      await bot[Symbol.asyncDispose]();
      await slack.close();
    },
  };
}

type World = Awaited<ReturnType<typeof start>>;
let world: World;
let slack: Slack;

beforeEach(async () => {
  world = await start();
  slack = world.slack;
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

/** Opens a modal for alice, by a trigger of her own. */
async function open(view: object = modal) {
  const { triggerId } = await slack.command('/influx', 'x');
  return call(slack, 'views.open', { trigger_id: triggerId, view: JSON.stringify(view) });
}

function top() {
  const view = slack.surfaces.modals('alice').at(-1);
  if (!view) throw new Error('no modal is open');
  return view;
}

describe('opening', () => {
  test('a modal is on the screen of whoever did what the trigger stands for', async () => {
    const { body } = await open();

    expect(body.ok).toBe(true);
    expect(slack.surfaces.modals('alice').map(({ content }) => content.title?.text)).toEqual(['Revoke']);
    expect(slack.surfaces.modals('bob')).toEqual([]);
  });

  test('a trigger is used once', async () => {
    const { triggerId } = await slack.command('/influx', 'x');
    await call(slack, 'views.open', { trigger_id: triggerId, view: JSON.stringify(modal) });

    const { body } = await call(slack, 'views.open', { trigger_id: triggerId, view: JSON.stringify(modal) });

    expect(body).toEqual({ ok: false, error: 'exchanged_trigger_id' });
  });

  test('a trigger lives for three seconds', async () => {
    const { triggerId } = await slack.command('/influx', 'x');
    world.clock.step(3_001);

    const { body } = await call(slack, 'views.open', { trigger_id: triggerId, view: JSON.stringify(modal) });

    expect(body).toEqual({ ok: false, error: 'expired_trigger_id' });
  });

  test.for([
    [{ ...modal, title: text('x'.repeat(25)) }, 'must be less than 25 characters [json-pointer:/view/title/text]'],
    [{ ...modal, submit: undefined }, 'missing required field: submit [json-pointer:/view]'],
    [{ ...modal, colour: 'red' }, 'invalid additional property: colour [json-pointer:/view]'],
    [
      { ...modal, blocks: [{ type: 'header', text: text('x'.repeat(151)) }] },
      'must be less than 151 characters [json-pointer:/view/blocks/0/text/text]',
    ],
  ] as const)('a view Slack does not take is refused with what is wrong in it: %#', async ([view, problem]) => {
    const { body } = await open(view);

    expect(body).toMatchObject({ ok: false, error: 'invalid_arguments' });
    expect(JSON.stringify(body)).toContain(problem);
  });

  test('at most three modals lie on top of each other', async () => {
    await open();
    const push = async () => {
      const { triggerId } = await slack.command('/influx', 'x');
      return (await call(slack, 'views.push', { trigger_id: triggerId, view: JSON.stringify(modal) })).body;
    };

    const answers = [await push(), await push(), await push()];

    expect(answers.map(({ ok }) => ok)).toEqual([true, true, false]);
    expect(answers[2]?.error).toBe('push_limit_reached');
  });

  test('an update with an old hash is a conflict', async () => {
    await open();
    const { id, hash } = top();
    const view = JSON.stringify(modal);
    await call(slack, 'views.update', { view_id: id, view });

    const { body } = await call(slack, 'views.update', { view_id: id, hash, view });

    expect(body).toEqual({ ok: false, error: 'hash_conflict' });
  });

  test('a Home is published for one person, again and again', async () => {
    const { id } = slack.workspace.person('alice');
    await call(slack, 'views.publish', { user_id: id, view: JSON.stringify(home) });
    const changed = { ...home, blocks: [{ type: 'divider' }] };
    await call(slack, 'views.publish', { user_id: id, view: JSON.stringify(changed) });

    expect(slack.surfaces.home('alice')?.content.blocks.map(({ type }) => type)).toEqual(['divider']);
    expect(slack.surfaces.home('bob')).toBeUndefined();
  });
});

describe('submitting', () => {
  beforeEach(async () => {
    await open();
  });

  test('the bot gets what was entered, and an empty answer closes the modal', async () => {
    const answered = await slack.surfaces.submit(top(), filled('leaked'));

    expect(answered).toEqual({});
    expect(world.payload()).toMatchObject({
      type: 'view_submission',
      user: { name: 'alice' },
      view: { state: { values: { reason: { text: { value: 'leaked' } } } } },
    });
    expect(slack.surfaces.modals('alice')).toEqual([]);
  });

  test.for([
    [{}, 'Please complete this required field.'],
    [filled('no'), 'This entry must be at least 3 characters.'],
  ] as const)('Slack asks for what is missing before the bot hears of it: %#', async ([values, complaint]) => {
    const before = world.bot.received.length;

    const answered = await slack.surfaces.submit(top(), values);

    expect(answered).toEqual({ errors: { reason: complaint } });
    expect(world.bot.received.length).toBe(before);
  });

  test('errors of the bot keep the modal open', async () => {
    world.acknowledge({ response_action: 'errors', errors: { reason: 'Say more.' } });

    const answered = await slack.surfaces.submit(top(), filled('leaked'));

    expect(answered).toEqual({ errors: { reason: 'Say more.' } });
    expect(slack.surfaces.modals('alice').length).toBe(1);
  });

  test('errors for a block that is no input are an answer Slack cannot use', async () => {
    world.acknowledge({ response_action: 'errors', errors: { nothing: 'Say more.' } });

    const answered = await slack.surfaces.submit(top(), filled('leaked'));

    expect(answered.problem).toContain('invalid_response');
  });

  test('update replaces the modal, push puts one on top, clear takes all away', async () => {
    const answer = async (body: object) => {
      world.acknowledge(body);
      await slack.surfaces.submit(top(), filled('leaked'));
      return slack.surfaces.modals('alice').map(({ content }) => content.title?.text);
    };
    const named = (title: string) => ({ ...modal, title: text(title) });

    const seen = [
      await answer({ response_action: 'update', view: named('Second') }),
      await answer({ response_action: 'push', view: named('Third') }),
      await answer({ response_action: 'clear' }),
    ];

    expect(seen).toEqual([['Second'], ['Second', 'Third'], []]);
  });

  test('a view in the answer that Slack does not take is Slack’s error', async () => {
    world.acknowledge({ response_action: 'update', view: { ...modal, title: text('x'.repeat(25)) } });

    const answered = await slack.surfaces.submit(top(), filled('leaked'));

    expect(answered).toEqual({ problem: 'invalid_arguments' });
  });
});

describe('the other payloads', () => {
  test('closing is told only where the view asks for it', async () => {
    await open();
    const before = world.bot.received.length;
    await slack.surfaces.close(top());
    const quiet = world.bot.received.length - before;
    await open({ ...modal, notify_on_close: true });
    await slack.surfaces.close(top());

    expect(quiet).toBe(0);
    expect(world.payload()).toMatchObject({ type: 'view_closed', is_cleared: false });
  });

  test('a global shortcut has no channel and no response URL', async () => {
    await slack.surfaces.shortcut('revoke', 'alice');

    expect(world.payload()).toMatchObject({ type: 'shortcut', callback_id: 'revoke', user: { name: 'alice' } });
    expect(world.payload()).not.toHaveProperty('response_url');
    expect(world.payload()).not.toHaveProperty('channel');
  });

  test('a message shortcut holds the message, and a response URL that answers in its channel', async () => {
    const message = slack.surfaces.say('bob', '#incident-4711', 'leaked: <b> & c');

    const exchange = await slack.surfaces.messageShortcut('revoke', message, 'alice');
    await post(world.payload().response_url, { text: 'found', replace_original: false });

    expect(world.payload()).toMatchObject({
      type: 'message_action',
      callback_id: 'revoke',
      message: { text: 'leaked: &lt;b&gt; &amp; c', ts: message.ts },
      channel: { id: 'C0INC04711' },
    });
    expect((await exchange.answer()).text).toBe('found');
  });

  test('what people say is theirs: no command and no app takes part in it', () => {
    const before = world.bot.received.length;

    const message = slack.surfaces.say('bob', '#general', 'hello');

    expect([message.author, message.text]).toEqual(['U0BOB00001', 'hello']);
    expect(world.bot.received.length).toBe(before);
  });

  test('opening the Home is an event: JSON, signed, with the view that is there', async () => {
    await slack.surfaces.openHome('alice');

    const event = world.bot.received.at(-1);
    expect(event?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(event?.body ?? '{}')).toMatchObject({
      type: 'event_callback',
      event: { type: 'app_home_opened', tab: 'home' },
    });
  });

  test('an external select gets the bot’s options; more than a hundred are Slack’s error', async () => {
    const finder = { type: 'external_select', action_id: 'find' };
    await open({ ...modal, blocks: [{ type: 'input', block_id: 'token', label: text('Token'), element: finder }] });
    const asked = { blockId: 'token', actionId: 'find', value: 'edge' };
    const option = { text: text('plant 1'), value: '1' };

    world.acknowledge({ options: [option] });
    const found = await slack.surfaces.suggest(top(), asked, 'alice');
    world.acknowledge({ options: Array.from({ length: 101 }, () => option) });
    const tooMany = await slack.surfaces.suggest(top(), asked, 'alice');

    expect(found).toEqual({ options: [option] });
    expect(tooMany).toEqual({ problem: 'invalid_options' });
    expect(world.payload()).toMatchObject({ type: 'block_suggestion', block_id: 'token', value: 'edge' });
  });
});
