import type { ProfileName, Token, TokenId } from './token.ts';

/** Reads and revokes tokens on the configured clusters. Every implementation passes `test/tokens/contract.ts`. */
export interface TokenService {
  /** What the cluster says of one token now; `token` is undefined when it knows none with this ID. Throws `TokenServiceError`. */
  get(request: GetRequest): Promise<TokenReading>;
  /**
   * Every token that matches, in pages that are never empty, as the caller takes them: what is not taken is not fetched,
   * and whoever stops early ends the listing. Throws `TokenServiceError`.
   */
  list(request: ListRequest): AsyncIterable<readonly Token[]>;
  /** Revokes one token in one attempt, for good. Idempotent. Throws `TokenServiceError`. */
  revoke(request: RevokeRequest): Promise<RevokeReply>;
}

export interface GetRequest {
  readonly profile: ProfileName;
  readonly tokenId: TokenId;
  /** The whole call takes no longer; at most 10 s is ever waited. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ListRequest {
  readonly profile: ProfileName;
  /** Only tokens of which every word stands in the description or in a database's name, or begins the ID. */
  readonly search?: string | undefined;
  /** Only tokens with a permission on this database, or on all of them. */
  readonly database?: string | undefined;
  readonly includeRevoked?: boolean | undefined;
  /** The whole listing takes no longer; at most five minutes. */
  readonly timeoutMs: number;
  /** Where listings take turns, this one waits no longer for its own. */
  readonly turnWithinMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RevokeRequest extends GetRequest {
  /** The revocation, the person who confirmed it and their reason: for the gateway's own audit log. */
  readonly operationId: string;
  readonly person: string;
  readonly reason: string;
  /** Names this attempt in the logs of every part. */
  readonly requestId: string;
  /** Takes it back where it still waits: then it throws `WithdrawnError`. Where it has left it goes on. */
  readonly takeBack?: AbortSignal | undefined;
}

export interface TokenReading {
  readonly token: Token | undefined;
  /** How many more tokens the profile's hourly budget allows now; undefined when the service did not say. */
  readonly revocationsLeft?: number | undefined;
}

export interface RevokeReply {
  readonly outcome: 'revoked' | 'already revoked' | 'not found';
  readonly revokedAt?: Date | undefined;
  /** The status of the cluster's answer, for `--debug`: `HTTP 204`. */
  readonly status: string;
}

/**
 * What went wrong, as far as the caller may rely on it.
 * `invalid`: the cluster refused the request itself (400) · `unauthenticated`: the management token is expired or wrong ·
 * `denied`: the cluster forbids it for this token · `throttled`: the cluster asked to slow down · `limited`: our own limits
 * or hourly budget, nothing was sent · `busy`: the cluster answered that it did not do it, or was never reached · `lost`:
 * no answer came; it may have happened · `protocol`: an answer that is not what InfluxDB promises; it may have happened.
 */
export type TokenServiceErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'denied'
  | 'throttled'
  | 'limited'
  | 'busy'
  | 'lost'
  | 'protocol';

/** Why a token could not be read or revoked. Its message is for logs, never for Slack. */
export class TokenServiceError extends Error {
  override readonly name = 'TokenServiceError';
  readonly kind: TokenServiceErrorKind;
  /** How long the service asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The status as it was answered, for `--debug`: `HTTP 503` from the cluster, `UNAVAILABLE` from anything before it. */
  readonly status: string;
  /** Whether the cluster itself answered, so that the request surely reached it. */
  readonly answered: boolean;

  constructor(
    kind: TokenServiceErrorKind,
    message: string,
    details: { status: string; answered?: boolean; retryAfterMs?: number | undefined; cause?: unknown },
  ) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.status = details.status;
    this.answered = details.answered ?? false;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** A revocation was taken back before anything of it was sent. */
export class WithdrawnError extends Error {
  override readonly name = 'WithdrawnError';
}
