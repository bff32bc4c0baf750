import { planEntry } from '../journal.ts';
import { liveTokens, type Plan, type PlannedToken } from '../plan.ts';
import { forceRefusal, type Profile } from '../rights/policy.ts';
import { protectedAmong } from '../rights/protection.ts';
import type { Allowed } from '../rights/verdict.ts';
import type { Store, Transaction } from '../store.ts';
import type { ProfileName } from '../token.ts';
import { type ElsewhereDependencies, findElsewhere } from './elsewhere.ts';
import { type Measurement, measureBlastRadius } from './measure-blast-radius.ts';
import { FRESH_MS, managementTokenRefused, type Plans } from './plans.ts';
import { ManagementTokenError, type Readings, readTokens } from './reading.ts';

export interface PreparationDependencies extends ElsewhereDependencies {
  readonly store: Store;
  /** Confirms a plan whose tokens were just read: what `--force` does in place of the click. */
  readonly confirm: (plan: Plan, readings: Readings) => Promise<void>;
  /** Called when something was queued to be told. */
  readonly onNews: () => void;
}

/** What a plan is prepared with. */
interface Preparing {
  readonly profile: Profile;
  readonly verdict: Allowed;
  /** Undefined where nobody will see it. */
  readonly measurement: Measurement | undefined;
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
    // Whoever uses --force is in a hurry, and sees no plan in which it would stand.
    const measurement = plan.force ? undefined : measureBlastRadius(dependencies, plan);
    try {
      await show(plan, { profile, verdict, measurement }, await readTokens(dependencies, profile, plan.tokenIds));
    } catch (error) {
      if (!(error instanceof ManagementTokenError)) throw error;
      await end(plan, managementTokenRefused(plan.profile));
    } finally {
      measurement?.end();
    }
  }

  async function show(plan: Plan, { profile, verdict, measurement }: Preparing, readings: Readings): Promise<void> {
    const guarded = protectedAmong(profile, readings.tokens);
    if (guarded) return end(plan, guarded);
    const anyLive = readings.tokens.some(({ found }) => found === 'live');
    if (plan.force && anyLive) return dependencies.confirm(plan, readings);
    const missing = readings.tokens.flatMap(({ id, found }) => (found === 'not found' ? [id] : []));
    const [elsewhere, radiusOver] = await Promise.all([
      findElsewhere(dependencies, plan, missing),
      anyLive ? measurement?.measured : undefined,
    ]);
    if (plan.force) return dependencies.confirm({ ...plan, elsewhere }, readings);
    await store.transaction(async (transaction) => {
      const now = clock.now();
      const tokens = await withHeld(transaction, plan.profile, readings.tokens);
      const { revocationsLeft } = readings;
      const blastRadius = radiusOver?.(tokens);
      const shown: Plan = { ...plan, tokens, revocationsLeft, blastRadius, elsewhere, state: 'pending' };
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
