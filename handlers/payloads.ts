import { z } from 'zod';
import type { Requester } from '../src/revocation/people.ts';

const user = z.string().regex(/^[UW][A-Z0-9]{2,30}$/);
const team = z.string().regex(/^[TE][A-Z0-9]{2,30}$/);
const channel = z.string().regex(/^[CDG][A-Z0-9]{2,30}$/);
const key = z.string().min(1).max(300);
const responseUrl = z.url().max(3_000);

/** A slash command as Slack posts it. Every field once: what arrives as a list was tampered with. */
const commandPayload = z.object({
  user_id: user,
  team_id: team,
  channel_id: channel,
  text: z.string().default(''),
  trigger_id: key,
  response_url: responseUrl,
});

/** A click as Slack posts it: one person, one place, one button. */
const clickPayload = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: user, team_id: team.optional() }),
  team: z.object({ id: team }).nullish(),
  channel: z.object({ id: channel }).optional(),
  container: z.object({ channel_id: channel.optional() }).optional(),
  trigger_id: key,
  response_url: responseUrl,
  actions: z.tuple([z.object({ type: z.literal('button'), action_id: z.string(), value: z.string().max(2_000) })]),
});

/** Something a person did, in our words. */
interface Incoming {
  readonly who: Requester;
  /** Slack's own name for this delivery: the same whenever it is delivered again. */
  readonly key: string;
  readonly replyUrl: string;
}

export interface IncomingCommand extends Incoming {
  readonly text: string;
}

export interface IncomingClick extends Incoming {
  readonly value: string;
}

/** Reads a slash command; undefined when it is not as Slack sends them. */
export function readCommand(body: unknown): IncomingCommand | undefined {
  const { data } = commandPayload.safeParse(body);
  if (!data) return undefined;
  const who = { user: data.user_id, team: data.team_id, channel: data.channel_id };
  return { who, key: data.trigger_id, replyUrl: data.response_url, text: data.text };
}

/** Reads a click on a button; undefined when it is not as Slack sends them. */
export function readClick(body: unknown): IncomingClick | undefined {
  const { data } = clickPayload.safeParse(body);
  const [action] = data?.actions ?? [];
  const teamId = data?.team?.id ?? data?.user.team_id;
  const channelId = data?.channel?.id ?? data?.container?.channel_id;
  if (!data || !action || !teamId || !channelId) return undefined;
  const who = { user: data.user.id, team: teamId, channel: channelId };
  return { who, key: data.trigger_id, replyUrl: data.response_url, value: action.value };
}

const sender = z.object({
  response_url: responseUrl.optional().catch(undefined),
  user: z.object({ id: user }).optional().catch(undefined),
  user_id: user.optional().catch(undefined),
});

/** Who did something that could not be read, and where they may be told so, as far as that can be made out. */
export function readSender(body: unknown): {
  readonly user: string | undefined;
  readonly replyUrl: string | undefined;
} {
  const { data } = sender.safeParse(body);
  return { user: data?.user?.id ?? data?.user_id, replyUrl: data?.response_url };
}
