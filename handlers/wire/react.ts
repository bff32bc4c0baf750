import { plain } from '../messages/answers.ts';
import { noticeView } from '../messages/notice-view.ts';
import type { Message } from '../messages/parts.ts';
import { type AnsweringDependencies, createAnswering } from './answering.ts';
import type { InFlight } from './in-flight.ts';
import { type IncomingClick, type IncomingCommand, readClick, readCommand } from './payloads.ts';
import type { Reaction, SubmissionReaction, Suggestions, ViewResponse } from './reaction.ts';
import { readSender, type Sender } from './sender.ts';
import {
  type IncomingClosing,
  type IncomingHomeOpened,
  type IncomingMessageShortcut,
  type IncomingShortcut,
  type IncomingSubmission,
  type IncomingSuggestion,
  readClosing,
  readHomeOpened,
  readMessageShortcut,
  readShortcut,
  readSubmission,
  readSuggestion,
} from './surface-payloads.ts';

/** What the acknowledgement of a command may say. */
export interface CommandAnswer extends Message {
  readonly response_type: 'ephemeral';
}

export interface ReactDependencies extends AnsweringDependencies {
  readonly inFlight: InFlight;
}

/** Acknowledges something of Slack's; what it may say with that depends on what it was. */
export type Ack<Answer = never> = (answer?: Answer) => Promise<void>;

/** Takes something whose acknowledgement says nothing: its answer follows. */
type Silent<In> = (body: unknown, ack: Ack, handle: (incoming: In) => Promise<Reaction>) => Promise<void>;

/** The one wrapper around every handler: it acknowledges whatever happens, and answers whatever is thrown. */
export interface React {
  /** A slash command: its answer goes with the acknowledgement. */
  command(
    body: unknown,
    ack: Ack<CommandAnswer>,
    handle: (command: IncomingCommand) => Promise<Reaction>,
  ): Promise<void>;
  readonly click: Silent<IncomingClick>;
  readonly shortcut: Silent<IncomingShortcut>;
  readonly messageShortcut: Silent<IncomingMessageShortcut>;
  readonly closing: Silent<IncomingClosing>;
  readonly homeOpened: Silent<IncomingHomeOpened>;
  /** A submitted dialog: what becomes of it goes with the acknowledgement. */
  submission(
    body: unknown,
    ack: Ack<ViewResponse>,
    handle: (submission: IncomingSubmission) => Promise<SubmissionReaction>,
  ): Promise<void>;
  /** What a select offers goes with the acknowledgement, and there is no other way to answer. */
  suggestion(
    body: unknown,
    ack: Ack<Suggestions>,
    handle: (asked: IncomingSuggestion) => Promise<Suggestions>,
  ): Promise<void>;
  /** Anything else: acknowledged, and said to be nothing the bot knows. */
  unknown(body: unknown, ack: Ack, what: string): Promise<void>;
  /** What nobody can make out: acknowledged, audited, and said to be refused. */
  unreadable(body: unknown, ack: Ack): Promise<void>;
}

const BUSY = plain('The bot is busy. Nothing was accepted. Try again in a moment.');
const NO_SUGGESTIONS: Suggestions = { options: [] };

export function createReact(dependencies: ReactDependencies): React {
  const { inFlight, log } = dependencies;
  const { attempt, acknowledge, answer, follow } = createAnswering(dependencies);

  /** Does the work if there is room for more of this person's; else says so. */
  async function ifRoom(
    body: unknown,
    busy: (sender: Sender) => Promise<void>,
    work: (sender: Sender) => Promise<void>,
  ) {
    const sender = readSender(body);
    const { user = '' } = sender;
    await (inFlight.hasRoom(user) ? inFlight.run(user, () => work(sender)) : busy(sender));
  }

  function silent<In>(read: (body: unknown) => In | undefined, doing: string): Silent<In> {
    async function busy(sender: Sender, ack: Ack): Promise<void> {
      await acknowledge(ack);
      await answer(sender, BUSY);
    }
    return (body, ack, handle) =>
      ifRoom(
        body,
        (sender) => busy(sender, ack),
        async (sender) => {
          const incoming = read(body);
          const attempted = await attempt(sender, doing, async () => incoming && handle(incoming));
          await acknowledge(ack);
          if (attempted.problem) return answer(sender, attempted.problem);
          const { answer: words, replaces, after } = attempted.result;
          await Promise.all([words && answer(sender, words, replaces), follow(sender, doing, after)]);
        },
      );
  }

  return {
    command(body, ack, handle) {
      const say = (words: Message | undefined) =>
        acknowledge(() => ack(words && { ...words, response_type: 'ephemeral' }));
      return ifRoom(
        body,
        () => say(BUSY),
        async (sender) => {
          const command = readCommand(body);
          const attempted = await attempt(sender, 'a slash command', async () => command && handle(command));
          if (attempted.problem) return say(attempted.problem);
          await say(attempted.result.answer);
          await follow(sender, 'a slash command', attempted.result.after);
        },
      );
    },
    click: silent(readClick, 'a click'),
    shortcut: silent(readShortcut, 'a shortcut'),
    messageShortcut: silent(readMessageShortcut, 'a shortcut on a message'),
    closing: silent(readClosing, 'a closed dialog'),
    homeOpened: silent(readHomeOpened, 'the App Home'),
    submission(body, ack, handle) {
      const say = (response: ViewResponse | undefined) => acknowledge(() => ack(response));
      return ifRoom(
        body,
        () => say(onTop(BUSY)),
        async (sender) => {
          const submission = readSubmission(body);
          const attempted = await attempt(sender, 'a dialog', async () => submission && handle(submission));
          if (attempted.problem) return say(onTop(attempted.problem));
          await say(attempted.result.response);
          await follow(sender, 'a dialog', attempted.result.after);
        },
      );
    },
    suggestion(body, ack, handle) {
      const offer = (offered: Suggestions) => acknowledge(() => ack(offered));
      return ifRoom(
        body,
        () => offer(NO_SUGGESTIONS),
        async (sender) => {
          const asked = readSuggestion(body);
          const attempted = await attempt(sender, 'a select', async () => asked && handle(asked));
          await offer(attempted.problem ? NO_SUGGESTIONS : attempted.result);
        },
      );
    },
    async unreadable(body, ack) {
      const sender = readSender(body);
      const { problem } = await attempt(sender, 'a request', async () => undefined);
      await acknowledge(ack);
      if (problem) await answer(sender, problem);
    },
    async unknown(body, ack, what) {
      log.warn({ what }, 'something unknown came from Slack');
      await acknowledge(ack);
      const words = `This bot does not know ${what}. Nothing was done. Type the command again, or /influx help.`;
      await answer(readSender(body), plain(words));
    },
  };
}

/** Shown on top of the dialog, which stays as it was filled in. */
function onTop(message: Message): ViewResponse {
  return { response_action: 'push', view: noticeView(message) };
}
