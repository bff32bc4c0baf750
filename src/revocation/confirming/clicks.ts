import type { Clock } from '../clock.ts';
import type { Freeze } from '../freeze.ts';
import type { PlanId } from '../ids.ts';
import { planEntry } from '../journal.ts';
import type { Requester } from '../people.ts';
import { isExpired, type Plan, type PlanState } from '../plan.ts';
import type { Delivery } from '../planning/plans.ts';
import type { Profile } from '../rights/policy.ts';
import { isNameOf, whyTyped } from '../rights/type-to-confirm.ts';
import type { Denial } from '../rights/verdict.ts';
import { stopRevocation } from '../running/stopping.ts';
import type { Store, Transaction } from '../store.ts';
import type { ProfileName } from '../token.ts';
import { createTake, refusedClick, replyTo } from './taking.ts';

/** A click on a button that carries a plan's ID, and nothing else that is believed. */
export interface Click extends Delivery {
  readonly planId: PlanId;
  readonly who: Requester;
  /** What was typed where a plan asks for the name of its profile; undefined for a click alone. */
  readonly typed?: string | undefined;
  /** The dialog it happened in, where that shows the plan. */
  readonly dialog?: string | undefined;
}

/** Why a click moved nothing. */
export type NotTaken =
  /** Slack delivered the very same click again. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'unknown' }
  /** Somebody else's plan. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'refused'; readonly message: string; readonly denial?: Denial }
  /** Nothing starts at the moment; the plan still waits. */
  | { readonly kind: 'frozen'; readonly freeze: Freeze }
  /** It was moved before: see its state, by whom and when. */
  | { readonly kind: 'decided'; readonly plan: Plan };

export type Taken = { readonly kind: 'taken'; readonly plan: Plan } | NotTaken;

/** Also: a click alone does not confirm this plan, or what was typed is not the name. It still waits. */
export type Claimed = Taken | { readonly kind: 'name needed'; readonly plan: Plan; readonly why: string };

export type Stopped = { readonly kind: 'stopped'; readonly plan: Plan } | NotTaken;

export interface ClicksDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly profiles: ReadonlyMap<ProfileName, Profile>;
  /** The workspaces this bot serves; its own is known only once Slack answered. */
  readonly servedTeams: () => readonly string[];
}

/** Clicks become durable here, each once, before Slack is acknowledged. They ask nobody but the store. */
export interface Clicks {
  /** Takes a pending plan for its operator: from then on the bot owes an answer. Asks for the profile's name where the policy does. */
  claim(click: Click): Promise<Claimed>;
  cancel(click: Click): Promise<Taken>;
  /** The dialog of this click was closed: cancels a pending plan that was asked for in it, and no other. */
  close(click: Click): Promise<Taken>;
  /** Stops what of a running revocation has not left yet. */
  stop(click: Click): Promise<Stopped>;
  /** The plan whose tokens the operator wants to see planned again. */
  again(click: Click): Promise<Taken>;
}

export function createClicks(dependencies: ClicksDependencies): Clicks {
  const { profiles } = dependencies;
  const take = createTake(dependencies);

  function claim(click: Click): Promise<Claimed> {
    const action = 'plan claimed';
    const proceed = async (transaction: Transaction, plan: Plan, now: Date): Promise<Claimed> => {
      if (plan.state !== 'pending') return { kind: 'decided', plan };
      if (isExpired(plan, now)) return decide(transaction, plan, click, 'claimed', now);
      const freeze = await transaction.freeze();
      if (freeze) {
        await transaction.audit([refusedClick(click, action, now, { kind: 'frozen' })]);
        return { kind: 'frozen', freeze };
      }
      const why = whyTyped(plan, profiles.get(plan.profile)?.policy.typeToConfirm);
      if (why === undefined || isNameOf(plan.profile, click.typed)) {
        return decide(transaction, plan, click, 'claimed', now);
      }
      if (click.typed === undefined) await keepReply(transaction, plan, click, now);
      else await transaction.audit([refusedClick(click, action, now, { kind: 'name needed' })]);
      return { kind: 'name needed', plan, why };
    };
    return take<Claimed>(click, { action, proceed });
  }

  /** The message whose button asks for the name is the one that shows what comes of it. */
  async function keepReply(transaction: Transaction, plan: Plan, click: Click, now: Date): Promise<void> {
    if (click.replyUrl !== undefined) await transaction.setReply(plan.id, replyTo(click, now));
  }

  /** Decides a pending plan, unless it is too late or somebody was faster. */
  async function decide(
    transaction: Transaction,
    plan: Plan,
    click: Click,
    to: 'claimed' | 'cancelled',
    now: Date,
  ): Promise<Taken> {
    if (plan.state !== 'pending') return { kind: 'decided', plan };
    const expired = isExpired(plan, now);
    const state: PlanState = expired ? 'expired' : to;
    const reply = click.typed === undefined ? replyTo(click, now) : plan.reply;
    const { who, dialog } = click;
    const decided: Plan = { ...plan, state, decidedBy: who.user, decidedAt: now, reply, dialog };
    const entry = planEntry(plan, now, click.who.user, `plan ${state}`);
    if (await transaction.movePlan(decided, 'pending', entry))
      return { kind: expired ? 'decided' : 'taken', plan: decided };
    return { kind: 'decided', plan: (await transaction.plan(plan.id)) ?? plan };
  }

  return {
    claim,
    cancel: (click) =>
      take<Taken>(click, {
        action: 'plan cancelled',
        fromAnywhere: true,
        proceed: (transaction, plan, now) => decide(transaction, plan, click, 'cancelled', now),
      }),
    close: (click) =>
      take<Taken>(click, {
        action: 'plan cancelled',
        proceed: async (transaction, plan, now) => {
          if (plan.dialog !== click.dialog) return { kind: 'decided', plan };
          return decide(transaction, plan, { ...click, dialog: undefined }, 'cancelled', now);
        },
      }),
    again: (click) =>
      take<Taken>(click, {
        action: 'new plan asked for',
        proceed: async (_transaction, plan) => ({ kind: 'taken', plan }),
      }),
    stop: (click) =>
      take<Stopped>(click, {
        action: 'stop asked for',
        fromAnywhere: true,
        async proceed(transaction, plan, now) {
          const revocation = await transaction.revocation(plan.id);
          if (revocation?.state !== 'running' || revocation.stoppedBy !== undefined) return { kind: 'decided', plan };
          if (click.replyUrl !== undefined) await transaction.setReply(plan.id, replyTo(click, now));
          await stopRevocation(transaction, plan, revocation, { by: click.who.user, word: 'stopped' }, now);
          return { kind: 'stopped', plan };
        },
      }),
  };
}
