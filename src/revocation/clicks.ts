import type { Clock } from './clock.ts';
import type { Freeze } from './freeze.ts';
import type { PlanId } from './ids.ts';
import { planEntry } from './journal.ts';
import type { Requester } from './people.ts';
import { isExpired, type Plan, type PlanState, type ReplyAddress } from './plan.ts';
import { BEFORE_ACKNOWLEDGEMENT_MS, type Delivery } from './plans.ts';
import { certainRefusal, type Profile } from './policy.ts';
import { stopRevocation } from './stopping.ts';
import type { AuditEntry, Store, Transaction } from './store.ts';
import type { ProfileName } from './token.ts';

/** A click on a button that carries a plan's ID, and nothing else that is believed. */
export interface Click extends Delivery {
  readonly planId: PlanId;
  readonly who: Requester;
}

/** Why a click moved nothing. */
export type NotTaken =
  /** Slack delivered the very same click again. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'unknown' }
  /** Somebody else's plan. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'refused'; readonly message: string }
  /** Nothing starts at the moment; the plan still waits. */
  | { readonly kind: 'frozen'; readonly freeze: Freeze }
  /** It was moved before: see its state, by whom and when. */
  | { readonly kind: 'decided'; readonly plan: Plan };

export type Taken = { readonly kind: 'taken'; readonly plan: Plan } | NotTaken;

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
  /** Takes a pending plan for its operator: from then on the bot owes an answer. */
  claim(click: Click): Promise<Taken>;
  cancel(click: Click): Promise<Taken>;
  /** Stops what of a running revocation has not left yet. */
  stop(click: Click): Promise<Stopped>;
  /** The plan whose tokens the operator wants to see planned again. */
  again(click: Click): Promise<Taken>;
}

export function createClicks({ store, clock, profiles, servedTeams }: ClicksDependencies): Clicks {
  /** What every click has to pass, in one transaction with what it does. */
  function take<T>(
    click: Click,
    action: string,
    proceed: (transaction: Transaction, plan: Plan, now: Date) => Promise<T>,
  ): Promise<T | NotTaken> {
    return store.transaction(
      async (transaction): Promise<T | NotTaken> => {
        const now = clock.now();
        const plan = await transaction.plan(click.planId);
        const obstacle = plan ? obstacleTo(plan, click) : ({ kind: 'unknown' } as const);
        if (obstacle || !plan) {
          await transaction.audit([refusedClick(click, action, now, obstacle)]);
          return obstacle ?? { kind: 'unknown' };
        }
        // The delivery is remembered last, so that nobody can use up a key that is not theirs.
        if (!(await transaction.firstDelivery(click.key, now))) return { kind: 'repeated' };
        return proceed(transaction, plan, now);
      },
      { withinMs: BEFORE_ACKNOWLEDGEMENT_MS },
    );
  }

  function obstacleTo(plan: Plan, { who }: Click): NotTaken | undefined {
    if (plan.requester.user !== who.user || plan.requester.team !== who.team) return { kind: 'foreign' };
    const profile = profiles.get(plan.profile);
    if (!profile)
      return { kind: 'refused', message: `There is no profile ${plan.profile} any more. Nothing was revoked.` };
    const refusal = certainRefusal(profile.policy, who, servedTeams());
    return refusal && { kind: 'refused', message: `${refusal.message} Nothing was revoked.` };
  }

  /** Decides a pending plan, unless it is too late or somebody was faster. */
  function decide(click: Click, to: 'claimed' | 'cancelled', action: string): Promise<Taken> {
    return take<Taken>(click, action, async (transaction, plan, now) => {
      if (plan.state !== 'pending') return { kind: 'decided', plan };
      const expired = isExpired(plan, now);
      const freeze = to === 'claimed' && !expired ? await transaction.freeze() : undefined;
      if (freeze) {
        await transaction.audit([refusedClick(click, action, now, { kind: 'frozen', freeze })]);
        return { kind: 'frozen', freeze };
      }
      const state: PlanState = expired ? 'expired' : to;
      const decided: Plan = { ...plan, state, decidedBy: click.who.user, decidedAt: now, reply: replyTo(click, now) };
      const entry = planEntry(plan, now, click.who.user, expired ? 'plan expired' : action);
      if (await transaction.movePlan(decided, 'pending', entry))
        return { kind: expired ? 'decided' : 'taken', plan: decided };
      return { kind: 'decided', plan: (await transaction.plan(plan.id)) ?? plan };
    });
  }

  return {
    claim: (click) => decide(click, 'claimed', 'plan claimed'),
    cancel: (click) => decide(click, 'cancelled', 'plan cancelled'),
    again: (click) => take<Taken>(click, 'new plan asked for', async (_transaction, plan) => ({ kind: 'taken', plan })),
    stop: (click) =>
      take<Stopped>(click, 'stop asked for', async (transaction, plan, now) => {
        const revocation = await transaction.revocation(plan.id);
        if (revocation?.state !== 'running' || revocation.stoppedBy !== undefined) return { kind: 'decided', plan };
        if (click.replyUrl !== undefined) await transaction.setReply(plan.id, replyTo(click, now));
        await stopRevocation(transaction, plan, revocation, { by: click.who.user, word: 'stopped' }, now);
        return { kind: 'stopped', plan };
      }),
  };
}

/** A click in a message can have that message replaced; one in a view brings no address. */
function replyTo({ replyUrl }: Click, now: Date): ReplyAddress | undefined {
  return replyUrl === undefined ? undefined : { url: replyUrl, uses: 0, openedAt: now, replaces: true };
}

function refusedClick({ who, planId }: Click, action: string, at: Date, obstacle: NotTaken | undefined): AuditEntry {
  const detail = { refused: action, why: obstacle?.kind ?? 'unknown', team: who.team, channel: who.channel };
  return { at, actor: who.user, action: 'click refused', subject: planId, detail };
}
