import type { Ack, React } from './react.ts';
import { AddressGoneError, type Responder } from './response-url.ts';

/** What Slack sent. */
export type Request =
  | 'command'
  | 'click'
  | 'shortcut'
  | 'message shortcut'
  | 'dialog'
  | 'closed dialog'
  | 'suggestion'
  | 'app home'
  | 'unknown'
  | 'unreadable';

/** A way in: what it brings beside the body and the acknowledgement is its own affair. */
type WayIn<Answer, Rest extends readonly unknown[]> = (body: unknown, ack: Ack<Answer>, ...rest: Rest) => Promise<void>;

/** How a call to Slack ended. */
export type SlackResult = 'ok' | 'rate limited' | 'refused' | 'no answer';

/** Hears how the bot and Slack get on. */
export interface SlackObserver {
  /** Slack was told that something arrived, so long after it did. */
  acknowledged(request: Request, tookMs: number): void;
  /** A call of one of Slack's methods, or of a response URL, has ended. */
  called(method: string, result: SlackResult): void;
  /** An HTTP request was not let in. */
  turnedAway(status: number): void;
}

/** The same wrapper, every way in timed until the acknowledgement is out. */
export function observedReact(react: React, observer: SlackObserver): React {
  function timed<Answer, Rest extends readonly unknown[]>(
    request: Request,
    wayIn: WayIn<Answer, Rest>,
  ): WayIn<Answer, Rest> {
    return (body, ack, ...rest) => {
      const startedAt = performance.now();
      const acknowledge = async (answer?: Answer) => {
        await ack(answer);
        observer.acknowledged(request, performance.now() - startedAt);
      };
      return wayIn(body, acknowledge, ...rest);
    };
  }
  return {
    command: timed('command', react.command),
    click: timed('click', react.click),
    shortcut: timed('shortcut', react.shortcut),
    messageShortcut: timed('message shortcut', react.messageShortcut),
    submission: timed('dialog', react.submission),
    closing: timed('closed dialog', react.closing),
    suggestion: timed('suggestion', react.suggestion),
    homeOpened: timed('app home', react.homeOpened),
    unknown: timed('unknown', react.unknown),
    unreadable: timed('unreadable', react.unreadable),
  };
}

/** The same responder, counted. */
export function observedResponder(responder: Responder, observer: SlackObserver): Responder {
  return {
    async respond(url, message, placement) {
      try {
        await responder.respond(url, message, placement);
        observer.called('response_url', 'ok');
      } catch (error) {
        observer.called('response_url', error instanceof AddressGoneError ? 'refused' : 'no answer');
        throw error;
      }
    },
  };
}
