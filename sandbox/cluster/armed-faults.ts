import type { Behaviour } from './faults.ts';

/** Which requests a fault hits. */
export interface FaultMatch {
  readonly method?: 'GET' | 'DELETE';
  readonly tokenId?: string;
  /** How many requests it hits before it is spent; 1 by default, `Infinity` for all. */
  readonly times?: number;
}

/** A fault that was asked for. */
export interface Fault {
  /** How many requests it has hit. */
  readonly hits: number;
  /** Lets every request go on that hangs on this fault, and those it will still hit. */
  release(): void;
  /** Hits no further request. */
  remove(): void;
}

/** A fault together with what its victims need. */
interface ArmedFault {
  readonly behaviour: Behaviour;
  readonly released: Promise<void>;
}

/** The faults that still wait for their requests, oldest first. */
export interface ArmedFaults {
  arm(match: FaultMatch, behaviour: Behaviour): Fault;
  /** The oldest fault that hits this request, now hit once more. */
  take(method: string, tokenId: string | undefined): ArmedFault | undefined;
}

/** No faults yet. */
export function createArmedFaults(): ArmedFaults {
  const armed: (ArmedFault & { readonly match: FaultMatch; hits: number; removed: boolean })[] = [];
  return {
    arm: (match, behaviour) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const fault = { match, behaviour, released: promise, hits: 0, removed: false };
      armed.push(fault);
      return {
        get hits() {
          return fault.hits;
        },
        release: () => resolve(),
        remove: () => {
          fault.removed = true;
        },
      };
    },
    take: (method, tokenId) => {
      const fault = armed.find(
        ({ match, hits, removed }) =>
          !removed &&
          hits < (match.times ?? 1) &&
          (match.method ?? method) === method &&
          (match.tokenId ?? tokenId) === tokenId,
      );
      if (fault) fault.hits += 1;
      return fault;
    },
  };
}
