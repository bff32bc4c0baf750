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
  | {
      readonly about: 'result' | 'shared result';
      readonly plan: Plan;
      readonly revocation: Revocation;
      readonly items: readonly Item[];
    }
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

/** The news that are queued in the store until they are sent. */
export type KeptNews = Exclude<News, { readonly about: 'checking' | 'progress' }>;

/** Tells people how it is going. */
export interface Announcer {
  /**
   * Sends the news once, to the reply address if one is given and still works, else as a direct message to the operator.
   * Throws when it is not known to have arrived. `repeated` says so in the message.
   */
  tell(news: News, to: { readonly reply: ReplyAddress | undefined; readonly repeated: boolean }): Promise<void>;
}
