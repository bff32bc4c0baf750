import { type Clock, sleep } from '../clock.ts';
import type { Elsewhere, Plan } from '../plan.ts';
import type { Authorizer } from '../rights/authorization.ts';
import type { Profile } from '../rights/policy.ts';
import type { ProfileName, TokenId } from '../token.ts';
import { type TokenService, TokenServiceError } from '../token-service.ts';
import { FRESH_MS } from './plans.ts';

/** A plan waits no longer for what other clusters say. */
const PATIENCE_MS = 2_000;
/** Nobody asked for this, and what is revoked there has to be as fast as ever. */
const AT_ONCE = 2;

/** So many tokens of a plan are looked for, the first ones. */
export const LOOKED_FOR = 100;

export interface ElsewhereDependencies {
  readonly tokens: TokenService;
  readonly authorizer: Authorizer;
  readonly clock: Clock;
  readonly profiles: ReadonlyMap<ProfileName, Profile>;
  /** Another cluster could not be asked: nobody is told, since nobody asked for it by name. */
  readonly onSilence: (error: unknown, profile: ProfileName) => void;
}

/**
 * Where tokens are that the plan's own profile does not know: on the profiles where the operator may revoke too. Only reads,
 * two at a time on each, and looks for a hundred and two seconds at most; what was not found by then is not known. Undefined
 * where there is no other profile.
 */
export async function findElsewhere(
  { tokens, authorizer, clock, profiles, onSilence }: ElsewhereDependencies,
  plan: Plan,
  missing: readonly TokenId[],
): Promise<readonly Elsewhere[] | undefined> {
  const found: Elsewhere[] = [];
  const giveUp = new AbortController();
  const { signal } = giveUp;

  async function lookOn(profile: Profile): Promise<void> {
    const { allowed } = await authorizer.verdict(profile, plan.requester, FRESH_MS);
    if (!allowed) return;
    const waiting = missing.slice(0, LOOKED_FOR).values();
    const readers = Array.from({ length: Math.min(profile.concurrency, AT_ONCE) }, async () => {
      for (const tokenId of waiting) {
        if (signal.aborted) return;
        const { token } = await tokens.get({ profile: profile.name, tokenId, timeoutMs: PATIENCE_MS, signal });
        if (token) found.push({ id: tokenId, profile: profile.name, revoked: token.revokedAt !== undefined });
      }
    });
    await Promise.all(readers);
  }

  async function lookQuietlyOn(profile: Profile): Promise<void> {
    try {
      await lookOn(profile);
    } catch (error) {
      if (!(error instanceof TokenServiceError)) throw error;
      if (!signal.aborted) onSilence(error, profile.name);
    }
  }

  const others = [...profiles.values()].filter(({ name }) => name !== plan.profile);
  if (others.length === 0) return undefined;
  if (missing.length === 0) return [];
  try {
    await Promise.race([Promise.all(others.map(lookQuietlyOn)), sleep(clock, PATIENCE_MS, signal)]);
  } finally {
    giveUp.abort();
  }
  const order = new Map(missing.map((id, index) => [id, index]));
  return found.toSorted((one, other) => (order.get(one.id) ?? 0) - (order.get(other.id) ?? 0));
}
