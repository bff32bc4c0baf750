import { App, type Receiver, type webApi } from '@slack/bolt';
import type { Handlers } from './index.ts';
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

  for (const [name, handle] of Object.entries(handlers.commands)) {
    app.command(name, ({ body, ack }) => react.command(body, ack, handle));
  }
  for (const [id, handle] of Object.entries(handlers.actions)) {
    app.action(id, ({ body, ack }) => react.click(body, ack, handle));
  }
  // Every listener that matches runs, so these match nothing that is in the table.
  app.command(noneOf(handlers.commands), ({ body, ack }) => react.unknown(body, ack, 'this command'));
  app.action(noneOf(handlers.actions), ({ body, ack }) => react.unknown(body, ack, 'this button'));
  app.shortcut(/.*/, ({ body, ack }) => react.unknown(body, ack, 'this shortcut'));
  app.view(/.*/, ({ body, ack }) => react.unknown(body, ack, 'this dialog'));
  app.options(/.*/, ({ body, ack }) => react.unknown(body, ack, 'this menu'));
  answerTheRest(app, react, logger);
  return app;
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
