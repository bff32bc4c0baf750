import type { ModalView } from '@slack/types';
import { expect, onTestFinished, test } from 'vitest';
import type { Handlers } from '../../handlers/index.ts';
import { plain } from '../../handlers/messages/answers.ts';
import { boltLogger } from '../../handlers/wire/bolt-logger.ts';
import { createHttpReceiver, listenForSlack } from '../../handlers/wire/http-receiver.ts';
import { createInFlight } from '../../handlers/wire/in-flight.ts';
import { createReact } from '../../handlers/wire/react.ts';
import { createReplyToErrors } from '../../handlers/wire/reply-to-errors.ts';
import { createResponder } from '../../handlers/wire/response-url.ts';
import { createSlackApi, type SlackApi } from '../../handlers/wire/slack-api.ts';
import { createSlackApp } from '../../handlers/wire/slack-app.ts';
import { freePort } from '../../sandbox/free-port.ts';
import { startSlack } from '../../sandbox/slack/slack.ts';
import { UserError } from '../../src/errors.ts';
import { createLogger } from '../../src/logger.ts';

const DIALOG: ModalView = {
  type: 'modal',
  callback_id: 'a_dialog',
  notify_on_close: true,
  title: { type: 'plain_text', text: 'A dialog' },
  submit: { type: 'plain_text', text: 'Go' },
  blocks: [
    {
      type: 'input',
      block_id: 'reason',
      label: { type: 'plain_text', text: 'Reason' },
      element: { type: 'plain_text_input', action_id: 'why' },
    },
  ],
};
const REASON = { reason: { why: { value: 'leaked' } } };
const NONE: Handlers = {
  ...{ commands: {}, actions: {}, shortcuts: {}, messageShortcuts: {}, views: {}, options: {}, events: {} },
};

/** Slack, with an app that does what these handlers say. `room` is how much it takes at a time. */
async function open(handlersWith: (api: SlackApi) => Partial<Handlers>, room = 10) {
  const slack = await startSlack();
  const log = createLogger({ level: 'silent', destination: { write: () => undefined } });
  const logger = boltLogger(log);
  const refused: string[] = [];
  const api = createSlackApi({ ...slack, botToken: slack.botToken, apiUrl: slack.apiUrl, logger });
  const receiver = createHttpReceiver({ signingSecret: slack.signingSecret, logger });
  const react = createReact({
    responder: createResponder({ apiUrl: slack.apiUrl }),
    tell: async (user, message) => {
      await api.post(user, message);
    },
    inFlight: createInFlight({ perPerson: room, inAll: room }),
    replyToError: createReplyToErrors(log),
    log,
    refuse: async (_user, what) => {
      refused.push(what);
    },
  });
  const handlers = { ...NONE, ...handlersWith(api) };
  const identity = await api.whoAmI();
  const app = createSlackApp({ receiver, identity, botToken: slack.botToken, handlers, react, logger });
  const port = await freePort();
  await listenForSlack(app, { host: '127.0.0.1', port });
  slack.deliverTo({ url: `http://127.0.0.1:${port}/slack/events` });
  onTestFinished(async () => {
    await receiver.stop();
    await slack.close();
  });
  return { slack, refused };
}

/** A global shortcut that opens the dialog. */
const opening = (api: SlackApi): Handlers['shortcuts'] => ({
  open: async ({ triggerId }) => {
    await api.client.views.open({ trigger_id: triggerId, view: DIALOG });
    return {};
  },
});

async function dialogOf(slack: Awaited<ReturnType<typeof open>>['slack']) {
  await slack.surfaces.shortcut('open', 'alice');
  return slack.surfaces.modals('alice').at(-1) ?? expect.unreachable('no dialog was opened');
}

test('a dialog that is submitted brings what was entered, and closes', async () => {
  const entered: string[] = [];
  const { slack } = await open((api) => ({
    shortcuts: opening(api),
    views: {
      a_dialog: {
        close: async () => ({}),
        submit: async ({ view }) => {
          entered.push(view.entered('why').text);
          return {};
        },
      },
    },
  }));

  const answered = await slack.surfaces.submit(await dialogOf(slack), REASON);

  expect(answered).toEqual({});
  expect(entered).toEqual(['leaked']);
  expect(slack.surfaces.modals('alice')).toEqual([]);
});

test('errors stand under their inputs, and the dialog stays', async () => {
  const { slack } = await open((api) => ({
    shortcuts: opening(api),
    views: {
      a_dialog: {
        close: async () => ({}),
        submit: async () => ({ response: { response_action: 'errors', errors: { reason: 'Say more.' } } }),
      },
    },
  }));

  const answered = await slack.surfaces.submit(await dialogOf(slack), REASON);

  expect(answered.errors).toEqual({ reason: 'Say more.' });
  expect(slack.surfaces.modals('alice')).toHaveLength(1);
});

test.each([
  ['a refusal, in its own words', new UserError('Not today.'), 'Not today.'],
  ['a fault, by its reference', new Error('secret cause'), 'Something went wrong in the bot (E-'],
])('%s, comes on top of the dialog, which keeps what was entered', async (_name, error, words) => {
  const { slack } = await open((api) => ({
    shortcuts: opening(api),
    views: {
      a_dialog: {
        close: async () => ({}),
        submit: async () => {
          throw error;
        },
      },
    },
  }));

  await slack.surfaces.submit(await dialogOf(slack), REASON);

  const shown = JSON.stringify(slack.surfaces.modals('alice').at(-1)?.content);
  expect(slack.surfaces.modals('alice')).toHaveLength(2);
  expect(shown).toContain(words);
  expect(shown).not.toContain('secret cause');
});

test('somebody who has too much under way is told so on top of the dialog, and nothing is accepted', async () => {
  const held = Promise.withResolvers<void>();
  let submissions = 0;
  const { slack } = await open(
    (api) => ({
      shortcuts: opening(api),
      views: {
        a_dialog: {
          close: async () => ({}),
          submit: async () => {
            submissions += 1;
            return { response: { response_action: 'update', view: DIALOG }, after: () => held.promise };
          },
        },
      },
    }),
    1,
  );
  const dialog = await dialogOf(slack);
  await slack.surfaces.submit(dialog, REASON);

  await slack.surfaces.submit(dialog, REASON);

  expect(JSON.stringify(slack.surfaces.modals('alice').at(-1)?.content)).toContain('The bot is busy.');
  expect(submissions).toBe(1);
  held.resolve();
});

test('what a shortcut that belongs to no message throws is told by direct message', async () => {
  const { slack } = await open(() => ({
    shortcuts: {
      open: async () => ({
        after: async () => {
          throw new UserError('Too late. Choose the shortcut again.');
        },
      }),
    },
  }));

  await slack.surfaces.shortcut('open', 'alice');

  const message = await slack.nextMessage();
  expect(slack.directMessages('alice')).toContain(message);
  expect(message.plainText()).toContain('Choose the shortcut again.');
});

test('a shortcut nobody handles is said to be unknown', async () => {
  const { slack } = await open(() => ({}));

  await slack.surfaces.shortcut('gone', 'alice');

  expect((await slack.nextMessage()).plainText()).toContain('does not know this shortcut');
});

test('a shortcut on a message brings the message, and is answered there', async () => {
  const { slack } = await open(() => ({
    messageShortcuts: { look: async ({ message, thread }) => ({ answer: plain(`${message.text} in ${thread}`) }) },
  }));
  const message = slack.surfaces.say('bob', 'incident-4711', 'a leak');

  const exchange = await slack.surfaces.messageShortcut('look', message, 'alice');

  expect((await exchange.answer()).plainText()).toBe(`a leak in ${message.ts}`);
});

test('a select is offered what its handler finds, and nothing when that throws', async () => {
  const { slack } = await open((api) => ({
    shortcuts: opening(api),
    options: {
      choose: async ({ text }) => {
        if (text === 'boom') throw new Error('no list');
        return { options: [{ text: { type: 'plain_text', text: `found ${text}` }, value: text }] };
      },
    },
  }));
  const dialog = await dialogOf(slack);
  const asked = (value: string) =>
    slack.surfaces.suggest(dialog, { blockId: 'tokens', actionId: 'choose', value }, 'alice');

  expect(await asked('tele')).toMatchObject({ options: [{ value: 'tele' }] });
  expect(await asked('boom')).toEqual({ options: [] });
});

test('an opened App Home reaches its handler, and what was changed on the way is refused and audited', async () => {
  const opened: string[] = [];
  const { slack, refused } = await open(() => ({
    events: {
      app_home_opened: async ({ who, tab }) => {
        opened.push(`${who.user} ${tab}`);
        return {};
      },
    },
    actions: { a_button: async () => ({}) },
  }));

  await slack.surfaces.openHome('alice');
  await slack.clickRaw({ actions: [{ type: 'button', action_id: 'a_button', value: ['x'] }] }, { user: 'alice' });

  expect(opened).toEqual([`${slack.workspace.person('alice').id} home`]);
  expect(refused).toEqual(['a click']);
});
