import type { Clock } from '../clock.ts';
import type { Freeze } from '../freeze.ts';
import { type PlanId, reference } from '../ids.ts';
import { isExpired, type Plan } from '../plan.ts';
import type { Item, Revocation } from '../revocation.ts';
import type { Store, Transaction } from '../store.ts';
import type { ProfileName } from '../token.ts';
import type { EndedRevocation, Person, PlanHead, Undelivered } from './desk-steps.ts';

/** Nobody has more open; a bound all the same. */
const PLANS_COUNTED = 1_000;
const RUNNING_COUNTED = 100;
const RECENT = 10;
const TROUBLES = 1_000;
const UNDELIVERED = 100;
const TROUBLES_LAST_MS = 7 * 24 * 3_600_000;

/** A revocation under way, and why nothing moves at the moment, where nothing does. */
export interface RunningRevocation {
  readonly plan: Plan;
  readonly revocation: Revocation;
  readonly items: readonly Item[];
  readonly pause: string | undefined;
}

/** What one person has open. All of it newest first. */
export interface Desk {
  readonly freeze: Freeze | undefined;
  /** Plans that wait for this person's click: as many whole as were asked for, and the others. */
  readonly waiting: { readonly whole: readonly Plan[]; readonly others: readonly PlanHead[] };
  /** Plans that are being prepared, or whose click is being checked. */
  readonly underWay: readonly PlanHead[];
  readonly running: { readonly whole: readonly RunningRevocation[]; readonly others: readonly PlanId[] };
}

/** How much of a desk to read whole. */
export interface DeskRequest {
  readonly plans: number;
  /** Plans and running revocations together. */
  readonly inAll: number;
  /** Nothing but what has one of these references, where any is given. */
  readonly references?: readonly string[] | undefined;
}

/** What became of what one person asked for. */
export interface Past {
  /** The latest revocations that are over, the newest first. */
  readonly ended: readonly EndedRevocation[];
  /** Tokens with an unknown or failed outcome in the last seven days, which nobody has seen gone since. */
  readonly troubles: readonly Item[];
  /** What this person was to be told, and Slack has not taken so far. */
  readonly undelivered: readonly Undelivered[];
}

/** Reads what people have open, and what became of what they asked for. Each person reads their own. */
export interface Desks {
  open(person: Person, request: DeskRequest): Promise<Desk>;
  past(person: Person): Promise<Past>;
}

export interface DesksDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly pauseOf: (profile: ProfileName) => string | undefined;
}

export function createDesks({ store, clock, pauseOf }: DesksDependencies): Desks {
  async function runningOf(transaction: Transaction, id: PlanId): Promise<RunningRevocation[]> {
    const [plan, revocation] = [await transaction.plan(id), await transaction.revocation(id)];
    if (!plan || !revocation) return [];
    return [{ plan, revocation, items: await transaction.items(id), pause: pauseOf(plan.profile) }];
  }

  return {
    open: (person, { plans, inAll, references }) =>
      store.transaction(async (transaction) => {
        const now = clock.now();
        const isMeant = (id: PlanId) => references === undefined || references.includes(reference(id));
        const heads = (await transaction.ownPlans(person, ['draft', 'pending', 'claimed'], PLANS_COUNTED)).filter(
          ({ id }) => isMeant(id),
        );
        const waiting = heads.filter((head) => head.state === 'pending' && !isExpired(head, now));
        const ids = (await transaction.ownRunning(person, RUNNING_COUNTED)).filter(isMeant);
        const whole: Plan[] = [];
        for (const { id } of waiting.slice(0, plans)) {
          const plan = await transaction.plan(id);
          if (plan) whole.push(plan);
        }
        const running: RunningRevocation[] = [];
        const room = inAll - whole.length;
        for (const id of ids.slice(0, room)) running.push(...(await runningOf(transaction, id)));
        return {
          freeze: await transaction.freeze(),
          waiting: { whole, others: waiting.slice(plans) },
          underWay: heads.filter(({ state }) => state !== 'pending'),
          running: { whole: running, others: ids.slice(room) },
        };
      }),
    past: (person) =>
      store.transaction(async (transaction) => ({
        ended: await transaction.ownEnded(person, RECENT),
        troubles: await transaction.ownTroubles(person, new Date(clock.now().getTime() - TROUBLES_LAST_MS), TROUBLES),
        undelivered: await transaction.ownUndelivered(person, UNDELIVERED),
      })),
  };
}
