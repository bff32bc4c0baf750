import type { React } from './react.ts';
import { AddressGoneError, type Responder } from './response-url.ts';

/** What Slack sent. */
export type Request = 'command' | 'click' | 'unknown';

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

/** The same wrapper, timed until the acknowledgement is out. */
export function observedReact(react: React, observer: SlackObserver): React {
  const timed = <Answer>(request: Request, ack: (answer?: Answer) => Promise<void>) => {
    const startedAt = performance.now();
    return async (answer?: Answer) => {
      await ack(answer);
      observer.acknowledged(request, performance.now() - startedAt);
    };
  };
  return {
    ...react,
    command: (body, ack, handle) => react.command(body, timed('command', ack), handle),
    click: (body, ack, handle) => react.click(body, timed('click', ack), handle),
    unknown: (body, ack, what) => react.unknown(body, timed('unknown', ack), what),
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
