import type { Authorizer } from './authorization.ts';
import type { Clock } from './clock.ts';
import type { Freeze } from './freeze.ts';
import { newPlanId } from './ids.ts';
import { planEntry } from './journal.ts';
import { liveTokens, type Plan, type PlannedToken, type PlanRequest, type ReplyAddress, twinKey } from './plan.ts';
import { type Allowed, certainRefusal, type Denial, forceRefusal, type Profile } from './policy.ts';
import { protectedAmong, protectedIds } from './protection.ts';
import { ManagementTokenError, type Readings, readTokens } from './reading.ts';
import type { Store, Transaction } from './store.ts';
import type { ProfileName } from './token.ts';
import type { TokenService } from './token-service.ts';

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
  readonly tokens: TokenService;
  readonly authorizer: Authorizer;
  readonly clock: Clock;
  readonly profiles: ReadonlyMap<ProfileName, Profile>;
  /** The workspaces this bot serves; its own is known only once Slack answered. */
  readonly servedTeams: () => readonly string[];
  readonly expiresAfterMs: number;
  /** Confirms a plan whose tokens were just read: what `--force` does in place of the click. */
  readonly confirm: (plan: Plan, readings: Readings) => Promise<void>;
  /** Called when something was queued to be told. */
  readonly onNews: () => void;
}

/** From the command to the plan that is shown. */
export interface Plans {
  /** Writes the request down, before Slack is acknowledged. Asks nobody but the store. */
  draft(request: PlanRequest, delivery: Delivery): Promise<Drafted>;
  /** Authorizes the operator, reads the tokens, and queues what to show. Also finishes a draft left by a crash. */
  prepare(plan: Plan): Promise<void>;
}

export function createPlans(dependencies: PlansDependencies): Plans {
  const { store, clock, profiles, servedTeams, expiresAfterMs } = dependencies;

  async function draft(request: PlanRequest, delivery: Delivery): Promise<Drafted> {
    const now = clock.now();
    const profile = profiles.get(request.profile);
    const certain = profile && certainRefusal(profile.policy, request.requester, servedTeams());
    const problem = profile ? requestRefusal(profile, request) : `There is no profile ${request.profile}.`;
    const refusal = certain?.message ?? problem;
    const reply = replyAddress(delivery, request, now);
    const expiresAt = new Date(now.getTime() + expiresAfterMs);
    const plan: Plan = { ...request, id: newPlanId(), state: 'draft', tokens: [], createdAt: now, expiresAt, reply };

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

  async function prepare(plan: Plan): Promise<void> {
    const profile = profiles.get(plan.profile);
    if (!profile) return end(plan, `There is no profile ${plan.profile} any more.`);
    if (clock.now() >= plan.expiresAt) return end(plan, 'The bot was interrupted before it could show this plan.');
    const verdict = await dependencies.authorizer.verdict(profile, plan.requester, FRESH_MS);
    if (!verdict.allowed) return end(plan, verdict.message, { denial: verdict.denial });
    const noForce = plan.force ? forceRefusal(profile.policy, plan.requester.user) : undefined;
    if (noForce) return end(plan, noForce.message, { denial: noForce.denial });
    try {
      await show(plan, profile, verdict, await readTokens(dependencies, profile, plan.tokenIds));
    } catch (error) {
      if (!(error instanceof ManagementTokenError)) throw error;
      await end(plan, managementTokenRefused(plan.profile));
    }
  }

  async function show(plan: Plan, profile: Profile, verdict: Allowed, readings: Readings): Promise<void> {
    const guarded = protectedAmong(profile, readings.tokens);
    if (guarded) return end(plan, guarded);
    if (plan.force) return dependencies.confirm(plan, readings);
    await store.transaction(async (transaction) => {
      const now = clock.now();
      const tokens = await withHeld(transaction, plan.profile, readings.tokens);
      const shown: Plan = { ...plan, tokens, revocationsLeft: readings.revocationsLeft, state: 'pending' };
      const live = liveTokens(shown).length;
      const after: Plan = live > 0 ? shown : { ...shown, state: 'refused', ending: 'There is nothing to revoke.' };
      const detail = { rule: verdict.rule, members: verdict.members, membersReadAt: verdict.readAt, live };
      if (await transaction.movePlan(after, 'draft', planEntry(plan, now, 'bot', 'plan shown', detail))) {
        await transaction.announce(plan.id, 'plan', now);
      }
    });
    dependencies.onNews();
  }

  async function end(plan: Plan, ending: string, detail: Record<string, unknown> = {}): Promise<void> {
    await store.transaction(async (transaction) => {
      const now = clock.now();
      const entry = planEntry(plan, now, 'bot', 'plan refused', { ...detail, ending });
      if (await transaction.movePlan({ ...plan, state: 'refused', ending }, plan.state, entry)) {
        await transaction.announce(plan.id, 'ended', now);
      }
    });
    dependencies.onNews();
  }

  return { draft, prepare };
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

async function withHeld(
  transaction: Transaction,
  profile: ProfileName,
  tokens: readonly PlannedToken[],
): Promise<PlannedToken[]> {
  const held = await transaction.held(
    profile,
    tokens.map(({ id }) => id),
  );
  return tokens.map((planned) => {
    const revocation = held.get(planned.id);
    return revocation === undefined ? planned : { id: planned.id, found: 'in progress', revocation };
  });
}
