import type { Logger } from '../src/logger.ts';
import type { InFlight } from './in-flight.ts';
import { plain } from './messages/answers.ts';
import type { Message } from './messages/parts.ts';
import { type IncomingClick, type IncomingCommand, readClick, readCommand, readSender } from './payloads.ts';
import type { Reaction } from './reaction.ts';
import type { ReplyToError } from './reply-to-errors.ts';
import type { Responder } from './response-url.ts';

/** What the acknowledgement of a command may say. */
export interface CommandAnswer extends Message {
  readonly response_type: 'ephemeral';
}

export interface ReactDependencies {
  readonly responder: Responder;
  readonly inFlight: InFlight;
  readonly replyToError: ReplyToError;
  readonly log: Logger;
  /** Writes a request that could not be read into the audit log. */
  readonly refuse: (user: string | undefined, what: string) => Promise<void>;
}

/** The one wrapper around every handler: it acknowledges whatever happens, and answers whatever is thrown. */
export interface React {
  /** A slash command: its answer goes with the acknowledgement. */
  command(
    body: unknown,
    ack: (answer?: CommandAnswer) => Promise<void>,
    handle: (command: IncomingCommand) => Promise<Reaction>,
  ): Promise<void>;
  /** A click: Slack ignores what its acknowledgement says, so the answer follows it. */
  click(body: unknown, ack: () => Promise<void>, handle: (click: IncomingClick) => Promise<Reaction>): Promise<void>;
  /** Anything else: acknowledged, and said to be nothing the bot knows. */
  unknown(body: unknown, ack: () => Promise<void>, what: string): Promise<void>;
  /** What nobody can make out: acknowledged, audited, and said to be refused. */
  unreadable(body: unknown, ack: () => Promise<void>): Promise<void>;
}

const BUSY = plain('The bot is busy. Nothing was accepted. Try again in a moment.');
const UNREADABLE = plain('This request was not as Slack sends them. Nothing was done.');

export function createReact({ responder, inFlight, replyToError, log, refuse }: ReactDependencies): React {
  /** The handler's reaction, or what its person is told instead. */
  async function reactionOf(
    user: string,
    doing: string,
    handle: () => Promise<Reaction | undefined>,
  ): Promise<Reaction> {
    try {
      const reaction = await handle();
      if (reaction) return reaction;
      await refuse(user || undefined, doing);
      return { answer: UNREADABLE };
    } catch (error) {
      return { answer: replyToError(error, doing) };
    }
  }

  /** What is durable goes on, whether or not Slack could be told that it arrived. */
  async function acknowledge(ack: () => Promise<void>): Promise<void> {
    await ack().catch((error: unknown) => log.warn({ err: error }, 'an acknowledgement was not delivered'));
  }

  async function respond(url: string | undefined, message: Message, replaces = false): Promise<void> {
    if (url === undefined) return;
    const placement = replaces ? 'replace' : 'beside';
    // Nobody can be told that nobody could be told.
    await responder
      .respond(url, message, placement)
      .catch((error: unknown) => log.warn({ err: error }, 'an answer was not delivered'));
  }

  async function follow(
    work: (() => Promise<void>) | undefined,
    url: string | undefined,
    doing: string,
  ): Promise<void> {
    await work?.().catch((error: unknown) => respond(url, replyToError(error, doing)));
  }

  return {
    command(body, ack, handle) {
      const { user = '', replyUrl } = readSender(body);
      const say = (answer: Message | undefined) =>
        acknowledge(() => ack(answer && { ...answer, response_type: 'ephemeral' }));
      if (!inFlight.hasRoom(user)) return say(BUSY);
      return inFlight.run(user, async () => {
        const command = readCommand(body);
        const { answer, after } = await reactionOf(user, 'a slash command', async () => command && handle(command));
        await say(answer);
        await follow(after, replyUrl, 'a slash command');
      });
    },
    async click(body, ack, handle) {
      const { user = '', replyUrl } = readSender(body);
      if (!inFlight.hasRoom(user)) {
        await acknowledge(ack);
        return respond(replyUrl, BUSY);
      }
      return inFlight.run(user, async () => {
        const click = readClick(body);
        const { answer, replaces, after } = await reactionOf(user, 'a click', async () => click && handle(click));
        await acknowledge(ack);
        await Promise.all([answer && respond(replyUrl, answer, replaces), follow(after, replyUrl, 'a click')]);
      });
    },
    async unreadable(body, ack) {
      const { user = '', replyUrl } = readSender(body);
      const { answer } = await reactionOf(user, 'a request', async () => undefined);
      await acknowledge(ack);
      if (answer) await respond(replyUrl, answer);
    },
    async unknown(body, ack, what) {
      const { replyUrl } = readSender(body);
      log.warn({ what }, 'something unknown came from Slack');
      await acknowledge(ack);
      await respond(
        replyUrl,
        plain(`This bot does not know ${what}. Nothing was done. Type the command again, or /influx help.`),
      );
    },
  };
}
