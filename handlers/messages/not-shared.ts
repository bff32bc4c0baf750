import type { News, PlaceRefusal } from '../../src/revocation/announcer.ts';
import { reference } from '../../src/revocation/ids.ts';
import { placeOf } from '../../src/revocation/plan.ts';
import { compose, type Message, paragraph, type Span } from './parts.ts';
import { shareButton } from './share-button.ts';

/** A result that its place does not take: why, and what to do about it. */
export function notSharedMessage({ plan, refusal }: Extract<News, { readonly about: 'not shared' }>): Message {
  const place = placeOf(plan);
  const where: Span[] = place ? [' in ', { channel: place.channel }] : [];
  return compose(
    paragraph({ bold: 'The result could not be shared' }, ...where, ': ', WHY[refusal], ' ', {
      code: reference(plan.id),
    }),
    paragraph(CURE[refusal]),
    shareButton(plan),
  );
}

type Refusal = PlaceRefusal | 'not in time';

const WHY: Record<Refusal, string> = {
  'not a member': 'the bot is not in that channel.',
  unknown: 'the bot does not see that channel: it is private and the bot is not in it, or it is gone.',
  archived: 'that channel is archived.',
  restricted: 'the bot may not post there.',
  unfit: 'Slack does not take the message.',
  other: 'Slack does not take it there.',
  'not in time': 'Slack did not confirm it for a day.',
};

const AGAIN = 'and press Share in channel again. Only you see this; nothing else went wrong.';

const CURE: Record<Refusal, string> = {
  'not a member': `Invite this app to the channel ${AGAIN}`,
  unknown: `Invite this app to the channel ${AGAIN}`,
  archived: `Have somebody unarchive the channel ${AGAIN}`,
  restricted: `Have somebody who looks after the channel let apps post there ${AGAIN}`,
  unfit: `Have whoever runs the bot look into its log ${AGAIN}`,
  other: `Have whoever runs the bot look into its log ${AGAIN}`,
  'not in time': `Look whether it is there, ${AGAIN}`,
};
