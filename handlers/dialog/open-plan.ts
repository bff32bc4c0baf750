import type { Clock } from '../../src/revocation/clock.ts';
import { type PlanId, reference } from '../../src/revocation/ids.ts';
import type { Desks } from '../../src/revocation/looking/desk.ts';
import type { Requester } from '../../src/revocation/people.ts';
import { whyTyped } from '../../src/revocation/rights/type-to-confirm.ts';
import { plain } from '../messages/answers.ts';
import { loadingView } from '../messages/dialog.ts';
import { noticeView } from '../messages/notice-view.ts';
import { planView } from '../messages/plan-view.ts';
import { type Profiles, shownProfile } from '../profiles.ts';
import { openScreen } from './open-screen.ts';
import type { Screens } from './screens.ts';
import { metadataOfPlan } from './view-metadata.ts';

export interface OpenPlanDependencies {
  readonly screens: Screens;
  readonly desks: Desks;
  readonly profiles: Profiles;
  readonly clock: Clock;
}

/** Shows somebody a plan of theirs that waits, whole, in a dialog: for plans that no message has room for. */
export async function openPlan(
  { screens, desks, profiles, clock }: OpenPlanDependencies,
  { planId, who, triggerId }: { readonly planId: PlanId; readonly who: Requester; readonly triggerId: string },
): Promise<void> {
  await openScreen(screens, { triggerId, loading: loadingView('', 'the plan') }, async () => {
    const { waiting, freeze } = await desks.open(who, { plans: 1, inAll: 1, references: [reference(planId)] });
    const plan = waiting.whole.find(({ id }) => id === planId);
    if (!plan) return noticeView(plain('This plan does not wait any more, or is not yours.'));
    const why = whyTyped(plan, profiles.get(plan.profile)?.policy.typeToConfirm);
    const shown = { metadata: metadataOfPlan(plan.id), freeze, why, own: false };
    return planView(plan, shownProfile(profiles, plan.profile), clock.now(), shown);
  });
}
