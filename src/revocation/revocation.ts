import type { PlanId } from './ids.ts';
import type { ProfileName, TokenId } from './token.ts';

/**
 * What became of one token. `refused`: the cluster forbids it, nothing happened · `failed`: the cluster said it did not
 * do it · `unknown`: a request left and no answer settled it · `not sent`: stopped before its request left.
 */
export type Outcome = 'revoked' | 'already revoked' | 'not found' | 'refused' | 'failed' | 'unknown' | 'not sent';

/** The order in which people read them. */
export const OUTCOMES = [
  'revoked',
  'already revoked',
  'not found',
  'refused',
  'failed',
  'unknown',
  'not sent',
] as const satisfies readonly Outcome[];

/** A plan once confirmed, until every token has an outcome. Shares the plan's ID. */
export interface Revocation {
  readonly id: PlanId;
  /** `attention`: it ended, and some outcomes are unknown. */
  readonly state: 'running' | 'done' | 'attention';
  readonly createdAt: Date;
  readonly finishedAt?: Date | undefined;
  readonly stoppedBy?: string | undefined;
}

/** The work of revoking one token, kept until it has an outcome. */
export interface Item {
  readonly revocationId: PlanId;
  readonly profile: ProfileName;
  readonly tokenId: TokenId;
  readonly state: 'ready' | 'leased' | 'done';
  /** Attempts begun. */
  readonly attempt: number;
  /** Counts the leases; a write with an older number is refused. */
  readonly fence: number;
  /** Not before then. */
  readonly runAt: Date;
  readonly startedAt?: Date | undefined;
  /** A DELETE for this token may have reached the cluster. */
  readonly sent: boolean;
  /** An answer was lost, and nothing has settled since what it said. */
  readonly lost: boolean;
  readonly outcome?: Outcome | undefined;
  /** Why, in words for people; empty when there is nothing to add. */
  readonly note: string;
  /** The last status seen, for `--debug`. */
  readonly status: string;
  /** When the cluster revoked it, where the cluster said. */
  readonly revokedAt?: Date | undefined;
  readonly doneAt?: Date | undefined;
}

const LEFT_OVER: readonly (Outcome | undefined)[] = ['failed', 'unknown', 'not sent'];

/** What somebody still has to do something about: it failed, nobody knows, or it was not even tried. */
export function leftOver(items: readonly Item[]): Item[] {
  return items.filter(({ outcome }) => LEFT_OVER.includes(outcome));
}

/** How many tokens ended how; only outcomes that occurred. */
export function totals(items: readonly Item[]): ReadonlyMap<Outcome, number> {
  const counts = new Map<Outcome, number>();
  for (const outcome of OUTCOMES) {
    const count = items.filter((item) => item.outcome === outcome).length;
    if (count > 0) counts.set(outcome, count);
  }
  return counts;
}
