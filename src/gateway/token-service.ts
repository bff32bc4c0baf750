import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type handleUnaryCall, type ServerWritableStream, status } from '@grpc/grpc-js';
import type {
  GetTokenRequest,
  GetTokenResponse,
  ListTokensRequest,
  ListTokensResponse,
  RevokeTokenRequest,
  RevokeTokenResponse,
  TokenServiceServer,
} from '../generated/influxchatops/token/v1/token_service.ts';
import type { Logger } from '../logger.ts';
import { type Call, followCall, type IncomingCall } from './call.ts';
import { Failure, toServiceError } from './failure.ts';
import { pages } from './list-tokens.ts';
import type { Profiles } from './profile.ts';
import { revokeToken } from './revoke-token.ts';
import { isTokenId } from './token-id.ts';
import { createWithdrawals, type Withdrawals } from './withdrawals.ts';

/** What X-Request-Id may be, so that it is one word in every log. */
const REQUEST_ID = /^[\w.:-]{1,128}$/;
/** A read may take this share of the call's time; the rest is for its answer. */
const GET_SHARE = 0.9;
const MAX_LOGGED_CHARACTERS = 1_000;

export interface TokenServiceOptions {
  readonly profiles: Profiles;
  readonly logger: Logger;
}

/** The published service, as gRPC calls it. */
export function createTokenService({ profiles, logger }: TokenServiceOptions): TokenServiceServer {
  const withdrawals = createWithdrawals();
  return {
    getToken: unary(logger, (request, call) => get(profiles, request, call)),
    revokeToken: unary(logger, (request, call) => revoke({ profiles, logger, withdrawals }, request, call)),
    withdrawRevocation: unary(logger, async (request) => {
      withdrawals.withdraw(request);
      return {};
    }),
    listTokens: (stream) => {
      follow(stream, (call) => list(profiles, stream, call)).then(
        () => stream.end(),
        (error) => stream.emit('error', translated(logger, error)),
      );
    },
  };
}

async function get(profiles: Profiles, { profile, tokenId }: GetTokenRequest, call: Call): Promise<GetTokenResponse> {
  const { name, backend, limiter, budget } = profiles.named(profile);
  assertTokenId(tokenId);
  const { signal } = call;
  const read = () => backend.get(tokenId, { requestId: randomUUID(), timeoutMs: call.timeoutMs(GET_SHARE), signal });
  return { token: await limiter.run(read, { signal }), revocationsLeft: budget.left(name) };
}

async function revoke(
  { profiles, logger, withdrawals }: TokenServiceOptions & { readonly withdrawals: Withdrawals },
  given: RevokeTokenRequest,
  call: Call,
): Promise<RevokeTokenResponse> {
  const profile = profiles.named(given.profile);
  assertTokenId(given.tokenId);
  const request = { ...given, requestId: given.requestId || randomUUID() };
  if (!REQUEST_ID.test(request.requestId)) throw new Failure(status.INVALID_ARGUMENT, 'the request ID is not one word');
  const { tokenId, operationId, person, reason, requestId } = request;
  const said = { operationId: shortened(operationId), person: shortened(person), reason: shortened(reason) };
  const audit = logger.child({ audit: 'revocation', profile: profile.name, tokenId, requestId, ...said });
  return revokeToken({ request, profile, call, withdrawals, audit });
}

async function list(
  profiles: Profiles,
  stream: ServerWritableStream<ListTokensRequest, ListTokensResponse>,
  call: Call,
): Promise<void> {
  const { request } = stream;
  const { backend, limiter } = profiles.named(request.profile);
  const { signal } = call;
  const send = async () => {
    const tokens = backend.list({ requestId: randomUUID(), timeoutMs: call.remainingMs(), signal });
    for await (const page of pages(tokens, request)) {
      if (!stream.write({ tokens: page })) await once(stream, 'drain', { signal });
    }
  };
  await limiter.run(send, { signal });
}

function assertTokenId(text: string): void {
  if (!isTokenId(text)) throw new Failure(status.INVALID_ARGUMENT, 'the token ID is not a UUID in lower case');
}

function shortened(text: string): string {
  return text.slice(0, MAX_LOGGED_CHARACTERS);
}

function unary<Request, Response>(
  logger: Logger,
  handle: (request: Request, call: Call) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (incoming, callback) => {
    follow(incoming, (call) => handle(incoming.request, call)).then(
      (response) => callback(null, response),
      (error) => callback(translated(logger, error)),
    );
  };
}

/** Once the call has ended, its own end is the reason for whatever fails. */
async function follow<T>(incoming: IncomingCall, handle: (call: Call) => Promise<T>): Promise<T> {
  const call = followCall(incoming);
  try {
    return await handle(call);
  } catch (error) {
    throw call.signal.aborted ? call.signal.reason : error;
  } finally {
    call.end();
  }
}

/** Everything that is not a `Failure` is a fault of ours, logged here and nowhere else. */
function translated(logger: Logger, error: unknown): ReturnType<typeof toServiceError> {
  if (!(error instanceof Failure)) logger.error({ err: error }, 'call failed');
  return toServiceError(error);
}
