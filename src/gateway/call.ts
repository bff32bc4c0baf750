import { status } from '@grpc/grpc-js';
import { Failure } from './failure.ts';

/** How long a call lasts whose caller gave no deadline. */
const DEFAULT_DEADLINE_MS = 10_000;
/** No call lasts longer, whatever its caller says. */
const MAX_DEADLINE_MS = 300_000;
/** No single request about one token takes longer. */
const MAX_TIMEOUT_MS = 6_000;
/** With less time than this nothing is sent any more: the answer could not be waited for. */
const MIN_TIMEOUT_MS = 50;

/** One call of ours, as the work behind it sees it. */
export interface Call {
  /** Aborts when the caller cancels or the deadline passes; its reason is a `Failure`. */
  readonly signal: AbortSignal;
  /** How long the call may still last. */
  remainingMs(): number;
  /**
   * How long one request about one token may take now: that share of what is left, and never more than 6 s. Throws a
   * `Failure` that promises that nothing was sent when too little is left.
   */
  timeoutMs(share: number): number;
}

/** What grpc-js gives a handler, as far as a `Call` needs it. */
export interface IncomingCall {
  getDeadline(): Date | number;
  on(event: 'cancelled', listener: () => void): unknown;
}

/** Follows the call until `end` is called. */
export function followCall(incoming: IncomingCall): Call & { end(): void } {
  const givenMs = Number(incoming.getDeadline()) - Date.now();
  const lengthMs = Number.isFinite(givenMs) ? Math.min(Math.max(givenMs, 0), MAX_DEADLINE_MS) : DEFAULT_DEADLINE_MS;
  const endsAt = performance.now() + lengthMs;
  const remainingMs = () => endsAt - performance.now();
  const controller = new AbortController();
  const abort = (code: status, message: string) => controller.abort(new Failure(code, message));
  const timer = setTimeout(() => abort(status.DEADLINE_EXCEEDED, 'the deadline has passed'), lengthMs);
  let ended = false;
  // grpc-js says so at the end of every call, also of one that was answered.
  incoming.on('cancelled', () => ended || abort(status.CANCELLED, 'the caller gave up'));
  return {
    signal: controller.signal,
    remainingMs,
    timeoutMs: (share) => {
      const timeoutMs = Math.min(MAX_TIMEOUT_MS, remainingMs() * share);
      if (timeoutMs < MIN_TIMEOUT_MS) throw new Failure(status.ABORTED, 'too little time was left to send anything');
      return timeoutMs;
    },
    end: () => {
      ended = true;
      clearTimeout(timer);
    },
  };
}
