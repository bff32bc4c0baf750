import type { Logger } from '../../src/logger.ts';
import type { Announcer, News } from '../../src/revocation/announcer.ts';
import type { Clock } from '../../src/revocation/clock.ts';
import type { Plan } from '../../src/revocation/plan.ts';
import { whyTyped } from '../../src/revocation/rights/type-to-confirm.ts';
import { newsMessage } from '../messages/news.ts';
import { endedView, newsView, planView } from '../messages/plan-view.ts';
import { type Profiles, shownProfile } from '../profiles.ts';
import type { Screens } from './screens.ts';
import { metadataOfPlan } from './view-metadata.ts';

export interface DialogAnnouncerDependencies {
  readonly announcer: Announcer;
  readonly screens: Screens;
  readonly profiles: Profiles;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Tells people of plans from a dialog in that dialog, as long as it is open. What was decided there is also told elsewhere:
 * a dialog is gone with a click. What a closed dialog does not show any more comes where all other news come.
 */
export function createDialogAnnouncer(dependencies: DialogAnnouncerDependencies): Announcer {
  const { announcer, screens, log } = dependencies;

  async function isShown(news: News, dialog: string): Promise<boolean> {
    try {
      return (await screens.update(dialog, viewOf(news, dependencies))) !== undefined;
    } catch (error) {
      // Then it is told the other way, so nothing is lost.
      log.warn({ err: error, planId: news.plan.id }, 'a dialog could not be updated');
      return false;
    }
  }

  return {
    async tell(news, to) {
      const { dialog } = news.plan;
      if (dialog === undefined || !SHOWN.has(news.about)) return announcer.tell(news, to);
      const shown = await isShown(news, dialog);
      return shown && isOnlyThere(news.plan) ? undefined : announcer.tell(news, to);
    },
  };
}

const SHOWN: ReadonlySet<News['about']> = new Set(['plan', 'ended', 'checking', 'progress', 'result']);

/** Before it was decided, whoever looks at the dialog needs no message. */
function isOnlyThere({ decidedAt }: Plan): boolean {
  return decidedAt === undefined;
}

function viewOf(news: News, { profiles, clock }: DialogAnnouncerDependencies) {
  const { plan } = news;
  const metadata = metadataOfPlan(plan.id);
  if (news.about === 'plan') {
    const why = whyTyped(plan, profiles.get(plan.profile)?.policy.typeToConfirm);
    const shown = { metadata, freeze: news.freeze, why, own: true };
    return planView(plan, shownProfile(profiles, plan.profile), clock.now(), shown);
  }
  const message = newsMessage(news, profiles.get(plan.profile), clock.now());
  if (isOnlyThere(plan)) return endedView(message, metadata);
  return newsView(plan, message, news.about === 'result' || news.about === 'ended', metadata);
}
