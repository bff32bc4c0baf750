import type { Known, PersonFacts } from '../people.ts';

/** Why somebody was refused, from a closed list. */
export type Denial =
  | 'workspace'
  | 'channel'
  | 'deactivated'
  | 'bot'
  | 'guest'
  | 'not listed'
  | 'unreadable'
  | 'no force'
  | 'frozen';

export interface Refused {
  readonly allowed: false;
  readonly denial: Denial;
  readonly message: string;
}

export interface Allowed {
  readonly allowed: true;
  /** The rule that decided, for the audit log and `whoami`: `start.usergroups S012`. */
  readonly rule: string;
  /** The members as read, where a user group decided. */
  readonly members?: readonly string[];
  /** When the oldest fact this rests on was read. */
  readonly readAt: Date;
}

export type Verdict = Allowed | Refused;

/** What was read of a person and of the user groups a policy names. */
export interface Facts {
  readonly person: Known<PersonFacts>;
  readonly memberships: ReadonlyMap<string, Known<ReadonlySet<string>>>;
}
