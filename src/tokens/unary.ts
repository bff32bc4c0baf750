import { type CallOptions, type ClientUnaryCall, Metadata, type ServiceError } from '@grpc/grpc-js';

/** The longest any single call is waited for. */
const MAX_TIMEOUT_MS = 10_000;

export interface UnaryOptions {
  readonly timeoutMs: number;
  /** Cancels the call. */
  readonly signal?: AbortSignal | undefined;
}

/** What a generated client's method takes after the request. */
export type StartCall<Reply> = (
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, reply: Reply) => void,
) => ClientUnaryCall;

/** What came of a call: a reply or an error, never both. */
export type UnaryResult<Reply> =
  | { readonly reply: Reply; readonly error?: undefined }
  | { readonly error: ServiceError; readonly reply?: undefined };

/** Makes one call, which never lasts longer than 10 s. Never throws. */
export async function unary<Reply>(start: StartCall<Reply>, options: UnaryOptions): Promise<UnaryResult<Reply>> {
  const { timeoutMs, signal } = options;
  const { promise, resolve } = Promise.withResolvers<UnaryResult<Reply>>();
  const deadline = Date.now() + Math.min(timeoutMs, MAX_TIMEOUT_MS);
  const call = start(new Metadata(), { deadline }, (error, reply) => resolve(error ? { error } : { reply }));
  const cancel = () => call.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();
  return promise.finally(() => signal?.removeEventListener('abort', cancel));
}
