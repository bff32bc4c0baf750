import type { Place, Plan } from '../plan.ts';
import type { Listed } from '../rights/policy.ts';
import type { TokenId } from '../token.ts';
import { isClosable, ownersOf, type Reminder, type Rotation, type RotationSettings } from './rotation.ts';

/** What a message about the rotations of one revocation tells. */
export interface RotationNews {
  /** `opened`: the first one · `pressed`, `snoozed`: somebody did that, and the message they saw is shown anew. */
  readonly about: 'opened' | 'reminder' | 'given up' | 'pressed' | 'snoozed';
  readonly plan: Plan;
  /** All of the revocation, in the order in which the tokens were asked for. */
  readonly rotations: readonly Rotation[];
  readonly openedAt: Date;
  /** When the next message comes; undefined when none will. */
  readonly nextAt: Date | undefined;
  /** Who looks after the tokens that are not closed, where anybody does. */
  readonly owners: ReadonlyMap<TokenId, readonly Listed[]>;
  /** Whether whoever reads it may see descriptions and databases: the operator, in direct messages, and nobody else. */
  readonly detailed: boolean;
}

/** Tells people of rotations. */
export interface RotationMessenger {
  /**
   * Sends it once, there, or as a direct message to the operator where there is no place or it takes nothing. Throws
   * `PlaceRefusedError` where the operator takes nothing either, and anything else when it is not known to have arrived.
   * `repeated` says so in the message.
   */
  remind(news: RotationNews, to: { readonly place: Place | undefined; readonly repeated: boolean }): Promise<void>;
}

/** Who looks after the tokens that are not closed. */
export function ownersIn(rotations: readonly Rotation[], settings: RotationSettings): RotationNews['owners'] {
  const left = rotations.filter(isClosable);
  const all = left.map((rotation) => [rotation.tokenId, ownersOf(rotation, settings)] as const);
  return new Map(all.filter(([, owners]) => owners.length > 0));
}

/** What is told of the rotations as they are now. */
export function newsOf(
  about: RotationNews['about'],
  { plan, rotations, reminder }: { plan: Plan; rotations: readonly Rotation[]; reminder: Reminder },
  settings: RotationSettings,
  detailed: boolean,
): RotationNews {
  const { openedAt, runAt } = reminder;
  return { about, plan, rotations, openedAt, nextAt: runAt, owners: ownersIn(rotations, settings), detailed };
}
