import type { News } from '../../src/revocation/announcer.ts';
import type { Profile } from '../../src/revocation/rights/policy.ts';
import { endedMessage } from './ended.ts';
import { notSharedMessage } from './not-shared.ts';
import type { Message } from './parts.ts';
import { planMessage } from './plan.ts';
import { checkingMessage, progressMessage } from './progress.ts';
import { resultMessage } from './result.ts';
import { sharedResultMessage } from './shared-result.ts';
import type { ShownProfile } from './words.ts';

/** The message for each kind of news. The profile is undefined when it left the configuration meanwhile. */
export function newsMessage(news: News, profile: Profile | undefined, now: Date): Message {
  const shown: ShownProfile = profile ?? { name: news.plan.profile, production: false };
  switch (news.about) {
    case 'plan':
      return planMessage(news.plan, shown, now, { freeze: news.freeze });
    case 'ended':
      return endedMessage(news.plan, shown);
    case 'checking':
      return checkingMessage(news.plan, shown);
    case 'progress':
      return progressMessage(news, shown);
    case 'result':
      return resultMessage(news, shown, now);
    case 'shared result':
      return sharedResultMessage(news);
    case 'not shared':
      return notSharedMessage(news);
  }
}
