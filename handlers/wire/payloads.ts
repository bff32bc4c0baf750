import { z } from 'zod';
import type { Requester } from '../../src/revocation/people.ts';
import { key, requesterIn, responseUrl, slackId, whoIn } from './sender.ts';
import { type IncomingView, view, viewOf } from './view-state.ts';

/** Something a person did, in our words. */
export interface Incoming {
  readonly who: Requester;
  /** Slack's own name for this delivery: the same whenever it is delivered again. */
  readonly key: string;
}

export interface IncomingCommand extends Incoming {
  readonly text: string;
  readonly triggerId: string;
  readonly replyUrl: string;
}

/** A button, or a choice, in a message or in a view. */
export interface IncomingClick extends Incoming {
  /** The button's value, or that of what was chosen. */
  readonly value: string;
  /** Opens one dialog within three seconds. */
  readonly triggerId: string;
  /** Undefined for a click in a view: its answer goes another way. */
  readonly replyUrl?: string | undefined;
  /** The view it happened in; undefined in a message. */
  readonly view?: IncomingView | undefined;
}

/** A slash command as Slack posts it. Every field once: what arrives as a list was tampered with. */
const commandPayload = z.object({
  user_id: slackId.user,
  team_id: slackId.team,
  channel_id: slackId.channel,
  text: z.string().default(''),
  trigger_id: key,
  response_url: responseUrl,
});

const value = z.string().max(2_000);
const chosen = z.object({ value });

const action = z.discriminatedUnion('type', [
  z.object({ type: z.literal('button'), value }),
  z.object({ type: z.literal('static_select'), selected_option: chosen }),
  z.object({ type: z.literal('overflow'), selected_option: chosen }),
  z.object({ type: z.literal('conversations_select'), selected_conversation: slackId.channel.nullish() }),
]);

/** A click as Slack posts it: one person, one place, one element. */
const clickPayload = z.object({
  ...requesterIn,
  type: z.literal('block_actions'),
  trigger_id: key,
  response_url: responseUrl.optional(),
  view: view.optional(),
  actions: z.tuple([action]),
});

/** Reads a slash command; undefined when it is not as Slack sends them. */
export function readCommand(body: unknown): IncomingCommand | undefined {
  const { data } = commandPayload.safeParse(body);
  if (!data) return undefined;
  const who = { user: data.user_id, team: data.team_id, channel: data.channel_id };
  return { who, key: data.trigger_id, triggerId: data.trigger_id, replyUrl: data.response_url, text: data.text };
}

/** Reads a click; undefined when it is not as Slack sends them. */
export function readClick(body: unknown): IncomingClick | undefined {
  const { data } = clickPayload.safeParse(body);
  const who = data && whoIn(data);
  if (!data || !who) return undefined;
  // A message is somewhere, and its click can be answered there; a view is nowhere.
  const inMessage = who.channel !== '' && data.response_url !== undefined;
  if (data.view ? data.response_url !== undefined : !inMessage) return undefined;
  const [used] = data.actions;
  return {
    who,
    key: data.trigger_id,
    triggerId: data.trigger_id,
    replyUrl: data.response_url,
    value: chosenIn(used),
    view: data.view && viewOf(data.view),
  };
}

/** Nothing is chosen in a select that was emptied. */
function chosenIn(used: z.infer<typeof action>): string {
  if (used.type === 'button') return used.value;
  return used.type === 'conversations_select' ? (used.selected_conversation ?? '') : used.selected_option.value;
}
