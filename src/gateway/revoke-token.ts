import { status } from '@grpc/grpc-js';
import {
  RevokeOutcome,
  type RevokeTokenRequest,
  type RevokeTokenResponse,
  type Token,
} from '../generated/influxchatops/token/v1/token_service.ts';
import type { Logger } from '../logger.ts';
import type { Call } from './call.ts';
import { Failure, isUncertain } from './failure.ts';
import type { Profile } from './profile.ts';
import type { Withdrawals } from './withdrawals.ts';

/** The DELETE may take this share of the call's time; the rest is for looking up what it did. */
const DELETE_SHARE = 0.6;
const LOOK_UP_SHARE = 0.9;

/** One attempt at a revocation: what was asked, on which cluster, and until when. */
export interface Revocation {
  readonly request: RevokeTokenRequest;
  readonly profile: Profile;
  readonly call: Call;
  readonly withdrawals: Withdrawals;
  /** Gets an entry before the DELETE leaves and one with what became of it. */
  readonly audit: Logger;
}

/**
 * Makes one attempt to revoke a token and reports what the cluster said of it. When the answer to the DELETE is lost or
 * makes no sense, the token is looked up once: only `revokedAt` turns that into a success. Throws a `Failure` otherwise.
 */
export async function revokeToken(revocation: Revocation): Promise<RevokeTokenResponse> {
  try {
    const response = await attempt(revocation);
    revocation.audit.info(
      { outcome: OUTCOME_NAMES[response.outcome], clusterStatus: response.clusterStatus },
      'revocation settled',
    );
    return response;
  } catch (error) {
    const { code = status.INTERNAL, clusterStatus } = error instanceof Failure ? error : {};
    revocation.audit.warn({ status: status[code], clusterStatus, err: error }, 'revocation failed');
    throw error;
  }
}

const OUTCOME_NAMES: Readonly<Record<RevokeOutcome, string>> = {
  [RevokeOutcome.REVOKE_OUTCOME_REVOKED]: 'revoked',
  [RevokeOutcome.REVOKE_OUTCOME_ALREADY_REVOKED]: 'already revoked',
  [RevokeOutcome.REVOKE_OUTCOME_NOT_FOUND]: 'not found',
  [RevokeOutcome.REVOKE_OUTCOME_UNSPECIFIED]: 'unspecified',
  [RevokeOutcome.UNRECOGNIZED]: 'unrecognized',
};

async function attempt(revocation: Revocation): Promise<RevokeTokenResponse> {
  try {
    await sendDelete(revocation);
    return response(RevokeOutcome.REVOKE_OUTCOME_REVOKED, 204);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === status.NOT_FOUND) return settleNotFound(revocation, error);
    // A call that has ended already, in the queue or later, has nobody left to look things up for.
    if (!isUncertain(error) || revocation.call.signal.aborted) throw error;
    const token = await lookUp(revocation).catch(() => undefined); // what was lost stays lost
    if (!token?.revokedAt) throw error;
    return response(RevokeOutcome.REVOKE_OUTCOME_REVOKED, 200, token.revokedAt);
  }
}

function sendDelete({ request, profile, call, withdrawals, audit }: Revocation): Promise<void> {
  const waiting = withdrawals.begin(request);
  const send = async () => {
    waiting.end();
    const timeoutMs = call.timeoutMs(DELETE_SHARE);
    profile.budget.spend(profile.name, request.tokenId);
    audit.info('revocation sent');
    // Without the call's signal: once sent it is followed to its end, whoever still waits for it.
    await profile.backend.revoke(request.tokenId, { requestId: request.requestId, timeoutMs });
  };
  const signal = AbortSignal.any([call.signal, waiting.signal]);
  return profile.limiter.run(send, { signal }).finally(waiting.end);
}

async function settleNotFound(revocation: Revocation, { clusterStatus = 404 }: Failure): Promise<RevokeTokenResponse> {
  const token = await lookUp(revocation).catch((error) => {
    if (error instanceof Failure && error.code === status.NOT_FOUND) return undefined;
    throw error;
  });
  if (!token) return response(RevokeOutcome.REVOKE_OUTCOME_NOT_FOUND, clusterStatus);
  if (token.revokedAt) return response(RevokeOutcome.REVOKE_OUTCOME_ALREADY_REVOKED, clusterStatus, token.revokedAt);
  throw new Failure(status.ABORTED, 'the cluster found nothing to revoke, yet the token is live', { clusterStatus });
}

function lookUp({ request, profile, call }: Revocation): Promise<Token> {
  const { signal } = call;
  const get = () =>
    profile.backend.get(request.tokenId, {
      requestId: request.requestId,
      timeoutMs: call.timeoutMs(LOOK_UP_SHARE),
      signal,
    });
  return profile.limiter.run(get, { signal, urgent: true });
}

function response(outcome: RevokeOutcome, clusterStatus: number, revokedAt?: Date): RevokeTokenResponse {
  return { outcome, clusterStatus, revokedAt };
}
