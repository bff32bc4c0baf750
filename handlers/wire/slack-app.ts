import { App, type Receiver, type ViewSubmitAction, type webApi } from '@slack/bolt';
import type { Handlers } from '../index.ts';
import type { React } from './react.ts';
import type { BotIdentity } from './slack-api.ts';

export interface SlackAppOptions {
  readonly receiver: Receiver;
  readonly identity: BotIdentity;
  readonly botToken: string;
  readonly handlers: Handlers;
  readonly react: React;
  readonly logger: webApi.Logger;
}

/** Puts the table of handlers behind Bolt, and an answer behind everything that is not in the table. */
export function createSlackApp({ receiver, identity, botToken, handlers, react, logger }: SlackAppOptions): App {
  const { botId, userId: botUserId, teamId } = identity;
  const app = new App({
    receiver,
    logger,
    // The identity is known by now: no request waits for Slack to confirm it again.
    authorize: async () => ({ botToken, botId, botUserId, teamId }),
    convoStore: false,
  });

  listenToMessages(app, handlers, react);
  listenToSurfaces(app, handlers, react);
  answerTheRest(app, react, logger);
  return app;
}

function listenToMessages(app: App, { commands, actions }: Handlers, react: React): void {
  for (const [name, handle] of Object.entries(commands)) {
    app.command(name, ({ body, ack }) => react.command(body, ack, handle));
  }
  for (const [id, handle] of Object.entries(actions)) {
    app.action(id, ({ body, ack }) => react.click(body, ack, handle));
  }
  // Every listener that matches runs, so these match nothing that is in the table.
  app.command(noneOf(commands), ({ body, ack }) => react.unknown(body, ack, 'this command'));
  app.action(noneOf(actions), ({ body, ack }) => react.unknown(body, ack, 'this button'));
}

function listenToSurfaces(app: App, handlers: Handlers, react: React): void {
  const { shortcuts, messageShortcuts, views, options, events } = handlers;
  for (const [id, handle] of Object.entries(shortcuts)) {
    app.shortcut({ type: 'shortcut', callback_id: id }, ({ body, ack }) => react.shortcut(body, ack, handle));
  }
  for (const [id, handle] of Object.entries(messageShortcuts)) {
    const constraints = { type: 'message_action', callback_id: id } as const;
    app.shortcut(constraints, ({ body, ack }) => react.messageShortcut(body, ack, handle));
  }
  for (const [id, { submit, close }] of Object.entries(views)) {
    app.view<ViewSubmitAction>({ type: 'view_submission', callback_id: id }, ({ body, ack }) =>
      react.submission(body, ack, submit),
    );
    app.view({ type: 'view_closed', callback_id: id }, ({ body, ack }) => react.closing(body, ack, close));
  }
  for (const [id, handle] of Object.entries(options)) {
    app.options(id, ({ body, ack }) => react.suggestion(body, ack, handle));
  }
  for (const [name, handle] of Object.entries(events)) {
    // Bolt has acknowledged it by then.
    app.event(name, ({ body }) => react.homeOpened(body, async () => undefined, handle));
  }
  app.shortcut(noneOf({ ...shortcuts, ...messageShortcuts }), ({ body, ack }) =>
    react.unknown(body, ack, 'this shortcut'),
  );
  app.view(noneOf(views), ({ body, ack }) => react.unknown(body, ack, 'this dialog'));
  app.options(noneOf(options), ({ body, ack }) => react.unknown(body, ack, 'this menu'));
}

/** Bolt throws at some requests and keeps others waiting until Slack has given up: those that no listener fits. */
function answerTheRest(app: App, react: React, logger: webApi.Logger): void {
  const process = app.processEvent.bind(app);
  app.processEvent = async (event) => {
    let acknowledged = false;
    const ack: typeof event.ack = (answer) => {
      acknowledged = true;
      return event.ack(answer);
    };
    await process({ ...event, ack }).catch((error: unknown) => logger.warn('Bolt cannot read a request', error));
    if (!acknowledged) await react.unreadable(event.body, event.ack);
  };
}

function noneOf(table: Readonly<Record<string, unknown>>): RegExp {
  return new RegExp(`^(?!(?:${Object.keys(table).map(RegExp.escape).join('|')})$)`, 's');
}
