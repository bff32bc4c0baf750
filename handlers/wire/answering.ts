import type { Logger } from '../../src/logger.ts';
import { plain } from '../messages/answers.ts';
import type { Message } from '../messages/parts.ts';
import type { ReplyToError } from './reply-to-errors.ts';
import type { Responder } from './response-url.ts';
import type { Sender } from './sender.ts';

export interface AnsweringDependencies {
  readonly responder: Responder;
  /** Tells a person by direct message. */
  readonly tell: (user: string, message: Message) => Promise<void>;
  readonly replyToError: ReplyToError;
  readonly log: Logger;
  /** Writes a request that could not be read into the audit log. */
  readonly refuse: (user: string | undefined, what: string) => Promise<void>;
}

/** What a handler returned, or what its person is told instead. */
export type Attempt<T> = { readonly result: T; readonly problem?: undefined } | { readonly problem: Message };

/** How whatever a handler does or throws becomes an answer. Nothing here throws. */
export interface Answering {
  /** Runs a handler; it returns undefined for what is not as Slack sends it, which is audited. */
  attempt<T>(sender: Sender, doing: string, handle: () => Promise<T | undefined>): Promise<Attempt<T>>;
  /** What is durable goes on, whether or not Slack could be told that it arrived. */
  acknowledge(ack: () => Promise<void>): Promise<void>;
  /** Says something at the response URL, without one by direct message. */
  answer(sender: Sender, message: Message, replaces?: boolean): Promise<void>;
  /** Does what is left after the acknowledgement. */
  follow(sender: Sender, doing: string, work: (() => Promise<void>) | undefined): Promise<void>;
}

const UNREADABLE = plain('This request was not as Slack sends them. Nothing was done.');

export function createAnswering({ responder, tell, replyToError, log, refuse }: AnsweringDependencies): Answering {
  async function answer({ user, replyUrl }: Sender, message: Message, replaces = false): Promise<void> {
    try {
      if (replyUrl !== undefined) await responder.respond(replyUrl, message, replaces ? 'replace' : 'beside');
      else if (user !== undefined) await tell(user, message);
    } catch (error) {
      // Nobody can be told that nobody could be told.
      log.warn({ err: error }, 'an answer was not delivered');
    }
  }

  return {
    answer,
    async attempt(sender, doing, handle) {
      try {
        const result = await handle();
        if (result !== undefined) return { result };
        await refuse(sender.user, doing);
        return { problem: UNREADABLE };
      } catch (error) {
        return { problem: replyToError(error, doing) };
      }
    },
    async acknowledge(ack) {
      await ack().catch((error: unknown) => log.warn({ err: error }, 'an acknowledgement was not delivered'));
    },
    async follow(sender, doing, work) {
      await work?.().catch((error: unknown) => answer(sender, replyToError(error, doing)));
    },
  };
}
