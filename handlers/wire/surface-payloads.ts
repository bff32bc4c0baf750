import { z } from 'zod';
import type { Requester } from '../../src/revocation/people.ts';
import type { Incoming } from './payloads.ts';
import { key, requesterIn, responseUrl, slackId, whoIn } from './sender.ts';
import { type IncomingView, view, viewOf } from './view-state.ts';

/** A shortcut that belongs to no message: no channel, and no response URL. */
export interface IncomingShortcut extends Incoming {
  /** Opens one dialog within three seconds. */
  readonly triggerId: string;
}

/** A shortcut on a message. */
export interface IncomingMessageShortcut extends IncomingShortcut {
  readonly replyUrl: string;
  /** The thread this message is in, or would begin. */
  readonly thread: string;
  /** As Slack shows it, and as anybody may have written it. */
  readonly message: Readonly<Record<string, unknown>>;
}

/** A dialog that was submitted. */
export interface IncomingSubmission extends Incoming {
  readonly view: IncomingView;
  readonly triggerId: string;
  /** The channels chosen in it in which Slack lets this person post: for these it sent response URLs. */
  readonly postsIn: readonly string[];
}

/** A dialog that was closed without being submitted; Slack says so where the view asks for it. */
export interface IncomingClosing {
  readonly who: Requester;
  readonly view: IncomingView;
}

/** Somebody types into a select whose options the bot offers. */
export interface IncomingSuggestion {
  readonly who: Requester;
  /** Typed so far. */
  readonly text: string;
  readonly view: IncomingView;
}

/** Somebody opened a tab of the app. */
export interface IncomingHomeOpened extends Incoming {
  /** `home` is the App Home. */
  readonly tab: string;
}

const shortcutPayload = z.object({ ...requesterIn, type: z.literal('shortcut'), trigger_id: key });

const messageShortcutPayload = z.object({
  ...requesterIn,
  type: z.literal('message_action'),
  trigger_id: key,
  response_url: responseUrl,
  channel: z.object({ id: slackId.channel }),
  message_ts: z.string().max(50),
  message: z.looseObject({ thread_ts: z.string().max(50).optional() }),
});

const submissionPayload = z.object({
  ...requesterIn,
  type: z.literal('view_submission'),
  trigger_id: key,
  view,
  response_urls: z
    .array(z.object({ channel_id: slackId.channel }))
    .max(100)
    .default([]),
});
const closingPayload = z.object({ ...requesterIn, type: z.literal('view_closed'), view });
const suggestionPayload = z.object({
  ...requesterIn,
  type: z.literal('block_suggestion'),
  value: z.string().max(1_000),
  view,
});

const homePayload = z.object({
  type: z.literal('event_callback'),
  team_id: slackId.team,
  event_id: key,
  event: z.object({ type: z.literal('app_home_opened'), user: slackId.user, tab: z.string() }),
});

/** Reads a global shortcut; undefined when it is not as Slack sends them. So do the others here. */
export function readShortcut(body: unknown): IncomingShortcut | undefined {
  const { data } = shortcutPayload.safeParse(body);
  const who = data && whoIn(data);
  return who && { who: { ...who, channel: '' }, key: data.trigger_id, triggerId: data.trigger_id };
}

export function readMessageShortcut(body: unknown): IncomingMessageShortcut | undefined {
  const { data } = messageShortcutPayload.safeParse(body);
  const who = data && whoIn(data);
  if (!who) return undefined;
  const { trigger_id: triggerId, response_url: replyUrl, message } = data;
  return { who, key: triggerId, triggerId, replyUrl, thread: message.thread_ts ?? data.message_ts, message };
}

export function readSubmission(body: unknown): IncomingSubmission | undefined {
  const { data } = submissionPayload.safeParse(body);
  const who = data && whoIn(data);
  if (!who) return undefined;
  const postsIn = data.response_urls.map(({ channel_id }) => channel_id);
  return { who, key: data.trigger_id, triggerId: data.trigger_id, view: viewOf(data.view), postsIn };
}

export function readClosing(body: unknown): IncomingClosing | undefined {
  const { data } = closingPayload.safeParse(body);
  const who = data && whoIn(data);
  return who && { who, view: viewOf(data.view) };
}

export function readSuggestion(body: unknown): IncomingSuggestion | undefined {
  const { data } = suggestionPayload.safeParse(body);
  const who = data && whoIn(data);
  return who && { who, text: data.value, view: viewOf(data.view) };
}

export function readHomeOpened(body: unknown): IncomingHomeOpened | undefined {
  const { data } = homePayload.safeParse(body);
  const { event, team_id: team, event_id: key = '' } = data ?? {};
  return event && team ? { who: { user: event.user, team, channel: '' }, key, tab: event.tab } : undefined;
}
