/** Who asks, and from where, as Slack itself said it in a verified request. */
export interface Requester {
  readonly user: string;
  readonly team: string;
  /** Empty where there is none: the App Home, a global shortcut. */
  readonly channel: string;
}

/** What Slack says of one person. */
export interface PersonFacts {
  readonly deactivated: boolean;
  readonly bot: boolean;
  readonly guest: boolean;
  /** The workspaces this person belongs to. */
  readonly teams: readonly string[];
}

/** A fact with the time its reading began: it is at least as old as that. */
export interface Known<T> {
  readonly value: T;
  readonly readAt: Date;
}

/** Asks Slack about people. Throws `DirectoryError` when Slack gives no usable answer: nobody passes on a guess. */
export interface Directory {
  /** Facts no older than `maxAgeMs`. */
  person(user: string, maxAgeMs: number): Promise<Known<PersonFacts>>;
  /** The members of a user group, no older than `maxAgeMs`; one reading is shared by all who ask for it. */
  members(usergroup: string, maxAgeMs: number): Promise<Known<ReadonlySet<string>>>;
  /** What people call a person or a user group, in plain words that ping nobody; the ID itself where Slack does not say. */
  nameOf(id: string): Promise<string>;
}

/** Slack could not be asked. Its message is for logs; `remedy`, where somebody can do something about it, is for people. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly remedy: string | undefined;

  constructor(message: string, { remedy, cause }: { remedy?: string | undefined; cause?: unknown } = {}) {
    super(message, { cause });
    this.remedy = remedy;
  }
}
