import type { NotTaken } from '../src/revocation/confirming/clicks.ts';
import type { Plans } from '../src/revocation/planning/plans.ts';
import type { NoResult, ResultClicks } from '../src/revocation/telling/result-clicks.ts';
import { notTakenMessage, plain } from './messages/answers.ts';
import { compose, paragraph } from './messages/parts.ts';
import { planAgain } from './plan-again.ts';
import { clickOf } from './revoke-buttons.ts';
import type { IncomingClick } from './wire/payloads.ts';
import type { Reaction } from './wire/reaction.ts';

export interface ResultButtonsDependencies {
  readonly resultClicks: ResultClicks;
  readonly plans: Plans;
}

type Handler = (click: IncomingClick) => Promise<Reaction>;

/** Retry these, under a result: a new plan of what is left over. */
export function retryTokens({ resultClicks, plans }: ResultButtonsDependencies): Handler {
  return async (incoming) => {
    const retried = await resultClicks.retry(clickOf(incoming));
    if (retried.kind !== 'taken') return reactTo(retried);
    return planAgain(plans, incoming, retried.plan, retried.tokenIds);
  };
}

/** Share in channel, under a result. */
export function shareResult({ resultClicks }: ResultButtonsDependencies): Handler {
  return async (incoming) => {
    const shared = await resultClicks.share(clickOf(incoming));
    if (shared.kind === 'already shared') return say('This result was already shared. This click did nothing.');
    if (shared.kind === 'nowhere') return say('There is no channel to share this result in: nobody else reads here.');
    if (shared.kind !== 'taken') return reactTo(shared);
    const { channel, thread } = shared.place;
    const where = [thread === undefined ? ' ' : ' the thread in ', { channel }];
    return {
      answer: compose(
        paragraph('The result goes to', ...where, ' now: short IDs and outcomes. You are told if it cannot be posted.'),
      ),
    };
  };
}

function reactTo(notTaken: NoResult | NotTaken): Reaction {
  switch (notTaken.kind) {
    case 'not over':
      return say('This revocation still runs. Wait for its result.');
    case 'nothing left':
      return say('Nothing is left over of this revocation. This click did nothing.');
    case 'foreign':
      return say('Only the person who asked can do this.');
    default: {
      const answer = notTakenMessage(notTaken);
      return answer ? { answer } : {};
    }
  }
}

function say(text: string): Reaction {
  return { answer: plain(text) };
}
