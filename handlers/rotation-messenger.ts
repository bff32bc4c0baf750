import type { Logger } from '../src/logger.ts';
import { PlaceRefusedError } from '../src/revocation/announcer.ts';
import type { RotationMessenger, RotationNews } from '../src/revocation/rotating/rotation-news.ts';
import { REPEATED } from './announce.ts';
import { fitted } from './messages/fitted.ts';
import { prefixed } from './messages/parts.ts';
import { rotationMessage } from './messages/rotation.ts';
import type { SlackApi } from './wire/slack-api.ts';

/** Tells people of rotations in Slack: in the thread of the shared result, else the operator by direct message. */
export function createRotationMessenger({ api, log }: { api: SlackApi; log: Logger }): RotationMessenger {
  return {
    async remind(news, { place, repeated }) {
      const worded = (shown: RotationNews) => {
        const message = rotationMessage(shown);
        return fitted(repeated ? prefixed(REPEATED, message) : message);
      };
      if (place) {
        try {
          // Who reads there may not know what the tokens are for.
          await api.post(place.channel, worded({ ...news, detailed: false }), place);
          return;
        } catch (error) {
          if (!(error instanceof PlaceRefusedError)) throw error;
          log.warn({ err: error, planId: news.plan.id }, 'a thread takes no reminder');
        }
      }
      await api.post(news.plan.requester.user, worded(news));
    },
  };
}
