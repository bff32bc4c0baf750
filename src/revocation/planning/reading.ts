import { type Clock, sleep } from '../clock.ts';
import type { PlannedToken } from '../plan.ts';
import type { Profile } from '../rights/policy.ts';
import type { Token, TokenId } from '../token.ts';
import {
  type TokenReading,
  type TokenService,
  TokenServiceError,
  type TokenServiceErrorKind,
} from '../token-service.ts';

/** Without any answer for this long, reading is given up. */
const PATIENCE_MS = 10_000;
const LONGEST_WAIT_MS = 250;

/** What the cluster says of the tokens of a plan. */
export interface Readings {
  /** In the order asked for. */
  readonly tokens: readonly PlannedToken[];
  readonly revocationsLeft: number | undefined;
}

/** The cluster rejected the management token itself, so nothing it says of tokens means anything. */
export class ManagementTokenError extends Error {
  override readonly name = 'ManagementTokenError';
}

/**
 * Asks the cluster about every token, as many at a time as the profile allows. A token that cannot be read is said to be
 * unreadable, with the reason; a refused management token throws `ManagementTokenError`.
 */
export async function readTokens(
  { tokens, clock }: { tokens: TokenService; clock: Clock },
  profile: Profile,
  tokenIds: readonly TokenId[],
): Promise<Readings> {
  const giveUp = new AbortController();
  let cancel = clock.after(PATIENCE_MS, () => giveUp.abort());
  const answers = new Map<TokenId, PlannedToken>();
  let revocationsLeft: number | undefined;
  const waiting = tokenIds.values();

  async function ask(tokenId: TokenId): Promise<TokenReading> {
    const { signal } = giveUp;
    for (;;) {
      try {
        return await tokens.get({ profile: profile.name, tokenId, timeoutMs: PATIENCE_MS, signal });
      } catch (error) {
        // The gateway is busy with the plans of others: this one waits for its turn.
        if (!(error instanceof TokenServiceError) || error.kind !== 'limited' || signal.aborted) throw error;
        await sleep(clock, Math.min(error.retryAfterMs ?? LONGEST_WAIT_MS, LONGEST_WAIT_MS), signal);
      }
    }
  }

  async function reader(): Promise<void> {
    for (const tokenId of waiting) {
      if (giveUp.signal.aborted) return;
      try {
        const reading = await ask(tokenId);
        revocationsLeft = reading.revocationsLeft ?? revocationsLeft;
        answers.set(tokenId, planned(tokenId, reading.token));
        cancel();
        cancel = clock.after(PATIENCE_MS, () => giveUp.abort());
      } catch (error) {
        answers.set(tokenId, unreadable(tokenId, error));
      }
    }
  }

  try {
    await Promise.all(Array.from({ length: Math.min(profile.concurrency, tokenIds.length) }, reader));
  } finally {
    cancel();
    giveUp.abort();
  }
  return {
    tokens: tokenIds.map((id) => answers.get(id) ?? { id, found: 'unreadable', problem: PROBLEM.lost }),
    revocationsLeft,
  };
}

function planned(id: TokenId, token: Token | undefined): PlannedToken {
  if (!token) return { id, found: 'not found' };
  return { id, found: token.revokedAt ? 'already revoked' : 'live', token };
}

function unreadable(id: TokenId, error: unknown): PlannedToken {
  if (!(error instanceof TokenServiceError)) throw error;
  if (error.kind === 'unauthenticated') throw new ManagementTokenError(error.message, { cause: error });
  return { id, found: 'unreadable', problem: problemOfReading(error.kind) };
}

/** Why a cluster did not tell something of its tokens, in words for people. */
export function problemOfReading(kind: TokenServiceErrorKind): string {
  return kind === 'unauthenticated' ? 'the cluster rejected the bot’s own management token' : PROBLEM[kind];
}

const PROBLEM = {
  invalid: 'the cluster called the request invalid',
  denied: 'the cluster forbids reading it',
  throttled: 'the cluster asked to slow down',
  limited: 'the limits of this profile are reached',
  busy: 'the cluster could not answer',
  lost: 'the cluster did not answer in time',
  protocol: 'the cluster answered something that is not its API',
} as const;
