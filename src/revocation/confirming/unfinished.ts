import type { Clock } from '../clock.ts';
import { undecided } from '../housekeeping.ts';
import type { Plan } from '../plan.ts';
import type { Store } from '../store.ts';

const AFTER_A_FAULT_MS = 5_000;

export interface UnfinishedDependencies {
  readonly store: Store;
  readonly clock: Clock;
  /** How often to look for what was left behind. */
  readonly pollMs: number;
  readonly prepare: (plan: Plan) => Promise<void>;
  readonly check: (plan: Plan) => Promise<void>;
  /** Called with plans that were taken over and whose revocations run. */
  readonly onRunning: (plans: readonly Plan[]) => void;
  readonly onFault: (error: unknown, doing: string) => void;
}

/** Sees to it that every draft is shown and every click is checked, by one process that may fail at any point. */
export interface Unfinished {
  /** Prepares this draft; joins in where that is already being done. */
  prepare(plan: Plan): Promise<void>;
  /** Checks this claim; joins in where that is already being done. */
  check(plan: Plan): Promise<void>;
  /** Takes over what processes that are gone left behind, and tries again what failed here. Resolves after the first look. */
  start(): Promise<void>;
  stop(): void;
}

export function createUnfinished(dependencies: UnfinishedDependencies): Unfinished {
  const { store, clock, pollMs, onRunning, onFault } = dependencies;
  const underWay = new Map<string, Promise<void>>();
  let cancel: () => void = () => undefined;
  let stopped = false;

  function once(key: string, work: () => Promise<void>): Promise<void> {
    const before = underWay.get(key);
    if (before) return before;
    const result = work();
    const forget = () => underWay.delete(key);
    underWay.set(key, result);
    // What failed is left alone for a moment.
    result.then(forget, () => clock.after(AFTER_A_FAULT_MS, forget));
    return result;
  }

  const prepare = (plan: Plan) => once(`preparing ${plan.id}`, () => dependencies.prepare(plan));
  const check = (plan: Plan) => once(`checking ${plan.id}`, () => dependencies.check(plan));

  async function look(): Promise<void> {
    const { running, drafts, claimed } = await undecided(store);
    if (running.length > 0) onRunning(running);
    for (const plan of drafts) goOn(`preparing ${plan.id}`, plan, prepare);
    for (const plan of claimed) goOn(`checking ${plan.id}`, plan, check);
  }

  function goOn(doing: string, plan: Plan, work: (plan: Plan) => Promise<void>): void {
    if (!underWay.has(doing)) work(plan).catch((error: unknown) => onFault(error, doing));
  }

  async function round(): Promise<void> {
    await look().catch((error: unknown) => onFault(error, 'looking for what was left behind'));
    if (!stopped) cancel = clock.after(pollMs, () => void round());
  }

  return {
    prepare,
    check,
    start: round,
    stop() {
      stopped = true;
      cancel();
    },
  };
}
