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

const WHY: Record<PlaceRefusal, string> = {
  'not a member': 'the bot is not in that channel.',
  unknown: 'the bot does not see that channel: it is private and the bot is not in it, or it is gone.',
  archived: 'that channel is archived.',
  restricted: 'the bot may not post there.',
};

const AGAIN = 'and press Share in channel again. Only you see this; nothing else went wrong.';

const CURE: Record<PlaceRefusal, string> = {
  'not a member': `Invite @influx to the channel ${AGAIN}`,
  unknown: `Invite @influx to the channel ${AGAIN}`,
  archived: `Have somebody unarchive the channel ${AGAIN}`,
  restricted: `Have somebody who looks after the channel let apps post there ${AGAIN}`,
};
