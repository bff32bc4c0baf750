import type { News } from '../../src/revocation/announcer.ts';
import { reference } from '../../src/revocation/ids.ts';
import { liveTokens, type Plan } from '../../src/revocation/plan.ts';
import { totals } from '../../src/revocation/revocation.ts';
import { buttons, compose, type Message, paragraph } from './parts.ts';
import { count, profileHeading, type ShownProfile } from './words.ts';

/** The click was taken; from now on it cannot be taken again. */
export function checkingMessage(plan: Plan, profile: ShownProfile): Message {
  return compose(
    profileHeading(profile),
    paragraph({ bold: `Checking ${count(liveTokens(plan).length, 'token')} once more, then revoking …` }, ' ', {
      code: reference(plan.id),
    }),
  );
}

/** How a running revocation goes, with a way to stop what has not left yet. */
export function progressMessage(news: Extract<News, { about: 'progress' }>, profile: ShownProfile): Message {
  const { plan, revocation, items, pause } = news;
  const done = items.filter(({ state }) => state === 'done').length;
  const soFar = [...totals(items)].map(([outcome, number]) => `${number} ${outcome}`).join(', ');
  return compose(
    profileHeading(profile),
    paragraph({ bold: `Running: ${done} of ${count(items.length, 'token')} done` }, soFar ? ` (${soFar})` : '', ' · ', {
      code: reference(plan.id),
    }),
    pause === undefined ? undefined : paragraph(`Waiting: ${pause}. It goes on by itself when that is mended.`),
    revocation.stoppedBy === undefined
      ? buttons({
          action: 'stop_revocation',
          text: 'Stop the rest',
          value: plan.id,
          label: 'Stop the rest. What was sent stays revoked.',
        })
      : paragraph('Stopped. What is under way is still being looked up.'),
  );
}
