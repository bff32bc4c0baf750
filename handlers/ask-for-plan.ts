import type { PlanRequest } from '../src/revocation/plan.ts';
import type { Delivery, Plans } from '../src/revocation/planning/plans.ts';
import { plain } from './messages/answers.ts';
import type { Reaction } from './wire/reaction.ts';

/** Writes down a plan that a button asks for, and prepares it once Slack has heard. */
export async function askForPlan(plans: Plans, request: PlanRequest, delivery: Delivery): Promise<Reaction> {
  const drafted = await plans.draft(request, delivery); // durable before Slack hears of it
  switch (drafted.kind) {
    case 'drafted':
      return { after: () => plans.prepare(drafted.plan) };
    case 'refused':
      return { answer: plain(drafted.message) };
    case 'twin': {
      const tokens = request.tokenIds.length === 1 ? 'this token' : 'these tokens';
      const words = `You asked for ${tokens} a moment ago: that plan is still open. See /influx pending.`;
      return { answer: plain(words) };
    }
    case 'repeated':
      return {};
  }
}
