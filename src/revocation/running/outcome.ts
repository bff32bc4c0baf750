import type { Item, Outcome } from '../revocation.ts';
import type { RevokeReply, TokenReading, TokenServiceError } from '../token-service.ts';

/** How often one token is tried. */
export const MAX_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 500;
const LONGEST_RETRY_AFTER_MS = 60_000;

/** A token's work is over. */
export interface Settled {
  readonly next: 'settle';
  readonly outcome: Outcome;
  readonly note: string;
  readonly status: string;
  readonly revokedAt?: Date | undefined;
}

/** It is tried again, after a pause. */
export interface Again {
  readonly next: 'again';
  readonly afterMs: number;
  readonly sent: boolean;
  readonly lost: boolean;
  readonly note: string;
  readonly status: string;
}

/** The whole profile waits: this attempt did not count, and nothing reached the cluster. */
export interface Paused {
  readonly next: 'pause';
  readonly afterMs: number;
  readonly note: string;
  readonly status: string;
}

/** It was taken back before anything left: this attempt did not count. */
export interface TakenBack {
  readonly next: 'taken back';
  readonly afterMs: 0;
  readonly note: string;
  readonly status: string;
}

export type Decision = Settled | Again | Paused | TakenBack;

/** What an attempt knows besides the answer. */
export interface Circumstances {
  /** The item as it was claimed: `attempt` counts the one under way. */
  readonly item: Item;
  /** False once it was stopped or its time is up: from then on it is only looked up. */
  readonly maySend: boolean;
  /** Between 0 and 1, spreads the pauses. */
  readonly random: number;
}

const settle = (outcome: Outcome, status: string, note = '', revokedAt?: Date): Settled => ({
  next: 'settle',
  outcome,
  status,
  note,
  revokedAt,
});

/** What follows from the cluster's answer to a DELETE. */
export function afterReply(reply: RevokeReply, { item }: Circumstances): Settled {
  if (reply.outcome === 'revoked' || item.sent) return settle('revoked', reply.status, '', reply.revokedAt);
  if (reply.outcome === 'already revoked') return settle('already revoked', reply.status, '', reply.revokedAt);
  // Only tokens seen live are ever sent for revocation, so somebody else was faster.
  return settle('already revoked', reply.status, 'no longer active');
}

/** What follows from looking a token up before another try; undefined: it is still live, and may be sent. */
export function afterReading({ token }: TokenReading, circumstances: Circumstances): Settled | undefined {
  const { item, maySend } = circumstances;
  if (!token)
    return item.sent ? settle('revoked', 'NOT_FOUND') : settle('already revoked', 'NOT_FOUND', 'no longer active');
  if (token.revokedAt) return settle(item.sent ? 'revoked' : 'already revoked', 'OK', '', token.revokedAt);
  return maySend ? undefined : ending(item, 'it is still active');
}

/** What follows when no answer, or a refusal, came from reading (`reading`) or revoking a token. */
export function afterError(
  error: TokenServiceError,
  doing: 'reading' | 'revoking',
  circumstances: Circumstances,
): Decision {
  const { item } = circumstances;
  switch (error.kind) {
    case 'unauthenticated':
      return {
        next: 'pause',
        afterMs: 15_000,
        note: 'the management token of this profile is expired or wrong',
        status: error.status,
      };
    case 'limited':
      return {
        next: 'pause',
        // Asked again now and then, so that it ends on time even where the budget is spent for longer.
        afterMs: Math.min(error.retryAfterMs ?? 1_000, LONGEST_RETRY_AFTER_MS),
        note: 'the limits of this profile are reached',
        status: error.status,
      };
    case 'invalid':
      return settle(item.lost ? 'unknown' : 'refused', error.status, 'the cluster called the request invalid');
    case 'denied':
      if (item.lost) return again(error, 'the cluster forbids looking at this token', doing, circumstances);
      return settle('refused', error.status, 'the cluster forbids it for this token');
    default:
      return again(error, PROBLEM[error.kind], doing, circumstances);
  }
}

const PROBLEM = {
  throttled: 'the cluster asked to slow down',
  busy: 'the cluster did not do it',
  lost: 'no answer from the cluster',
  protocol: 'the cluster answered something that is not its API',
} as const;

function again(
  error: TokenServiceError,
  note: string,
  doing: 'reading' | 'revoking',
  circumstances: Circumstances,
): Decision {
  const { item, random } = circumstances;
  const unanswered = doing === 'revoking' && (error.kind === 'lost' || error.kind === 'protocol');
  const lost = item.lost || unanswered;
  const sent = item.sent || unanswered || (doing === 'revoking' && error.answered);
  if (item.attempt >= MAX_ATTEMPTS || !circumstances.maySend) {
    return { ...ending({ ...item, lost }, note), status: error.status };
  }
  const afterMs = Math.max(pauseMs(item.attempt, random), Math.min(error.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS));
  return { next: 'again', afterMs, sent, lost, note, status: error.status };
}

/** What follows when the request was taken back before it was sent. */
export function afterWithdrawal({ note, status }: Item): TakenBack {
  return { next: 'taken back', afterMs: 0, note, status };
}

/** How a token ends that is not tried again: what is not known to have failed is unknown. */
export function ending(item: Item, note: string): Settled {
  if (item.lost) return settle('unknown', item.status, note);
  if (item.attempt === 0) return settle('not sent', item.status, note);
  return settle('failed', item.status, note);
}

/** The pause after this attempt: half a second, doubling, give or take half. */
function pauseMs(attempt: number, random: number): number {
  return FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + random);
}
