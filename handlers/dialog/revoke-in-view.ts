import type { Clock } from '../../src/revocation/clock.ts';
import type { Claimed, Clicks, NotTaken } from '../../src/revocation/confirming/clicks.ts';
import type { Confirmation } from '../../src/revocation/confirming/confirmation.ts';
import type { Plan } from '../../src/revocation/plan.ts';
import type { Progress } from '../../src/revocation/telling/progress.ts';
import type { ViewHandlers } from '../index.ts';
import { notTakenMessage, plain } from '../messages/answers.ts';
import { endedMessage } from '../messages/ended.ts';
import { noticeView } from '../messages/notice-view.ts';
import { planView, startedView } from '../messages/plan-view.ts';
import { TYPED_NAME } from '../messages/views.ts';
import { type Profiles, shownProfile } from '../profiles.ts';
import type { ViewResponse } from '../wire/reaction.ts';
import type { IncomingSubmission } from '../wire/surface-payloads.ts';
import { metadataOfPlan, planIn } from './view-metadata.ts';

export interface RevokeInViewDependencies {
  readonly clicks: Clicks;
  readonly confirmation: Confirmation;
  readonly progress: Progress;
  readonly profiles: Profiles;
  readonly clock: Clock;
}

/** The red button at the foot of a dialog that shows a plan: the same as the one in a message. Closing it cancels the plan that was asked for in it. */
export function revokeFromDialog(dependencies: RevokeInViewDependencies): ViewHandlers {
  const { clicks, profiles } = dependencies;
  return {
    submit: async (incoming) => {
      const claim = await claimIn(incoming, dependencies, incoming.view.id);
      if (claim.kind !== 'taken') return { response: refusal(claim, incoming, dependencies) };
      const { plan } = claim;
      const view = startedView(plan, shownProfile(profiles, plan.profile), metadataOfPlan(plan.id));
      return { response: { response_action: 'update', view }, after: () => check(plan, dependencies) };
    },
    close: async ({ who, view }) => {
      // A plan that was decided meanwhile stays as it is, and nobody looks at a closed dialog.
      const key = `${view.id} ${view.hash} closed`;
      await clicks.close({ who, key, planId: planIn(view.metadata), dialog: view.id });
      return {};
    },
  };
}

/** The dialog over a plan in a message, in which the name of the profile was typed. The message shows what comes of it. */
export function revokeByName(dependencies: RevokeInViewDependencies): ViewHandlers {
  return {
    submit: async (incoming) => {
      const claim = await claimIn(incoming, dependencies, undefined);
      if (claim.kind !== 'taken') return { response: refusal(claim, incoming, dependencies) };
      return { after: () => check(claim.plan, dependencies) };
    },
    close: async () => ({}),
  };
}

function claimIn(
  { who, key, view }: IncomingSubmission,
  { clicks }: RevokeInViewDependencies,
  dialog: string | undefined,
): Promise<Claimed> {
  const typed = view.entered(TYPED_NAME).text;
  return clicks.claim({ who, key, planId: planIn(view.metadata), typed, dialog }); // durable before Slack hears of it
}

async function check(plan: Plan, { progress, confirmation }: RevokeInViewDependencies): Promise<void> {
  progress.checking(plan);
  await confirmation.check(plan);
}

function refusal(
  claim: Exclude<Claimed, { readonly kind: 'taken' }>,
  { view }: IncomingSubmission,
  { profiles, clock }: RevokeInViewDependencies,
): ViewResponse {
  if (claim.kind !== 'name needed') return notTaken(claim, profiles);
  const { plan, why } = claim;
  if (view.entered(TYPED_NAME).text !== '') return wrongName(plan);
  // The view has no input for it: the policy was another one when it was made.
  const shown = { metadata: view.metadata, freeze: undefined, why, own: false };
  return { response_action: 'update', view: planView(plan, shownProfile(profiles, plan.profile), clock.now(), shown) };
}

/** A plan that still waits stays below what is said; one that is over does not. */
function notTaken(refused: NotTaken, profiles: Profiles): ViewResponse {
  if (refused.kind === 'frozen') {
    return { response_action: 'push', view: noticeView(notTakenMessage(refused) ?? ALREADY) };
  }
  if (refused.kind === 'decided' && refused.plan.state === 'expired') {
    const { plan } = refused;
    return { response_action: 'update', view: noticeView(endedMessage(plan, shownProfile(profiles, plan.profile))) };
  }
  return { response_action: 'update', view: noticeView(notTakenMessage(refused) ?? ALREADY) };
}

const ALREADY = plain('This was sent before. See your direct messages for what came of it.');

/** What stands under the input when something else was typed. */
function wrongName({ profile }: Plan): ViewResponse {
  const words = `This is not the name of the profile. Nothing was revoked. Type ${profile}, as it is written here.`;
  return { response_action: 'errors', errors: { [TYPED_NAME]: words } };
}
