import type { CallOptions, ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import type { ListTokensResponse, Token as TokenMessage } from '../generated/influxchatops/token/v1/token_service.ts';
import type { Token } from '../revocation/token.ts';
import { fromGrpc, protocolError } from './errors.ts';
import type { UnaryOptions } from './unary.ts';

/** The longest any listing lasts. */
const MAX_TIMEOUT_MS = 300_000;
const DOING = 'listing tokens';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The pages of a streamed list. The call begins with the first page that is asked for; grpc-js buffers a few pages and then
 * lets the gateway wait. Whoever stops early cancels the call. Throws `TokenServiceError`.
 */
export async function* listing(
  start: (options: Partial<CallOptions>) => ClientReadableStream<ListTokensResponse>,
  { timeoutMs, signal }: UnaryOptions,
  tokenOf: (message: TokenMessage, doing: string) => Token,
): AsyncGenerator<readonly Token[]> {
  const call = start({ deadline: Date.now() + Math.min(timeoutMs, MAX_TIMEOUT_MS) });
  const cancel = () => call.cancel();
  // What comes after the end, the answer to our own cancelling, concerns nobody.
  call.on('error', () => undefined);
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();
  try {
    const pages: AsyncIterable<ListTokensResponse> = call;
    for await (const { tokens } of pages) {
      if (tokens.length > 0) yield tokens.map((token) => tokenOf(identified(token), DOING));
    }
  } catch (error) {
    throw isServiceError(error) ? fromGrpc(error, DOING) : error;
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
}

function identified(token: TokenMessage): TokenMessage {
  if (!UUID.test(token.id)) throw protocolError(DOING, 'a token without an ID');
  return token;
}

function isServiceError(error: unknown): error is ServiceError {
  return Error.isError(error) && 'code' in error && 'details' in error && 'metadata' in error;
}
