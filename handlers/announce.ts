import type { Logger } from '../src/logger.ts';
import { type Announcer, type News, PlaceRefusedError, type Posted } from '../src/revocation/announcer.ts';
import type { Clock } from '../src/revocation/clock.ts';
import { type Plan, placeOf, type ReplyAddress } from '../src/revocation/plan.ts';
import { fitted } from './messages/fitted.ts';
import { newsMessage } from './messages/news.ts';
import { type Message, prefixed } from './messages/parts.ts';
import type { Profiles } from './profiles.ts';
import { AddressGoneError, type Placement, type Responder } from './wire/response-url.ts';
import type { SlackApi } from './wire/slack-api.ts';

export interface AnnouncerDependencies {
  readonly responder: Responder;
  readonly api: SlackApi;
  readonly profiles: Profiles;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Tells people in Slack: at the response URL while it works, else as a direct message; a shared result at its place. */
export function createAnnouncer({ responder, api, profiles, clock, log }: AnnouncerDependencies): Announcer {
  return {
    async tell(news, { reply, repeated }) {
      const first = newsMessage(news, profiles.get(news.plan.profile), clock.now());
      const message = repeated ? prefixed(REPEATED, first) : first;
      if (reply) {
        try {
          await responder.respond(reply.url, message, placementOf(news, reply));
          return undefined;
        } catch (error) {
          if (!(error instanceof AddressGoneError)) throw error;
          log.warn({ err: error, planId: news.plan.id }, 'a response URL is gone');
        }
      }
      // Progress is not worth a message of its own.
      if (news.about === 'checking' || news.about === 'progress') return undefined;
      if (news.about !== 'shared result') return api.post(news.plan.requester.user, fitted(message));
      try {
        return await shared(api, news.plan, fitted(message));
      } catch (error) {
        if (error instanceof PlaceRefusedError) log.warn({ err: error, planId: news.plan.id }, 'a result is not taken');
        throw error;
      }
    },
  };
}

/** What a repetition begins with. */
export const REPEATED = 'Sent again: Slack did not confirm the first sending.';

function placementOf({ about }: News, { replaces }: ReplyAddress): Placement {
  if (about === 'shared result') return 'in channel';
  // The result stays where it is.
  return replaces && about !== 'not shared' ? 'replace' : 'beside';
}

async function shared(api: SlackApi, plan: Plan, message: Message): Promise<Posted> {
  const place = placeOf(plan);
  if (!place) throw new PlaceRefusedError('unknown');
  const { channel, ts } = await api.post(place.channel, message, { thread: place.thread });
  // Replies to a reply stand in the same thread.
  return { channel, ts: place.thread ?? ts };
}
