import { reference } from '../../src/revocation/ids.ts';
import type { Plan } from '../../src/revocation/plan.ts';
import { buttons, compose, lines, type Message, paragraph } from './parts.ts';
import { clean } from './untrusted.ts';
import { profileHeading, type ShownProfile } from './words.ts';

const ENDING = 2_500;

/** A plan that ended without a revocation: what happened, and a way to start anew where that makes sense. */
export function endedMessage(plan: Plan, profile: ShownProfile): Message {
  const shown = plan.tokens.length > 0;
  return compose(
    profileHeading(profile),
    paragraph({ bold: TITLE[plan.state] ?? 'This plan is over.' }),
    plan.ending ? lines([clean(plan.ending, ENDING)]) : undefined,
    paragraph({ code: reference(plan.id) }),
    shown && plan.state !== 'cancelled'
      ? buttons({ action: 'new_plan', text: 'New plan', value: plan.id, label: 'New plan with the same tokens' })
      : undefined,
  );
}

const TITLE: Partial<Record<Plan['state'], string>> = {
  cancelled: 'Cancelled. Nothing was revoked.',
  expired: 'This plan has expired. Nothing was revoked.',
  changed: 'This plan does not hold any more. Nothing was revoked.',
  refused: 'Nothing was revoked.',
};
