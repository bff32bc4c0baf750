import { setTimeout as delay } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { Failure } from './failure.ts';
import { bottleneckLanes, type Lanes, type OpenLanes } from './lanes.ts';

interface Turn {
  /** Ends the wait; its reason is thrown. */
  readonly signal: AbortSignal;
  /** Always accepted, and comes next: the look-ups that settle what a revocation did. */
  readonly urgent?: boolean | undefined;
}

/** Keeps the calls to one cluster within its limits. */
export interface Limiter {
  /**
   * Runs the job when its turn comes and settles as it does. A job whose signal aborts before its turn never runs.
   * Throws a `Failure` at once when too many wait already.
   */
  run<T>(job: () => Promise<T>, turn: Turn): Promise<T>;
  close(): void;
}

export interface LimiterOptions {
  readonly concurrency: number;
  readonly perSecond: number;
  /** Hears that nothing had started for so long, with calls waiting and room for them, that the lanes were replaced. */
  readonly onStall: () => void;
  readonly stallAfterMs?: number | undefined;
  readonly openLanes?: OpenLanes | undefined;
}

/**
 * Up to here a lane is one call and its admission keeps the rate. Beyond, admission itself would be the brake: it takes
 * some milliseconds, one lane after the other. Then a lane is admitted once, and takes call after call.
 */
const MAX_ADMISSIONS_PER_SECOND = 300;
/** More waiting calls than this for every one that may run are refused. */
const WAITING_PER_RUNNING = 4;

/** A limiter with nothing to do. Calls start in the order they came. */
export function createLimiter(options: LimiterOptions): Limiter {
  return new LaneLimiter(options);
}

/** The lanes of one scheduler, which a watchdog may replace; those of an old shift take no more calls. */
interface Shift {
  readonly lanes: Lanes;
  /** Opened and not admitted yet. */
  pending: number;
}

interface Waiting {
  readonly start: (over: () => void) => void;
}

class LaneLimiter implements Limiter {
  readonly #concurrency: number;
  readonly #intervalMs: number;
  readonly #drains: boolean;
  readonly #openLanes: () => Lanes;
  readonly #watchdog: NodeJS.Timeout;
  #shift: Shift;
  #waiting: Waiting[] = [];
  /** Wakes the lanes that have nothing to do, the last one first. */
  #idle: (() => void)[] = [];
  #running = 0;
  #progressAt = 0;
  #nextStartAt = 0;

  constructor({ concurrency, perSecond, onStall, openLanes = bottleneckLanes, ...options }: LimiterOptions) {
    this.#concurrency = concurrency;
    this.#drains = perSecond > MAX_ADMISSIONS_PER_SECOND;
    this.#intervalMs = this.#drains ? 1_000 / perSecond : Math.ceil(1_000 / perSecond);
    this.#openLanes = () => openLanes(concurrency, this.#drains ? 0 : this.#intervalMs);
    this.#shift = this.#openShift();
    const stallAfterMs = options.stallAfterMs ?? 2_000 + 2 * this.#intervalMs;
    this.#watchdog = setInterval(() => this.#replaceIfStalled(stallAfterMs, onStall), stallAfterMs / 2).unref();
  }

  async run<T>(job: () => Promise<T>, turn: Turn): Promise<T> {
    const over = await this.#turn(turn);
    try {
      return await job();
    } finally {
      over();
    }
  }

  close(): void {
    clearInterval(this.#watchdog);
  }

  /** Resolves when the turn has come, with what ends it. */
  #turn({ signal, urgent = false }: Turn): Promise<() => void> {
    signal.throwIfAborted();
    if (!urgent) this.#assertRoom();
    const { promise, resolve, reject } = Promise.withResolvers<() => void>();
    const leave = () => {
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      reject(signal.reason);
    };
    const waiting: Waiting = {
      start: (over) => {
        signal.removeEventListener('abort', leave);
        resolve(over);
      },
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#enter(waiting, urgent);
    return promise;
  }

  #assertRoom(): void {
    const calls = this.#waiting.length + this.#running;
    if (calls < (1 + WAITING_PER_RUNNING) * this.#concurrency) return;
    const retryAfterMs = Math.max(500, this.#waiting.length * this.#intervalMs);
    throw new Failure(status.RESOURCE_EXHAUSTED, 'too many calls wait for this cluster', { retryAfterMs });
  }

  #enter(waiting: Waiting, urgent: boolean): void {
    if (this.#waiting.length === 0) this.#progressAt = performance.now();
    if (urgent) this.#waiting.unshift(waiting);
    else this.#waiting.push(waiting);
    this.#call();
  }

  #openShift(): Shift {
    const shift: Shift = { lanes: this.#openLanes(), pending: 0 };
    if (this.#drains) for (let lane = 0; lane < this.#concurrency; lane += 1) this.#open(shift, this.#drain);
    return shift;
  }

  #open(shift: Shift, run: (shift: Shift) => Promise<void>): void {
    shift.pending += 1;
    shift.lanes.open(async () => {
      shift.pending -= 1;
      await run.call(this, shift);
      this.#call();
    });
  }

  /** Sees to it that a lane comes for the calls that wait. */
  #call(): void {
    const shift = this.#shift;
    if (this.#drains) this.#idle.pop()?.();
    else
      while (shift.pending < this.#waiting.length && shift.pending + this.#running < 2 * this.#concurrency)
        this.#open(shift, this.#runNext);
  }

  async #runNext(shift: Shift): Promise<void> {
    const isFree = shift === this.#shift && this.#running < this.#concurrency;
    const next = isFree ? this.#waiting.shift() : undefined;
    if (next) await this.#runOne(next);
  }

  async #drain(shift: Shift): Promise<void> {
    while (shift === this.#shift) {
      if (this.#waiting.length === 0 || this.#running >= this.#concurrency) {
        await new Promise<void>((wake) => this.#idle.push(wake));
      } else {
        await this.#pace();
        await this.#runNext(shift);
      }
    }
  }

  async #runOne(next: Waiting): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#running += 1;
    this.#progressAt = performance.now();
    next.start(resolve);
    await promise;
    this.#running -= 1;
  }

  /** Keeps the rate where lanes take several calls; a pause too short for a timer is made up for by a later one. */
  async #pace(): Promise<void> {
    const now = performance.now();
    const startAt = Math.max(now, this.#nextStartAt);
    this.#nextStartAt = startAt + this.#intervalMs;
    if (startAt - now >= 1) await delay(startAt - now);
  }

  #replaceIfStalled(stallAfterMs: number, onStall: () => void): void {
    const stalled = this.#waiting.length > 0 && this.#running < this.#concurrency;
    if (!stalled || performance.now() - this.#progressAt < stallAfterMs) return;
    this.#progressAt = performance.now();
    this.#shift = this.#openShift();
    for (const wake of this.#idle.splice(0)) wake(); // and find that they are of an old shift
    onStall();
    this.#call();
  }
}
