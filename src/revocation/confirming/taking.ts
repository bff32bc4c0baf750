import { belongsIn, type Plan, type ReplyAddress } from '../plan.ts';
import { BEFORE_ACKNOWLEDGEMENT_MS } from '../planning/plans.ts';
import { certainRefusal } from '../rights/policy.ts';
import type { AuditEntry, Transaction } from '../store.ts';
import type { Click, ClicksDependencies, NotTaken } from './clicks.ts';

/** What a click does once it is taken, and what it is called in the audit log. */
export interface Taking<T> {
  readonly action: string;
  /** Whether it counts from anywhere, and not only from the channels of the policy: for what neither revokes nor looks. */
  readonly fromAnywhere?: boolean;
  readonly proceed: (transaction: Transaction, plan: Plan, now: Date) => Promise<T>;
}

/** Takes a click on a plan: what every click has to pass, in one transaction with what it does. */
export type Take = <T>(click: Click, taking: Taking<T>) => Promise<T | NotTaken>;

/** Only the operator's clicks are taken, and each of them once; the others are audited. */
export function createTake({ store, clock, profiles, servedTeams }: ClicksDependencies): Take {
  function obstacleTo(plan: Plan, { who }: Click, fromAnywhere: boolean): NotTaken | undefined {
    if (plan.requester.user !== who.user || plan.requester.team !== who.team) return { kind: 'foreign' };
    const profile = profiles.get(plan.profile);
    if (!profile)
      return { kind: 'refused', message: `There is no profile ${plan.profile} any more. Nothing was revoked.` };
    const policy = fromAnywhere ? { ...profile.policy, channels: undefined } : profile.policy;
    const refusal = certainRefusal(policy, { ...who, channel: belongsIn(plan, who) }, servedTeams());
    return refusal && { kind: 'refused', message: `${refusal.message} Nothing was revoked.`, denial: refusal.denial };
  }

  return (click, { action, fromAnywhere = false, proceed }) =>
    store.transaction(
      async (transaction) => {
        const now = clock.now();
        const plan = await transaction.plan(click.planId);
        const obstacle = plan ? obstacleTo(plan, click, fromAnywhere) : ({ kind: 'unknown' } as const);
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

/** A click in a message can have that message replaced; one in a view brings no address. */
export function replyTo({ replyUrl, who }: Click, now: Date): ReplyAddress | undefined {
  if (replyUrl === undefined) return undefined;
  return { url: replyUrl, uses: 0, openedAt: now, replaces: true, channel: who.channel };
}

/** The audit entry of a click that was not let do this. */
export function refusedClick(
  { who, planId }: Click,
  action: string,
  at: Date,
  obstacle: { readonly kind: string; readonly denial?: string | undefined } | undefined,
): AuditEntry {
  const { kind: why = 'unknown', denial } = obstacle ?? {};
  const detail = { refused: action, why, denial, team: who.team, channel: who.channel };
  return { at, actor: who.user, action: 'click refused', subject: planId, detail };
}
