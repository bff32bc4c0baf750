import type { Clock } from '../clock.ts';
import type { PlanId } from '../ids.ts';
import type { Item } from '../revocation.ts';
import type { ClaimedItem } from '../store.ts';
import { type TokenService, TokenServiceError, WithdrawnError } from '../token-service.ts';
import {
  afterError,
  afterReading,
  afterReply,
  afterWithdrawal,
  type Circumstances,
  type Decision,
  ending,
  type Settled,
} from './outcome.ts';

/** One attempt never takes longer; below the lease. */
const ATTEMPT_MS = 10_000;

export interface AttemptDependencies {
  readonly tokens: TokenService;
  readonly clock: Clock;
  readonly sendWithinMs: number;
  readonly random: () => number;
  /** Whether nobody stopped this revocation or froze the bot since the token was claimed. */
  readonly stillWanted: (id: PlanId) => Promise<boolean>;
}

/**
 * Tries once to revoke one token, and says what follows. Looks the token up first when an earlier try may have had an effect.
 * While its request waits at the gateway the signal takes it back.
 */
export async function attemptItem(
  dependencies: AttemptDependencies,
  claimed: ClaimedItem,
  takeBack: AbortSignal,
): Promise<Decision> {
  const { tokens, clock, random } = dependencies;
  const { item, plan } = claimed;
  const stop = stopReason(dependencies, claimed);
  const circumstances: Circumstances = { item, maySend: stop === undefined, random: random() };
  const patienceMs = Math.min(ATTEMPT_MS, Math.max(plan.timeoutMs, 1_000));
  const startedAt = clock.now().getTime();
  const request = { profile: item.profile, tokenId: item.tokenId };
  let doing: 'reading' | 'revoking' = 'reading';
  try {
    if (item.attempt > 1) {
      const decision = afterReading(await tokens.get({ ...request, timeoutMs: patienceMs / 2 }), circumstances);
      if (decision) return { ...decision, note: noteOn(decision, stop) };
      // The look-up may have taken seconds.
      if (!(await dependencies.stillWanted(plan.id))) return untouched(item);
    } else if (stop !== undefined) {
      return ending({ ...item, attempt: 0 }, stop);
    }
    // The process stood still: another one may have this token by now, and tells what becomes of it.
    if (clock.now() >= claimed.leaseUntil) return untouched(item);
    doing = 'revoking';
    const reply = await tokens.revoke({
      ...request,
      timeoutMs: Math.max(patienceMs - (clock.now().getTime() - startedAt), 1_000),
      operationId: plan.id,
      person: plan.requester.user,
      reason: plan.reason,
      requestId: `${plan.id.slice(0, 8)}-${item.tokenId.slice(0, 8)}-${item.attempt}`,
      takeBack,
    });
    return afterReply(reply, circumstances);
  } catch (error) {
    if (error instanceof WithdrawnError) return afterWithdrawal(item);
    if (!(error instanceof TokenServiceError)) throw error;
    return afterError(error, doing, circumstances);
  }
}

/** What was stopped is why a token was not sent again, and nothing else. */
function noteOn({ outcome, note }: Settled, stop: string | undefined): string {
  return note || outcome === 'revoked' || outcome === 'already revoked' ? note : (stop ?? '');
}

function untouched({ sent, lost, note, status }: Item): Decision {
  return { next: 'again', afterMs: 0, sent, lost, note, status };
}

/** Why nothing more is sent for this token; undefined while it may be. */
function stopReason(
  { clock, sendWithinMs }: AttemptDependencies,
  { item, plan, revocation }: ClaimedItem,
): string | undefined {
  const now = clock.now().getTime();
  if (revocation.stoppedBy !== undefined) return 'stopped';
  if (now > (plan.decidedAt ?? plan.createdAt).getTime() + sendWithinMs) return 'too long after the confirmation';
  if (item.startedAt && now > item.startedAt.getTime() + plan.timeoutMs) return 'its time was up';
  return undefined;
}
