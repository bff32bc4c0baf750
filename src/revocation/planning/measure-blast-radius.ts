import type { Clock } from '../clock.ts';
import { NoTurnError } from '../looking/few-listings.ts';
import type { Plan, PlannedToken } from '../plan.ts';
import type { Store } from '../store.ts';
import type { ProfileName, TokenId } from '../token.ts';
import { type TokenService, TokenServiceError } from '../token-service.ts';
import { type BlastRadius, collectBlastRadius } from './blast-radius.ts';
import { problemOfReading } from './reading.ts';

/** A plan waits no longer for the list of all tokens. */
const PATIENCE_MS = 2_000;
/** Whoever has to wait longer for their turn has no time left to list anything. */
const TURN_WITHIN_MS = 1_500;

const TOO_SLOW = 'the list of tokens took longer than two seconds';
const NO_TURN = 'others are listing the tokens of this profile';
const TOO_MANY = 'the tokens name more databases than are counted';

/** What a plan takes away, or why nobody knows, in words for people. */
export type MeasuredBlastRadius = BlastRadius | { readonly notChecked: string };

/** Says it of the tokens of the plan, as they were found. */
export type Measured = (planned: readonly PlannedToken[]) => MeasuredBlastRadius;

/** A listing under way, of which a plan wants to know what it takes away. */
export interface Measurement {
  /** Resolves two seconds after the beginning at the latest. Throws nothing that a cluster or a network can cause. */
  readonly measured: Promise<Measured>;
  /** Nobody needs it any more. */
  end(): void;
}

export interface MeasurementDependencies {
  readonly store: Store;
  readonly tokens: TokenService;
  readonly clock: Clock;
}

/** Begins to list all tokens of the profile. */
export function measureBlastRadius({ store, tokens, clock }: MeasurementDependencies, plan: Plan): Measurement {
  const giveUp = new AbortController();
  const tooSlow = Promise.withResolvers<Measured>();
  const cancel = clock.after(PATIENCE_MS, () => {
    tooSlow.resolve(() => ({ notChecked: TOO_SLOW }));
    giveUp.abort();
  });

  async function collect(): Promise<Measured> {
    const collector = collectBlastRadius(plan.tokenIds, clock.now(), await leavingTokens(store, plan.profile));
    // The clock decides, so that the reason is known.
    const request = {
      profile: plan.profile,
      timeoutMs: 2 * PATIENCE_MS,
      turnWithinMs: TURN_WITHIN_MS,
      signal: giveUp.signal,
    };
    try {
      for await (const page of tokens.list(request)) {
        if (!page.every(collector.add)) return () => ({ notChecked: TOO_MANY });
      }
      return collector.over;
    } catch (error) {
      if (!(error instanceof TokenServiceError)) throw error;
      const notChecked = error instanceof NoTurnError ? NO_TURN : problemOfReading(error.kind);
      return () => ({ notChecked });
    }
  }

  const measured = Promise.race([tooSlow.promise, collect()]).finally(cancel);
  measured.catch(() => undefined); // whoever waits for it hears
  return {
    measured,
    end() {
      cancel();
      giveUp.abort();
    },
  };
}

/** What running revocations and plans that were confirmed are about to revoke. */
async function leavingTokens(store: Store, profile: ProfileName): Promise<ReadonlySet<TokenId>> {
  return store.transaction(async (transaction) => {
    const claimed = (await transaction.plansIn(['claimed'])).filter((plan) => plan.profile === profile);
    const held = await transaction.held(profile);
    return new Set([...held.keys(), ...claimed.flatMap(({ tokenIds }) => tokenIds)]);
  });
}
