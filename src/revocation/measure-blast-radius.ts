import { type BlastRadius, collectBlastRadius } from './blast-radius.ts';
import type { Clock } from './clock.ts';
import type { Plan, PlannedToken } from './plan.ts';
import { problemOfReading } from './reading.ts';
import { type TokenService, TokenServiceError } from './token-service.ts';

/** A plan waits no longer for the list of all tokens. */
const PATIENCE_MS = 2_000;

const TOO_SLOW = 'the list of tokens took longer than two seconds';
const TOO_MANY = 'the tokens name more databases than are counted';

/** What a plan takes away, or why nobody knows, in words for people. */
export type MeasuredBlastRadius = BlastRadius | { readonly notChecked: string };

/** A listing under way, of which a plan wants to know what it takes away. */
export interface Measurement {
  /** Resolves two seconds after the beginning at the latest. Throws nothing that a cluster or a network can cause. */
  readonly measured: Promise<(planned: readonly PlannedToken[]) => MeasuredBlastRadius>;
  /** Nobody needs it any more. */
  end(): void;
}

/** Begins to list all tokens of the profile. */
export function measureBlastRadius({ tokens, clock }: { tokens: TokenService; clock: Clock }, plan: Plan): Measurement {
  const collector = collectBlastRadius(plan.tokenIds, clock.now());
  const giveUp = new AbortController();
  const tooSlow = Promise.withResolvers<string>();
  const cancel = clock.after(PATIENCE_MS, () => {
    tooSlow.resolve(TOO_SLOW);
    giveUp.abort();
  });

  async function collect(): Promise<string | undefined> {
    // The clock decides, so that the reason is known.
    const request = { profile: plan.profile, timeoutMs: 2 * PATIENCE_MS, signal: giveUp.signal };
    try {
      for await (const page of tokens.list(request)) if (!page.every(collector.add)) return TOO_MANY;
      return undefined;
    } catch (error) {
      if (!(error instanceof TokenServiceError)) throw error;
      return problemOfReading(error.kind);
    }
  }

  const measured = Promise.race([tooSlow.promise, collect()])
    .finally(cancel)
    .then((notChecked) => (planned: readonly PlannedToken[]) => {
      return notChecked === undefined ? collector.over(planned) : { notChecked };
    });
  measured.catch(() => undefined); // whoever waits for it hears
  return {
    measured,
    end() {
      cancel();
      giveUp.abort();
    },
  };
}
