import type { Clock } from '../clock.ts';
import { FROZEN_ENDING } from '../freeze.ts';
import { planEntry } from '../journal.ts';
import { liveTokens, type Plan } from '../plan.ts';
import { FRESH_MS, managementTokenRefused } from '../planning/plans.ts';
import { ManagementTokenError, type Readings, readTokens } from '../planning/reading.ts';
import type { Revocation } from '../revocation.ts';
import type { Authorizer } from '../rights/authorization.ts';
import type { Profile } from '../rights/policy.ts';
import { protectedAmong } from '../rights/protection.ts';
import type { Allowed, Refused } from '../rights/verdict.ts';
import { announceResult } from '../running/stopping.ts';
import type { Store } from '../store.ts';
import { type ProfileName, shortId, type Token } from '../token.ts';
import type { TokenService } from '../token-service.ts';
import { changesSince, itemFor, problemOf } from './recheck.ts';

export interface ConfirmationDependencies {
  readonly store: Store;
  readonly tokens: TokenService;
  readonly authorizer: Authorizer;
  readonly clock: Clock;
  readonly profiles: ReadonlyMap<ProfileName, Profile>;
  readonly sendWithinMs: number;
  readonly onNews: () => void;
  /** Called when a revocation started. */
  readonly onWork: (plan: Plan) => void;
}

/** From the click that was taken to the revocation that runs. */
export interface Confirmation {
  /** Authorizes again, reads the tokens again, and starts the revocation or ends the plan. Also finishes a claim left by a crash. */
  check(plan: Plan): Promise<void>;
  /** The same for a forced draft whose tokens were just read. */
  confirmForced(plan: Plan, readings: Readings): Promise<void>;
}

export function createConfirmation(dependencies: ConfirmationDependencies): Confirmation {
  const { store, clock, profiles, authorizer } = dependencies;

  async function check(plan: Plan): Promise<void> {
    const profile = profiles.get(plan.profile);
    const clickedAt = plan.decidedAt ?? plan.createdAt;
    if (!profile) return end(plan, 'refused', `There is no profile ${plan.profile} any more. Nothing was revoked.`);
    if (clock.now().getTime() > clickedAt.getTime() + dependencies.sendWithinMs) {
      return end(plan, 'refused', 'The bot was interrupted for too long after the click. Nothing was revoked.');
    }
    try {
      const shown = liveTokens(plan);
      const reading = readTokens(
        dependencies,
        profile,
        shown.map(({ id }) => id),
      );
      reading.catch(() => undefined); // nobody waits for it where the next line refuses
      const verdict = await authorizer.verdict(profile, plan.requester, FRESH_MS);
      if (!verdict.allowed) return await refuse(plan, verdict);
      const readings = await reading;
      await decide(plan, profile, shown, readings);
    } catch (error) {
      if (!(error instanceof ManagementTokenError)) throw error;
      await end(plan, 'refused', managementTokenRefused(plan.profile));
    }
  }

  async function confirmForced(plan: Plan, readings: Readings): Promise<void> {
    const profile = profiles.get(plan.profile);
    if (!profile) return;
    const { tokens, revocationsLeft } = readings;
    const forced: Plan = { ...plan, tokens, revocationsLeft, decidedBy: plan.requester.user, decidedAt: clock.now() };
    await decide(forced, profile, liveTokens(forced), readings);
  }

  async function decide(plan: Plan, profile: Profile, shown: readonly Token[], readings: Readings): Promise<void> {
    // After the tokens, so that membership is fresh when the confirmation takes effect.
    const verdict = await authorizer.verdict(profile, plan.requester, FRESH_MS / 2);
    if (!verdict.allowed) return refuse(plan, verdict);
    const guarded = protectedAmong(profile, readings.tokens);
    if (guarded) return end(plan, 'refused', guarded);
    const changes = changesSince(shown, readings.tokens);
    if (changes.length > 0) {
      const ending = 'Tokens changed since this plan was shown. Nothing was revoked.';
      const differences = changes.map(({ id, change }) => `${shortId(id)}: ${change}.`).join(' ');
      return end(plan, 'changed', `${ending} ${differences}`, { ending, changed: changes.map(({ id }) => id) });
    }
    const unread = readings.tokens.filter(({ found }) => found === 'unreadable');
    if (shown.length > 0 && unread.length === readings.tokens.length) {
      return end(
        plan,
        'refused',
        `The tokens could not be checked again: ${problemOf(unread[0])}. Nothing was revoked.`,
      );
    }
    if (shown.length === 0) return end(plan, 'refused', 'There is nothing to revoke.', {}, 'plan');
    await start(plan, profile, verdict, shown, readings);
  }

  async function start(
    plan: Plan,
    profile: Profile,
    verdict: Allowed,
    shown: readonly Token[],
    readings: Readings,
  ): Promise<void> {
    const found = new Map(readings.tokens.map((planned) => [planned.id, planned]));
    const started = await store.transaction(async (transaction) => {
      const now = clock.now();
      if (await transaction.freeze()) return 'frozen';
      if (now.getTime() - verdict.readAt.getTime() > FRESH_MS) return 'stale';
      const held = await transaction.held(
        plan.profile,
        shown.map(({ id }) => id),
      );
      const items = shown.map(({ id }) => itemFor(plan, id, found.get(id), held.get(id), now));
      const running = items.some(({ state }) => state !== 'done');
      const revocation: Revocation = {
        id: plan.id,
        state: running ? 'running' : 'done',
        createdAt: now,
        finishedAt: running ? undefined : now,
      };
      const detail = {
        rule: verdict.rule,
        members: verdict.members,
        membersReadAt: verdict.readAt,
        tokenIds: shown.map(({ id }) => id),
        forced: plan.force,
      };
      const entry = planEntry(plan, now, plan.requester.user, 'revocation confirmed', detail);
      if (!(await transaction.movePlan({ ...plan, state: 'confirmed' }, plan.state, entry))) return 'lost';
      await transaction.addRevocation(revocation, items);
      if (!running) await announceResult(transaction, plan, now);
      return 'started';
    });
    if (started === 'frozen') return end(plan, 'refused', FROZEN_ENDING, { denial: 'frozen' });
    // The process stood still in between: who may is read anew.
    if (started === 'stale') return decide(plan, profile, shown, readings);
    if (started === 'started') dependencies.onWork(plan);
    dependencies.onNews();
  }

  function refuse(plan: Plan, { message, denial }: Refused): Promise<void> {
    return end(plan, 'refused', `${message} Nothing was revoked.`, { denial });
  }

  /** The detail is for the audit log, and may word the ending without what people read. */
  async function end(
    plan: Plan,
    state: 'refused' | 'changed',
    ending: string,
    detail: Record<string, unknown> = {},
    about: 'ended' | 'plan' = 'ended',
  ): Promise<void> {
    await store.transaction(async (transaction) => {
      const now = clock.now();
      const entry = planEntry(plan, now, 'bot', `plan ${state}`, { ending, ...detail });
      if (await transaction.movePlan({ ...plan, state, ending }, plan.state, entry))
        await transaction.announce(plan.id, about, now);
    });
    dependencies.onNews();
  }

  return { check, confirmForced };
}
