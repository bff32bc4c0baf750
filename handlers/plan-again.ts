import { belongsIn, type Plan } from '../src/revocation/plan.ts';
import type { Plans } from '../src/revocation/plans.ts';
import type { TokenId } from '../src/revocation/token.ts';
import { plain } from './messages/answers.ts';
import type { IncomingClick } from './payloads.ts';
import type { Reaction } from './reaction.ts';

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
  const drafted = await plans.draft(request, { key: `${key} new plan`, replyUrl });
  switch (drafted.kind) {
    case 'drafted':
      return { after: () => plans.prepare(drafted.plan) };
    case 'refused':
      return { answer: plain(drafted.message) };
    case 'twin':
      return {
        answer: plain('You asked for these tokens a moment ago: that plan is still open. See /influx pending.'),
      };
    case 'repeated':
      return {};
  }
}
