import type { Freeze } from './freeze.ts';
import type { Plan, ReplyAddress } from './plan.ts';
import type { Item, Revocation } from './revocation.ts';

/**
 * What people are told. `plan`: it waits for the click, or for the end of the freeze · `ended`: it ended without a revocation, see its `ending` ·
 * `result`: every token has an outcome · `shared result`: the same for the channel, without descriptions.
 */
export type News =
  | { readonly about: 'plan'; readonly plan: Plan; readonly freeze: Freeze | undefined }
  | { readonly about: 'ended'; readonly plan: Plan }
  | ({ readonly about: 'result' } & Ended)
  | SharedResult
  /** Not kept: comes of a shared result that its place does not take, or that Slack did not confirm in time. */
  | { readonly about: 'not shared'; readonly plan: Plan; readonly refusal: PlaceRefusal | 'not in time' }
  /** Not kept: said once, or not at all. The click was taken, and is being checked. */
  | { readonly about: 'checking'; readonly plan: Plan }
  /** Not kept: said once, or not at all. `pause` is why nothing moves at the moment. */
  | {
      readonly about: 'progress';
      readonly plan: Plan;
      readonly revocation: Revocation;
      readonly items: readonly Item[];
      readonly pause: string | undefined;
    };

/** A revocation that is over. */
interface Ended {
  readonly plan: Plan;
  readonly revocation: Revocation;
  readonly items: readonly Item[];
}

/** A result for all to see. */
export type SharedResult = { readonly about: 'shared result' } & Ended;

/** The news that are queued in the store until they are sent. */
export type KeptNews = Exclude<News, { readonly about: 'not shared' | 'checking' | 'progress' }>;

/** Why a place takes nothing from the bot, until a person changes that. `unfit`: not this message, which no place takes. */
export type PlaceRefusal = 'not a member' | 'unknown' | 'archived' | 'restricted' | 'unfit' | 'other';

/** A place takes nothing from the bot: nothing was posted, and trying again is of no use. */
export class PlaceRefusedError extends Error {
  override readonly name = 'PlaceRefusedError';
  readonly refusal: PlaceRefusal;

  constructor(refusal: PlaceRefusal, options?: ErrorOptions) {
    super(`the place does not take this message: ${refusal}`, options);
    this.refusal = refusal;
  }
}

/** Something the bot posted. `ts` names the message below which replies to it stand. */
export interface Posted {
  readonly channel: string;
  readonly ts: string;
}

/** Tells people how it is going. */
export interface Announcer {
  /**
   * Sends the news once, to the reply address if one is given and still works, else as a direct message to the operator,
   * and a shared result to its place. Returns what was posted; undefined for what cannot be named later. Throws
   * `PlaceRefusedError` for a place that takes nothing, and anything else when it is not known to have arrived. `repeated`
   * says so in the message.
   */
  tell(
    news: News,
    to: { readonly reply: ReplyAddress | undefined; readonly repeated: boolean },
  ): Promise<Posted | undefined>;
}
