import type { Authorizer } from './authorization.ts';
import type { Clock } from './clock.ts';
import { planEntry } from './journal.ts';
import { liveTokens, type Plan, type PlannedToken } from './plan.ts';
import { FRESH_MS, managementTokenRefused, type Plans } from './plans.ts';
import { type Allowed, forceRefusal, type Profile } from './policy.ts';
import { protectedAmong } from './protection.ts';
import { ManagementTokenError, type Readings, readTokens } from './reading.ts';
import type { Store, Transaction } from './store.ts';
import type { ProfileName } from './token.ts';
import type { TokenService } from './token-service.ts';

export interface PreparationDependencies {
  readonly store: Store;
  readonly tokens: TokenService;
  readonly authorizer: Authorizer;
  readonly clock: Clock;
  readonly profiles: ReadonlyMap<ProfileName, Profile>;
  /** Confirms a plan whose tokens were just read: what `--force` does in place of the click. */
  readonly confirm: (plan: Plan, readings: Readings) => Promise<void>;
  /** Called when something was queued to be told. */
  readonly onNews: () => void;
}

/** From the draft to the plan that is shown. */
export function createPreparation(dependencies: PreparationDependencies): Pick<Plans, 'prepare'> {
  const { store, clock, profiles } = dependencies;

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

  return { prepare };
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
