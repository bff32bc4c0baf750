import { z } from 'zod';
import type { Message } from '../slack/message.ts';
import type { Slack } from '../slack/slack.ts';
import type { View } from '../slack/views.ts';

const user = z.string();
const values = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).optional();
const use = { blockId: z.string(), actionId: z.string(), chosen: z.record(z.string(), z.unknown()).optional() };
const onMessage = { user, channel: z.string(), ts: z.string() };

/** What the page can ask for on a person's behalf. */
export const action = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('say'),
    user,
    channel: z.string(),
    text: z.string().min(1).max(40_000),
    threadTs: z.string().optional(),
  }),
  z.object({ do: z.literal('use'), ...onMessage, ...use, values }),
  z.object({ do: z.literal('use in view'), user, viewId: z.string(), ...use, values }),
  z.object({
    do: z.literal('suggest'),
    user,
    viewId: z.string().optional(),
    channel: z.string().optional(),
    ts: z.string().optional(),
    ...use,
    value: z.string(),
  }),
  z.object({ do: z.literal('submit'), user, viewId: z.string(), values }),
  z.object({ do: z.literal('close'), user, viewId: z.string(), all: z.boolean() }),
  z.object({ do: z.literal('shortcut'), user, callbackId: z.string() }),
  z.object({ do: z.literal('message shortcut'), ...onMessage, callbackId: z.string() }),
  z.object({ do: z.literal('open home'), user }),
  z.object({ do: z.literal('trouble'), id: z.string(), isOn: z.boolean() }),
  z.object({ do: z.literal('kill') }),
  z.object({ do: z.literal('start') }),
  z.object({ do: z.literal('connect'), transport: z.enum(['http', 'socket']) }),
  z.object({ do: z.literal('pass'), minutes: z.number().int().min(1).max(1440) }),
]);

export type Action = z.infer<typeof action>;

/** What the actions that are not Slack's need. */
export interface Machine {
  kill(): Promise<void>;
  start(): Promise<void>;
  connectBy(transport: 'http' | 'socket'): Promise<void>;
  pass(ms: number): Promise<void>;
  trouble(id: string, isOn: boolean): void;
  /** The events Slack sends to the app. */
  readonly events: readonly string[];
  readonly commands: readonly string[];
}

/** Does it, and returns what the page has to know besides the state. Throws with words for the person. */
export async function perform(slack: Slack, machine: Machine, asked: Action): Promise<unknown> {
  switch (asked.do) {
    case 'trouble':
      return machine.trouble(asked.id, asked.isOn);
    case 'kill':
      return machine.kill();
    case 'start':
      return machine.start();
    case 'connect':
      return machine.connectBy(asked.transport);
    case 'pass':
      return machine.pass(asked.minutes * 60_000);
    default:
      return inSlack(slack, machine, asked);
  }
}

type InSlack = Exclude<Action, { do: 'trouble' | 'kill' | 'start' | 'connect' | 'pass' }>;

async function inSlack(slack: Slack, machine: Machine, asked: InSlack): Promise<unknown> {
  const { surfaces } = slack;
  switch (asked.do) {
    case 'say':
      return say(slack, machine, asked);
    case 'use':
      await surfaces.useOnMessage(messageOf(slack, asked), asked, asked.user, asked.values);
      return;
    case 'use in view':
      return errorOf(await surfaces.useOnView(viewOf(slack, asked), asked, asked.values));
    case 'suggest':
      return surfaces.suggest(placeOf(slack, asked), asked, asked.user);
    case 'submit':
      return surfaces.submit(viewOf(slack, asked), asked.values ?? {});
    case 'close':
      return surfaces.close(viewOf(slack, asked), asked.all || undefined);
    case 'shortcut':
      return errorOf(await surfaces.shortcut(asked.callbackId, asked.user));
    case 'message shortcut':
      return errorOf((await surfaces.messageShortcut(asked.callbackId, messageOf(slack, asked), asked.user)).ack);
    case 'open home':
      return machine.events.includes('app_home_opened') ? errorOf(await surfaces.openHome(asked.user)) : undefined;
  }
}

/** A line from the composer: a command of the app, a command nobody has, or a message to people. */
async function say(
  slack: Slack,
  { commands }: Machine,
  { user, channel, text, threadTs }: Extract<Action, { do: 'say' }>,
): Promise<void> {
  const place = slack.workspace.channel(channel);
  if (place.isArchived) throw new Error('This channel is archived.');
  if (!place.members.includes(slack.workspace.person(user).id)) throw new Error('You are not in this channel.');
  const [word = ''] = text.split(/\s/, 1);
  if (!/^\/[a-z]/.test(word)) {
    slack.surfaces.say(user, channel, text, threadTs);
    return;
  }
  if (threadTs !== undefined)
    throw new Error(`${word} cannot be used in a thread: Slack offers slash commands in channels only.`);
  if (!commands.includes(word)) throw new Error(`${word} is not a valid command.`);
  await slack.command(word, text.slice(word.length).trimStart(), { user, channel });
}

function messageOf(slack: Slack, { user, channel, ts }: { user: string; channel: string; ts: string }): Message {
  const message = slack.visibleTo(user, channel).find((one) => one.ts === ts);
  if (!message) throw new Error('This message is not on your screen any more.');
  return message;
}

function viewOf({ surfaces }: Slack, { user, viewId }: { user: string; viewId: string }): View {
  const home = surfaces.home(user);
  const view = [...surfaces.modals(user), ...(home ? [home] : [])].find(({ id }) => id === viewId);
  if (!view) throw new Error('This view is not on your screen any more.');
  return view;
}

function placeOf(slack: Slack, { user, viewId, channel = '', ts = '' }: Extract<Action, { do: 'suggest' }>) {
  return viewId === undefined ? messageOf(slack, { user, channel, ts }) : viewOf(slack, { user, viewId });
}

function errorOf({ error }: { readonly error?: string | undefined }): { problem: string } | undefined {
  return error === undefined ? undefined : { problem: error };
}
