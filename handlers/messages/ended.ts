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
    paragraph({ bold: titleOf(plan) }),
    plan.ending ? lines([clean(plan.ending, ENDING)]) : undefined,
    paragraph({ code: reference(plan.id) }),
    shown && plan.state !== 'cancelled'
      ? buttons({ action: 'new_plan', text: 'New plan', value: plan.id, label: 'New plan with the same tokens' })
      : undefined,
  );
}

const NOTHING = 'Nothing was revoked.';

/** It says that nothing was revoked, unless the ending does. */
function titleOf({ state, ending }: Plan): string {
  const title = TITLE[state] ?? 'This plan is over.';
  return ending?.includes(NOTHING) ? title : `${title} ${NOTHING}`;
}

const TITLE: Partial<Record<Plan['state'], string>> = {
  cancelled: 'Cancelled.',
  expired: 'This plan has expired.',
  changed: 'This plan does not hold any more.',
};
