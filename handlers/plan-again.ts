import { belongsIn, type Plan } from '../src/revocation/plan.ts';
import type { Plans } from '../src/revocation/planning/plans.ts';
import type { TokenId } from '../src/revocation/token.ts';
import { askForPlan } from './ask-for-plan.ts';
import type { IncomingClick } from './wire/payloads.ts';
import type { Reaction } from './wire/reaction.ts';

/** A new plan of tokens of one before, read and authorized anew, and shared where that one is. Never forced. */
export async function planAgain(
  plans: Plans,
  { who, key, replyUrl }: Pick<IncomingClick, 'who' | 'key' | 'replyUrl'>,
  plan: Plan,
  tokenIds: readonly TokenId[],
): Promise<Reaction> {
  const { profile, reason, debug, timeoutMs, share } = plan;
  const requester = { ...who, channel: belongsIn(plan, who) };
  const request = { requester, profile, tokenIds, reason, force: false, debug, timeoutMs, notes: [], share };
  return askForPlan(plans, request, { key: `${key} new plan`, replyUrl });
}
