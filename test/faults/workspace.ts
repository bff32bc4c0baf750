import type { ChatEvent } from '../../sandbox/slack/chat.ts';
import type { Message } from '../../sandbox/slack/message.ts';
import { openParts, type Settings } from '../../sandbox/slack/parts.ts';
import { Slack } from '../../sandbox/slack/slack.ts';
import { exampleWorkspace } from '../../sandbox/slack/workspace.ts';

/** The sandbox's Slack, and everything that ever stood on a screen there. */
export interface Workspace {
  readonly slack: Slack;
  /** What happened on people's screens since this place, oldest first. */
  events(since?: number): readonly ChatEvent[];
  /** The first message at or after this place that is accepted, and its place; fails, with all that was seen, when none comes. */
  message(
    accept: (message: Message) => boolean,
    since?: number,
  ): Promise<{ readonly message: Message; readonly at: number }>;
  /** The place where the next event will be. */
  readonly now: number;
}

/** Longer than any fault lasts, with every deadline behind it, also on a machine that is busy with other things. */
const PATIENCE_MS = 120_000;

/** Starts a workspace like the sandbox's own; `portsFor` may put something in between. */
export async function openWorkspace(options: Partial<Pick<Settings, 'clock' | 'portsFor'>> = {}): Promise<Workspace> {
  const parts = await openParts({
    clock: { now: () => new Date() },
    workspace: exampleWorkspace(),
    botToken: 'xoxb-sandbox-bot-token',
    appToken: 'xapp-sandbox-app-token',
    signingSecret: 'sandbox0signing0secret0000000000',
    scopes: ['commands', 'chat:write', 'users:read', 'usergroups:read'],
    port: 0,
    ackWithinMs: 3_000,
    patienceMs: PATIENCE_MS,
    ...options,
  });
  const { events } = parts.chat;
  return {
    slack: new Slack(parts),
    events: (since = 0) => events.since(since),
    async message(accept, since = 0) {
      const seen = () => events.since(since).map(({ message }) => message.plainText());
      const { event, at } = await events.next(
        since,
        ({ kind, message }) => kind !== 'deleted' && accept(message),
        () => `Seen:\n${seen().join('\n---\n')}`,
      );
      return { message: event.message, at };
    },
    get now() {
      return events.length;
    },
  };
}
