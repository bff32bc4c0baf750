import type { Clock } from '../clock.ts';
import type { ProfileName } from '../token.ts';
import { type ListRequest, type TokenService, TokenServiceError } from '../token-service.ts';

/** A listing of a large cluster takes long, and takes its turn from the calls that revoke. */
const AT_ONCE = 2;

/** Others list the tokens of the profile, and it was not this one's turn in time. */
export class NoTurnError extends TokenServiceError {
  constructor() {
    super('limited', 'listing tokens: others are listing them', { status: 'none' });
  }
}

/**
 * The same token service, of which two listings of a profile are under way at once, however many people look at tokens. The
 * others wait for their turn within their own time, in order; without one they throw
 * `NoTurnError`, which is `limited`. All end with `stopping`.
 */
export function withFewListings(tokens: TokenService, clock: Clock, stopping?: AbortSignal): TokenService {
  const queues = new Map<ProfileName, Queue>();

  function queueOf(profile: ProfileName): Queue {
    const queue = queues.get(profile) ?? { running: 0, waiting: [] };
    queues.set(profile, queue);
    return queue;
  }

  return {
    get: (request) => tokens.get(request),
    revoke: (request) => tokens.revoke(request),
    async *list(asked) {
      const signal = AbortSignal.any([asked.signal, stopping].filter((one) => one !== undefined));
      const request = { ...asked, signal };
      const askedAt = clock.now().getTime();
      const queue = queueOf(request.profile);
      await turn(queue, request, clock);
      try {
        const timeoutMs = Math.max(1, request.timeoutMs - (clock.now().getTime() - askedAt));
        yield* tokens.list({ ...request, timeoutMs });
      } finally {
        passOn(queue);
      }
    },
  };
}

interface Queue {
  running: number;
  /** Each gives one that waits its turn. */
  waiting: (() => void)[];
}

/** Resolves with the place of one that runs, to be passed on. */
async function turn(
  queue: Queue,
  { timeoutMs, turnWithinMs = timeoutMs, signal }: ListRequest,
  clock: Clock,
): Promise<void> {
  if (queue.running < AT_ONCE) {
    queue.running += 1;
    return;
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const leave = () => {
    queue.waiting = queue.waiting.filter((other) => other !== resolve);
    reject(new NoTurnError());
  };
  queue.waiting.push(resolve);
  const cancel = clock.after(Math.min(turnWithinMs, timeoutMs), leave);
  signal?.addEventListener('abort', leave, { once: true });
  if (signal?.aborted) leave();
  await promise.finally(() => {
    cancel();
    signal?.removeEventListener('abort', leave);
  });
}

/** Nobody can come between the one that ends and the one that waits. */
function passOn(queue: Queue): void {
  const next = queue.waiting.shift();
  if (next) next();
  else queue.running -= 1;
}
