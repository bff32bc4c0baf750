import type { Token, TokenId } from '../../src/revocation/token.ts';
import {
  type GetRequest,
  type ListRequest,
  type RevokeReply,
  type RevokeRequest,
  type TokenReading,
  type TokenService,
  TokenServiceError,
  type TokenServiceErrorKind,
  WithdrawnError,
} from '../../src/revocation/token-service.ts';

/** What one call answers. `proceed` is what the cluster does of itself. */
export type Answer<Reply> = (proceed: () => Reply, signal: AbortSignal | undefined) => Promise<Reply>;

/** A call as it came in. */
export type Call =
  | { readonly doing: 'reading'; readonly request: GetRequest }
  | { readonly doing: 'revoking'; readonly request: RevokeRequest };

/** A cluster in memory whose answers a test sets, per token and call. */
export interface ScriptedTokens extends TokenService {
  /** Every call so far, in order. */
  readonly calls: readonly Call[];
  /** The IDs of the tokens a DELETE was asked for, in order. */
  readonly revoking: readonly TokenId[];
  /** Every listing so far, in order. */
  readonly listings: readonly ListRequest[];
  /** The most calls that were ever under way at the same time. */
  readonly mostAtOnce: number;
  /** How many more tokens the hourly budget allows, as every reading says. */
  revocationsLeft: number | undefined;
  /** Called before anything else of a DELETE. */
  beforeRevoking: (request: RevokeRequest) => void;
  /** Adds the token, or changes it. */
  put(token: Token): void;
  /** Forgets the token, as clusters do that delete what is revoked. */
  remove(id: TokenId): void;
  /** What the next readings of this token answer, one each; after that the cluster answers of itself. */
  onGet(id: TokenId, ...answers: readonly Answer<TokenReading>[]): void;
  /** What the next listings answer, one each; after that the cluster answers of itself. */
  onList(...answers: readonly Answer<readonly Token[]>[]): void;
  /** The same for revoking it. */
  onRevoke(id: TokenId, ...answers: readonly Answer<RevokeReply>[]): void;
}

/** The kind's usual status, which the tests that care set themselves. */
export function failure(
  kind: TokenServiceErrorKind,
  details: { status?: string; answered?: boolean; retryAfterMs?: number } = {},
): TokenServiceError {
  return new TokenServiceError(kind, `scripted: ${kind}`, { status: `STATUS ${kind}`, ...details });
}

/** Nothing happens, and that error is the answer. */
export function fails<Reply>(...error: Parameters<typeof failure>): Answer<Reply> {
  return async () => {
    throw failure(...error);
  };
}

/** It happens, and that error is the answer. */
export function happensBut<Reply>(...error: Parameters<typeof failure>): Answer<Reply> {
  return async (proceed) => {
    proceed();
    throw failure(...error);
  };
}

/** It does not happen and nothing is answered, until the caller gives up. */
export function hangs<Reply>(): Answer<Reply> {
  return (_proceed, signal) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(failure('lost', { status: 'CANCELLED' })));
    });
}

/** An answer that waits for the test to let it go. */
export function held(): { readonly answer: <Reply>(proceed: () => Reply) => Promise<Reply>; release(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { answer: (proceed) => promise.then(proceed), release: resolve };
}

const LIST_PAGE = 500;

/** A cluster that knows these tokens, keeps revoked ones, and revokes at this time. */
export function createScriptedTokens(tokens: readonly Token[], now: () => Date): ScriptedTokens {
  const known = new Map(tokens.map((token) => [token.id, token]));
  const readings = new Map<TokenId, Answer<TokenReading>[]>();
  const revocations = new Map<TokenId, Answer<RevokeReply>[]>();
  const lists: Answer<readonly Token[]>[] = [];
  const listings: ListRequest[] = [];
  const calls: Call[] = [];
  let underWay = 0;
  let mostAtOnce = 0;

  async function counted<Reply>(call: Call, answer: Answer<Reply> | undefined, proceed: () => Reply): Promise<Reply> {
    calls.push(call);
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    try {
      // A call takes a while, so that several can be under way.
      await new Promise((resolve) => setImmediate(resolve));
      if (call.request.signal?.aborted) throw failure('lost', { status: 'CANCELLED' });
      return await (answer ? answer(proceed, call.request.signal) : proceed());
    } finally {
      underWay -= 1;
    }
  }

  const scripted: ScriptedTokens = {
    calls,
    listings,
    revocationsLeft: undefined,
    beforeRevoking: () => undefined,
    get revoking() {
      return calls.flatMap(({ doing, request }) => (doing === 'revoking' ? [request.tokenId] : []));
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    put: (token) => known.set(token.id, token),
    remove: (id) => known.delete(id),
    onGet: (id, ...answers) => readings.set(id, [...answers]),
    onList: (...answers) => lists.push(...answers),
    onRevoke: (id, ...answers) => revocations.set(id, [...answers]),
    get: (request) => {
      const { tokenId } = request;
      return counted({ doing: 'reading', request }, readings.get(tokenId)?.shift(), () => ({
        token: known.get(tokenId),
        revocationsLeft: scripted.revocationsLeft,
      }));
    },
    async *list(request) {
      listings.push(request);
      const { includeRevoked = false, signal } = request;
      const proceed = () => [...known.values()].filter(({ revokedAt }) => includeRevoked || !revokedAt);
      const tokens = await (lists.shift()?.(proceed, signal) ?? proceed());
      for (let at = 0; at < tokens.length; at += LIST_PAGE) yield tokens.slice(at, at + LIST_PAGE);
    },
    revoke: async (request) => {
      if (request.takeBack?.aborted) throw new WithdrawnError('taken back');
      scripted.beforeRevoking(request);
      const { tokenId } = request;
      return counted({ doing: 'revoking', request }, revocations.get(tokenId)?.shift(), (): RevokeReply => {
        const token = known.get(tokenId);
        if (!token) return { outcome: 'not found', status: 'HTTP 404' };
        if (token.revokedAt) return { outcome: 'already revoked', revokedAt: token.revokedAt, status: 'HTTP 404' };
        known.set(tokenId, { ...token, revokedAt: now() });
        return { outcome: 'revoked', revokedAt: now(), status: 'HTTP 204' };
      });
    },
  };
  return scripted;
}
