import type { Logger } from '../src/logger.ts';
import type { Announcer } from '../src/revocation/announcer.ts';
import type { Clock } from '../src/revocation/clock.ts';
import { fitted } from './messages/fitted.ts';
import { newsMessage } from './messages/news.ts';
import { prefixed } from './messages/parts.ts';
import type { Profiles } from './profiles.ts';
import { AddressGoneError, type Responder } from './response-url.ts';
import type { SlackApi } from './slack-api.ts';

export interface AnnouncerDependencies {
  readonly responder: Responder;
  readonly api: SlackApi;
  readonly profiles: Profiles;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Tells people in Slack: at the response URL while it works, else as a direct message; in the channel only what is shared. */
export function createAnnouncer({ responder, api, profiles, clock, log }: AnnouncerDependencies): Announcer {
  return {
    async tell(news, { reply, repeated }) {
      const first = newsMessage(news, profiles.get(news.plan.profile), clock.now());
      const message = repeated ? prefixed('Sent again: Slack did not confirm the first sending.', first) : first;
      const { requester } = news.plan;
      const shared = news.about === 'shared result';
      if (reply) {
        try {
          return await responder.respond(
            reply.url,
            message,
            shared ? 'in channel' : reply.replaces ? 'replace' : 'beside',
          );
        } catch (error) {
          if (!(error instanceof AddressGoneError)) throw error;
          log.warn({ err: error, planId: news.plan.id }, 'a response URL is gone');
        }
      }
      // Progress is not worth a message of its own.
      if (news.about === 'checking' || news.about === 'progress') return;
      await api.post(shared ? requester.channel : requester.user, fitted(message));
    },
  };
}
