import { z } from 'zod';
import type { Requester } from '../../src/revocation/people.ts';

/** Slack's IDs, as every payload writes them. */
export const slackId = {
  user: z.string().regex(/^[UW][A-Z0-9]{2,30}$/),
  team: z.string().regex(/^[TE][A-Z0-9]{2,30}$/),
  channel: z.string().regex(/^[CDG][A-Z0-9]{2,30}$/),
};
/** Names one delivery. */
export const key = z.string().min(1).max(300);
export const responseUrl = z.url().max(3_000);

/** Where interactive payloads say who did something, and where. */
export const requesterIn = {
  user: z.object({ id: slackId.user, team_id: slackId.team.optional() }),
  team: z.object({ id: slackId.team }).nullish(),
  channel: z.object({ id: slackId.channel }).optional(),
  container: z.object({ channel_id: slackId.channel.optional() }).optional(),
};

const requester = z.object(requesterIn);

/** Who did something, and in which channel, if in any; undefined when no workspace is named. */
export function whoIn({ user, team, channel, container }: z.infer<typeof requester>): Requester | undefined {
  const teamId = team?.id ?? user.team_id;
  return teamId === undefined
    ? undefined
    : { user: user.id, team: teamId, channel: channel?.id ?? container?.channel_id ?? '' };
}

const sender = z.object({
  response_url: responseUrl.optional().catch(undefined),
  user: z.object({ id: slackId.user }).optional().catch(undefined),
  user_id: slackId.user.optional().catch(undefined),
});

/** Whoever can be made out behind a request, and where they can be told something. */
export interface Sender {
  readonly user: string | undefined;
  readonly replyUrl: string | undefined;
}

/** Who did something that may be impossible to read, and where they may be told so, as far as that can be made out. */
export function readSender(body: unknown): Sender {
  const { data } = sender.safeParse(body);
  return { user: data?.user?.id ?? data?.user_id, replyUrl: data?.response_url };
}
