import type { Logger } from '../src/logger.ts';
import { PlaceRefusedError } from '../src/revocation/announcer.ts';
import type { Directory } from '../src/revocation/people.ts';
import type { NoticeBoard, ShownNotice } from '../src/revocation/telling/notice.ts';
import { REPEATED } from './announce.ts';
import { fitted } from './messages/fitted.ts';
import { noticeInBrief, noticeMessage } from './messages/notice.ts';
import { prefixed } from './messages/parts.ts';
import type { SlackApi } from './wire/slack-api.ts';

export interface NoticeBoardDependencies {
  readonly api: SlackApi;
  readonly channel: string;
  readonly directory: Pick<Directory, 'nameOf'>;
  readonly log: Logger;
}

/** The announce channel. A message that Slack does not take comes as one line. A channel that takes nothing is told in the log, with what to do about it. */
export function createNoticeBoard({ api, channel, directory, log }: NoticeBoardDependencies): NoticeBoard {
  return {
    async post(notice, { repeated }) {
      const person = personIn(notice);
      const message = noticeMessage(notice, person === undefined ? '' : await directory.nameOf(person));
      try {
        await api.post(channel, fitted(repeated ? prefixed(REPEATED, message) : message));
      } catch (error) {
        if (error instanceof PlaceRefusedError && error.refusal === 'unfit') {
          log.error({ err: error, about: notice.about }, 'Slack does not take a notice');
          await api.post(channel, noticeInBrief(notice));
          return;
        }
        if (error instanceof PlaceRefusedError) {
          const cure = 'invite the bot to slack.announce_channel; npm run doctor says more';
          log.warn({ channel, refusal: error.refusal, cure }, 'the announce channel takes nothing');
        }
        throw error;
      }
    },
  };
}

function personIn(notice: ShownNotice): string | undefined {
  if (notice.about === 'result') return notice.plan.requester.user;
  return notice.about === 'refusals' ? notice.latest.user : undefined;
}
