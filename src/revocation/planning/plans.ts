import type { Clock } from '../clock.ts';
import type { Freeze } from '../freeze.ts';
import { newPlanId } from '../ids.ts';
import { planEntry } from '../journal.ts';
import { type Plan, type PlanRequest, type ReplyAddress, twinKey } from '../plan.ts';
import { certainRefusal, type Profile } from '../rights/policy.ts';
import { protectedIds } from '../rights/protection.ts';
import type { Denial } from '../rights/verdict.ts';
import type { Store, Transaction } from '../store.ts';
import type { ProfileName } from '../token.ts';

/** A transaction before Slack is acknowledged takes no longer. */
export const BEFORE_ACKNOWLEDGEMENT_MS = 1_500;
/** A person's membership counts for this long after it was read. */
export const FRESH_MS = 30_000;
const TWIN_WITHIN_MS = 60_000;

/** A message of Slack's, told apart from its repetitions by `key`. */
export interface Delivery {
  readonly key: string;
  /** The response URL it came with; without one, the operator hears by direct message. */
  readonly replyUrl?: string | undefined;
}

/** What became of a request to revoke. */
export type Drafted =
  | { readonly kind: 'drafted'; readonly plan: Plan }
  /** Slack or the person sent the very same request again. */
  | { readonly kind: 'repeated' }
  /** The same person asked the same here within a minute, and that plan is still open. */
  | { readonly kind: 'twin'; readonly plan: Plan; readonly freeze: Freeze | undefined }
  | { readonly kind: 'refused'; readonly message: string };

export interface PlansDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly profiles: ReadonlyMap<ProfileName, Profile>;
  /** The workspaces this bot serves; its own is known only once Slack answered. */
  readonly servedTeams: () => readonly string[];
  readonly expiresAfterMs: number;
  /** Whether revoked tokens become rotations. */
  readonly rotates: boolean;
}

/** From the command to the plan that is shown. */
export interface Plans {
  /** Writes the request down, before Slack is acknowledged. Asks nobody but the store. */
  draft(request: PlanRequest, delivery: Delivery): Promise<Drafted>;
  /** Authorizes the operator, reads the tokens, and queues what to show. Also finishes a draft left by a crash. */
  prepare(plan: Plan): Promise<void>;
}

/** The first of the two; the other is `createPreparation`. */
export function createPlans(dependencies: PlansDependencies): Pick<Plans, 'draft'> {
  const { store, clock, profiles, servedTeams, expiresAfterMs, rotates } = dependencies;

  async function draft(request: PlanRequest, delivery: Delivery): Promise<Drafted> {
    const now = clock.now();
    const profile = profiles.get(request.profile);
    const certain = profile && certainRefusal(profile.policy, request.requester, servedTeams());
    const problem = profile ? requestRefusal(profile, request) : `There is no profile ${request.profile}.`;
    const refusal = certain?.message ?? problem;
    const reply = replyAddress(delivery, request, now);
    const expiresAt = new Date(now.getTime() + expiresAfterMs);
    const made = { createdAt: now, expiresAt, reply, rotates };
    const plan: Plan = { ...request, id: newPlanId(), state: 'draft', tokens: [], ...made };

    return store.transaction(
      async (transaction): Promise<Drafted> => {
        if (!(await transaction.firstDelivery(delivery.key, now))) return { kind: 'repeated' };
        if (refusal !== undefined) return refuseDraft(transaction, plan, refusal, certain?.denial);
        const twin = request.force
          ? undefined
          : await transaction.twin(twinKey(request), new Date(now.getTime() - TWIN_WITHIN_MS));
        if (twin) return { kind: 'twin', plan: twin, freeze: await transaction.freeze() };
        const detail = {
          tokenIds: request.tokenIds,
          reason: request.reason,
          force: request.force,
          channel: request.requester.channel,
        };
        await transaction.addPlan(plan, planEntry(plan, now, request.requester.user, 'plan asked for', detail));
        return { kind: 'drafted', plan };
      },
      { withinMs: BEFORE_ACKNOWLEDGEMENT_MS },
    );
  }

  return { draft };
}

function replyAddress({ replyUrl }: Delivery, { requester }: PlanRequest, now: Date): ReplyAddress | undefined {
  if (replyUrl === undefined) return undefined;
  return { url: replyUrl, uses: 0, openedAt: now, replaces: false, channel: requester.channel };
}

/** What people read when the cluster rejects the management token. */
export function managementTokenRefused(profile: ProfileName): string {
  return `The cluster rejected the bot's own management token for ${profile}: it is expired or wrong. Nothing was revoked. Whoever runs the bot has to renew it.`;
}

async function refuseDraft(
  transaction: Transaction,
  plan: Plan,
  message: string,
  denial: Denial | undefined,
): Promise<Drafted> {
  const detail = {
    denial,
    force: plan.force,
    tokenIds: plan.tokenIds,
    channel: plan.requester.channel,
    team: plan.requester.team,
    ending: message,
  };
  await transaction.audit([planEntry(plan, plan.createdAt, plan.requester.user, 'request refused', detail)]);
  return { kind: 'refused', message };
}

function requestRefusal({ policy }: Profile, request: PlanRequest): string | undefined {
  const count = request.tokenIds.length;
  if (count > policy.maxTokens) {
    return `You asked for ${count} tokens. The policy of this profile allows ${policy.maxTokens} at once. Nothing was revoked. Ask for fewer.`;
  }
  return protectedIds(policy, request.tokenIds);
}
