import type { Clock } from '../revocation/clock.ts';
import type { ProfileName } from '../revocation/token.ts';
import { type TokenService, TokenServiceError, type TokenServiceErrorKind } from '../revocation/token-service.ts';

/** No token has it; whoever may look for it may look for others. */
const NIL = '00000000-0000-0000-0000-000000000000';
const READ_WITHIN_MS = 3_000;
const KEPT_MS = 60_000;

export interface ClusterWatchDependencies {
  readonly tokens: Pick<TokenService, 'get'>;
  readonly clock: Clock;
  readonly onFault: (error: unknown, doing: string) => void;
}

/**
 * Says how the cluster of a profile is, in a few fixed words: `ok`, or what is wrong. It is asked for a token that nobody
 * has, at most once a minute, however many want to know; until then they hear what was found. Never throws.
 */
export function createClusterWatch({
  tokens,
  clock,
  onFault,
}: ClusterWatchDependencies): (profile: ProfileName) => Promise<string> {
  const kept = new Map<ProfileName, { readonly at: number; readonly state: Promise<string> }>();

  async function ask(profile: ProfileName): Promise<string> {
    try {
      await tokens.get({ profile, tokenId: NIL, timeoutMs: READ_WITHIN_MS });
      return 'ok';
    } catch (error) {
      const state = error instanceof TokenServiceError ? STATES[error.kind] : 'cannot be asked';
      if (state !== 'ok') onFault(error, `looking whether the cluster of ${profile} answers`);
      return state;
    }
  }

  return (profile) => {
    const now = clock.now().getTime();
    const known = kept.get(profile);
    if (known && now - known.at < KEPT_MS) return known.state;
    const state = ask(profile);
    kept.set(profile, { at: now, state });
    return state;
  };
}

/** A cluster that is busy, and limits of our own, are no reason to send nothing to this bot. */
const STATES: Readonly<Record<TokenServiceErrorKind, string>> = {
  throttled: 'ok',
  limited: 'ok',
  unauthenticated: 'management token refused',
  denied: 'management token may not read',
  invalid: 'answers something else',
  protocol: 'answers something else',
  busy: 'not answering',
  lost: 'not answering',
};
