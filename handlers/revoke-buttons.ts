import type { Click, Clicks, NotTaken } from '../src/revocation/confirming/clicks.ts';
import type { Confirmation } from '../src/revocation/confirming/confirmation.ts';
import { isPlanId } from '../src/revocation/ids.ts';
import type { Plan } from '../src/revocation/plan.ts';
import type { Plans } from '../src/revocation/planning/plans.ts';
import type { Progress } from '../src/revocation/telling/progress.ts';
import { askForName } from './dialog/confirm-by-name.ts';
import type { Screens } from './dialog/screens.ts';
import { notTakenMessage, plain } from './messages/answers.ts';
import { endedMessage } from './messages/ended.ts';
import { planAgain } from './plan-again.ts';
import { type Profiles, profileNamed } from './profiles.ts';
import type { IncomingClick } from './wire/payloads.ts';
import type { Reaction } from './wire/reaction.ts';

export interface RevokeButtonsDependencies {
  readonly clicks: Clicks;
  readonly plans: Plans;
  readonly confirmation: Confirmation;
  readonly progress: Progress;
  readonly profiles: Profiles;
  readonly screens: Screens;
  /** There is work to look at: something was stopped. */
  readonly onWork: () => void;
}

type Handler = (click: IncomingClick) => Promise<Reaction>;

/** The red button under a plan. */
export function revokePlan(dependencies: RevokeButtonsDependencies): Handler {
  const { clicks, confirmation, progress, profiles } = dependencies;
  return async (incoming) => {
    const claim = await clicks.claim(clickOf(incoming)); // durable before Slack hears of it
    if (claim.kind === 'name needed') return { after: () => askForName(claim, incoming.triggerId, dependencies) };
    if (claim.kind !== 'taken') return reactToNotTaken(claim, profiles);
    return {
      after: async () => {
        progress.checking(claim.plan);
        await confirmation.check(claim.plan);
      },
    };
  };
}

/** Cancel, under a plan. */
export function cancelPlan({ clicks, profiles }: RevokeButtonsDependencies): Handler {
  return async (incoming) => {
    const cancelled = await clicks.cancel(clickOf(incoming));
    return cancelled.kind === 'taken' ? ended(cancelled.plan, profiles) : reactToNotTaken(cancelled, profiles);
  };
}

/** Stop the rest, under a running revocation. */
export function stopRevocation({ clicks, progress, profiles, onWork }: RevokeButtonsDependencies): Handler {
  return async (incoming) => {
    const stopped = await clicks.stop(clickOf(incoming));
    if (stopped.kind === 'decided')
      return { answer: plain('This revocation was already over or stopped. This click did nothing.') };
    if (stopped.kind !== 'stopped') return reactToNotTaken(stopped, profiles);
    onWork();
    return { after: async () => progress.tell(stopped.plan) };
  };
}

/** New plan, under one that ended: the same tokens, read anew. */
export function newPlan({ clicks, plans, profiles }: RevokeButtonsDependencies): Handler {
  return async (incoming) => {
    const again = await clicks.again(clickOf(incoming));
    if (again.kind !== 'taken') return reactToNotTaken(again, profiles);
    return planAgain(plans, incoming, again.plan, again.plan.tokenIds);
  };
}

/** A click on a button that carries a plan's ID. */
export function clickOf({ who, key, replyUrl, value }: IncomingClick): Click {
  // A value that is no plan ID names no plan.
  return { who, key, replyUrl, planId: isPlanId(value) ? value : '' };
}

function reactToNotTaken(notTaken: NotTaken, profiles: Profiles): Reaction {
  if (notTaken.kind === 'decided' && notTaken.plan.state === 'expired') return ended(notTaken.plan, profiles);
  const answer = notTakenMessage(notTaken);
  return answer ? { answer } : {};
}

function ended(plan: Plan, profiles: Profiles): Reaction {
  return { answer: endedMessage(plan, profileNamed(profiles, plan.profile)), replaces: true };
}
