import { status } from '@grpc/grpc-js';
import type { WithdrawRevocationRequest } from '../generated/influxchatops/token/v1/token_service.ts';
import { Failure } from './failure.ts';

/** Which revocation: of which token, in which operation. */
export type RevocationKey = WithdrawRevocationRequest;

/** A revocation that still waits for its turn. */
export interface Withdrawable {
  /** Aborts when it is withdrawn; its reason is a `Failure` that promises that nothing was sent. */
  readonly signal: AbortSignal;
  /** From now on it cannot be withdrawn any more. */
  end(): void;
}

/** Revocations that have not been sent yet, which whoever asked for them may take back. */
export interface Withdrawals {
  begin(revocation: RevocationKey): Withdrawable;
  /** Withdraws what waits; what does not wait, or not any more, is left alone. */
  withdraw(revocation: RevocationKey): void;
}

export function createWithdrawals(): Withdrawals {
  // The same revocation may have been asked for twice.
  const waiting = new Map<string, Set<AbortController>>();
  const keyOf = ({ profile, tokenId, operationId }: RevocationKey) => JSON.stringify([profile, tokenId, operationId]);
  return {
    begin(revocation) {
      const key = keyOf(revocation);
      const same = waiting.get(key) ?? new Set();
      const controller = new AbortController();
      waiting.set(key, same.add(controller));
      return {
        signal: controller.signal,
        end() {
          same.delete(controller);
          if (same.size === 0) waiting.delete(key);
        },
      };
    },
    withdraw(revocation) {
      for (const controller of waiting.get(keyOf(revocation)) ?? [])
        controller.abort(new Failure(status.FAILED_PRECONDITION, 'withdrawn before it was sent'));
    },
  };
}
