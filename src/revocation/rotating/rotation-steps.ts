import type { PlanId } from '../ids.ts';
import type { Person } from '../looking/desk-steps.ts';
import type { ProfileName } from '../token.ts';
import type { Reminder, Rotation, RotationState } from './rotation.ts';

/** How many rotations of one revocation somebody still has to say something about; one at least. */
export interface LeftRotations {
  readonly revocationId: PlanId;
  readonly profile: ProfileName;
  /** Who had the tokens revoked. */
  readonly operator: string;
  readonly openedAt: Date;
  readonly open: number;
  readonly givenUp: number;
}

/** A revocation of whose rotations neither its thread nor its operator could be told. */
export interface UntoldRotations {
  readonly id: PlanId;
  readonly profile: ProfileName;
  readonly operator: string;
}

/** How many rotations of a profile are in a state, and since when the oldest. */
export interface RotationCount {
  readonly profile: ProfileName;
  readonly state: RotationState;
  readonly count: number;
  readonly oldest: Date;
}

/** What becomes of a rotation. */
export type RotationEnd = Pick<Rotation, 'state' | 'closedBy' | 'closedAt'>;

/** The steps of a transaction that keep rotations, and when people are reminded of them. */
export interface RotationSteps {
  /** Keeps new rotations of one revocation, in this order, and when people are told of them. */
  addRotations(reminder: Reminder, rotations: readonly Rotation[]): Promise<void>;
  rotation(id: string): Promise<Rotation | undefined>;
  /** All of one revocation, in order. */
  rotations(revocationId: PlanId): Promise<Rotation[]>;
  /** Moves those of these rotations that are still in one of the states `from`, and returns the IDs of those that were. */
  moveRotations(ids: readonly string[], from: readonly RotationState[], to: RotationEnd): Promise<string[]>;
  /** Until the transaction ends nobody else reads the same one like this. */
  reminder(revocationId: PlanId): Promise<Reminder | undefined>;
  /** Writes a reminder as it now is, only if its round, its attempt and its time are still those of `from`; says whether they were. */
  moveReminder(reminder: Reminder, from: Reminder): Promise<boolean>;
  /** The longest due first. The first one of a revocation waits until its result was shared, or told, but not for longer than ten minutes. */
  dueReminders(now: Date, limit: number): Promise<Reminder[]>;
  /** When, after now, the next one is due; undefined when none will be. */
  nextReminderAt(now: Date): Promise<Date | undefined>;
  /** What is open or was given up since then of what this person had revoked, the latest revocation first, of at most so many. */
  ownRotations(person: Person, since: Date, limit: number): Promise<LeftRotations[]>;
  /** The same of what everybody else had revoked. */
  othersRotations(person: Person, since: Date, limit: number): Promise<LeftRotations[]>;
  /** What is open, or was given up since then, by profile. */
  countRotations(since: Date): Promise<RotationCount[]>;
  /** The revocations of whose rotations nobody could be told the last time, the latest first. */
  untoldRotations(): Promise<UntoldRotations[]>;
  /** Forgets, with their reminders, the rotations of revocations of which all were closed or given up before then; a few at a time. */
  forgetRotations(before: Date): Promise<void>;
}
