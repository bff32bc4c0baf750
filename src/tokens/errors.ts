import { type Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { TokenServiceError, type TokenServiceErrorKind } from '../revocation/token-service.ts';

const KINDS: Readonly<Partial<Record<status, TokenServiceErrorKind>>> = {
  [status.INVALID_ARGUMENT]: 'invalid',
  [status.UNAUTHENTICATED]: 'unauthenticated',
  [status.PERMISSION_DENIED]: 'denied',
  [status.RESOURCE_EXHAUSTED]: 'throttled',
  [status.ABORTED]: 'busy',
  [status.UNAVAILABLE]: 'lost',
  [status.DEADLINE_EXCEEDED]: 'lost',
  [status.CANCELLED]: 'lost',
};

/** The gRPC status as the bot understands it; a status the service does not promise is a protocol error. */
export function fromGrpc(error: ServiceError, doing: string): TokenServiceError {
  // The gateway passes the cluster's own status on, where the cluster answered at all.
  const clusterStatus = numberIn(error.metadata, 'cluster-status');
  const answered = clusterStatus !== undefined;
  const kind = KINDS[error.code] ?? 'protocol';
  return new TokenServiceError(kind === 'throttled' && !answered ? 'limited' : kind, `${doing}: ${error.details}`, {
    status: answered ? `HTTP ${clusterStatus}` : status[error.code],
    answered,
    retryAfterMs: numberIn(error.metadata, 'grpc-retry-pushback-ms'),
    cause: error,
  });
}

/** The gateway answered, but not as the service promises. */
export function protocolError(doing: string, what: string): TokenServiceError {
  return new TokenServiceError('protocol', `${doing}: ${what}`, { status: 'OK' });
}

function numberIn(metadata: Metadata, key: string): number | undefined {
  const [value] = metadata.get(key);
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
