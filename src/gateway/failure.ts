import { Metadata, type ServiceError, status } from '@grpc/grpc-js';

/** What a caller is told beside the status, in trailers. */
export interface FailureFacts {
  /** The HTTP status of the cluster's answer, where there was one. */
  readonly clusterStatus?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * Why a call ends without a reply, as the gRPC status that says so. `ABORTED` promises that nothing was done;
 * `UNAVAILABLE`, `DEADLINE_EXCEEDED` and `INTERNAL` promise nothing. The message goes to the caller as it stands.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: status;
  readonly clusterStatus: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: status, message: string, { clusterStatus, retryAfterMs, cause }: FailureFacts = {}) {
    super(message, { cause });
    this.code = code;
    this.clusterStatus = clusterStatus;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A reply that is not what InfluxDB promises: what was asked for may have happened. */
export function protocolFailure(what: string, facts: FailureFacts = {}): Failure {
  return new Failure(status.INTERNAL, `${what}, which is not what InfluxDB promises`, facts);
}

/** Whether it is open, after this, if a request that was sent took effect. */
export function isUncertain(failure: Failure): boolean {
  return UNCERTAIN.has(failure.code);
}

const UNCERTAIN: ReadonlySet<status> = new Set([status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.INTERNAL]);

/** Why something of the system's did not work, in a word that is safe to pass on: `ECONNREFUSED`. */
export function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown reason';
}

/** The failure as grpc-js sends it; anything else thrown is a fault of ours, and the caller learns no more than that. */
export function toServiceError(thrown: unknown): Partial<ServiceError> {
  if (!(thrown instanceof Failure)) return { code: status.INTERNAL, details: 'fault in the gateway; see its log' };
  const metadata = new Metadata();
  if (thrown.clusterStatus !== undefined) metadata.set('cluster-status', String(thrown.clusterStatus));
  if (thrown.retryAfterMs !== undefined) metadata.set('grpc-retry-pushback-ms', String(Math.ceil(thrown.retryAfterMs)));
  return { code: thrown.code, details: thrown.message, metadata };
}
