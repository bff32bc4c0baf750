import type { PlanId } from '../ids.ts';
import type { Plan, PlanState } from '../plan.ts';
import type { Item, Outcome, Revocation } from '../revocation.ts';
import type { Announcement } from '../store.ts';

/** Somebody, in the workspace where they asked. */
export interface Person {
  readonly user: string;
  readonly team: string;
}

/** A plan without what it holds: enough to name it. */
export type PlanHead = Pick<Plan, 'id' | 'profile' | 'state' | 'createdAt' | 'expiresAt'>;

/** A revocation that is over, and how many of its tokens ended how. */
export interface EndedRevocation {
  readonly profile: string;
  readonly revocation: Revocation;
  readonly totals: ReadonlyMap<Outcome, number>;
}

/** Something that Slack did not take so far; it is sent again. */
export type Undelivered = Pick<Announcement, 'planId' | 'about' | 'attempt'>;

/** The steps of a transaction that read what one person asked for, and remember who looks at it. */
export interface DeskSteps {
  /** This person's plans in these states, the newest first, at most so many. */
  ownPlans(person: Person, states: readonly PlanState[], limit: number): Promise<PlanHead[]>;
  /** Those of this person's plans whose revocations run, the newest first, at most so many. */
  ownRunning(person: Person, limit: number): Promise<PlanId[]>;
  /** The revocations of this person that are over, the newest first, at most so many. */
  ownEnded(person: Person, limit: number): Promise<EndedRevocation[]>;
  /**
   * Tokens of this person's plans made since then whose outcome is unknown or failed, the latest first, at most so many;
   * without those that somebody has seen gone since.
   */
  ownTroubles(person: Person, since: Date, limit: number): Promise<Item[]>;
  /** What this person was to be told and Slack did not take at least once, the oldest first, at most so many. */
  ownUndelivered(person: Person, limit: number): Promise<Undelivered[]>;

  /** Remembers that this person opened the App Home. */
  rememberHome(person: Person, now: Date): Promise<void>;
  /** Whether this person ever opened it, as far as that is remembered. */
  hasHome(person: Person): Promise<boolean>;
  /** Who opened it, the latest first, at most so many. */
  homes(limit: number): Promise<Person[]>;
  /** Forgets whoever opened it last before then. */
  forgetHomes(before: Date): Promise<void>;
}
