import { fingerprint, type PlanId } from './ids.ts';
import type { Requester } from './people.ts';
import type { MeasuredBlastRadius } from './planning/measure-blast-radius.ts';
import type { ProfileName, Token, TokenId } from './token.ts';

/** `draft` while the tokens are read, `pending` while it waits for the click, `claimed` while the click is checked. */
export type PlanState = 'draft' | 'pending' | 'claimed' | 'confirmed' | 'cancelled' | 'expired' | 'changed' | 'refused';

/** What the cluster said of one token when the plan was made. */
export type PlannedToken =
  | { readonly id: TokenId; readonly found: 'live'; readonly token: Token }
  | { readonly id: TokenId; readonly found: 'already revoked'; readonly token: Token }
  | { readonly id: TokenId; readonly found: 'not found' }
  /** Could not be read; `problem` says why, in words for people. */
  | { readonly id: TokenId; readonly found: 'unreadable'; readonly problem: string }
  /** Another revocation has it right now. */
  | { readonly id: TokenId; readonly found: 'in progress'; readonly revocation: PlanId };

/** Where people are told of a plan: one of Slack's response URLs, which take five messages within 30 minutes. */
export interface ReplyAddress {
  readonly url: string;
  readonly uses: number;
  readonly openedAt: Date;
  /** Whether a message sent there can replace the one before: only a click's address can. */
  readonly replaces: boolean;
  /** Where a message sent there for all to see appears; undefined where that is not known. */
  readonly channel?: string | undefined;
}

/** Where something is shown for all to see: a channel, or a thread in it. */
export interface Place {
  readonly channel: string;
  readonly thread?: string | undefined;
}

/** What one person asked for, before anything was read. */
export interface PlanRequest {
  readonly requester: Requester;
  readonly profile: ProfileName;
  /** Canonical, each once, in the order given. */
  readonly tokenIds: readonly TokenId[];
  readonly reason: string;
  readonly force: boolean;
  readonly debug: boolean;
  /** Bounds one token over all its attempts. */
  readonly timeoutMs: number;
  /** How the request was read, where that is worth saying: `2 IDs were given more than once and count once.` */
  readonly notes: readonly string[];
  /** Where the result is shared, where that was asked for with the plan. */
  readonly share?: Place | undefined;
  /** Names the dialog the plan is shown in, as long as that is open; undefined for messages. */
  readonly dialog?: string | undefined;
}

/** Where a token is that the profile of a plan does not know. */
export interface Elsewhere {
  readonly id: TokenId;
  readonly profile: ProfileName;
  /** It is revoked there already. */
  readonly revoked: boolean;
}

/** What one person asked to revoke on one profile, frozen when it was shown to them. */
export interface Plan extends PlanRequest {
  readonly id: PlanId;
  readonly state: PlanState;
  /** Empty while the plan is a draft. */
  readonly tokens: readonly PlannedToken[];
  /** What the hourly budget allowed when the plan was made, where the gateway said so. */
  readonly revocationsLeft?: number | undefined;
  /** What nobody can do any more after it; undefined where that was not looked at: nothing to revoke, or `--force`. */
  readonly blastRadius?: MeasuredBlastRadius | undefined;
  /** Those not found here that are on other profiles, where nothing is done. */
  readonly elsewhere?: readonly Elsewhere[] | undefined;
  /** Whether the tokens it revokes become rotations, as was configured when it was made. */
  readonly rotates?: boolean | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly decidedBy?: string | undefined;
  readonly decidedAt?: Date | undefined;
  /** Why it ended without a revocation, in words for people. */
  readonly ending?: string | undefined;
  /** Undefined once Slack would no longer take it. */
  readonly reply?: ReplyAddress | undefined;
}

/** Clocks of two machines may differ by this much before one is thought to be wrong. */
const SKEW_MS = 60_000;

/** The tokens a confirmation would revoke. */
export function liveTokens(plan: Plan): Token[] {
  return plan.tokens.flatMap((planned) => (planned.found === 'live' ? [planned.token] : []));
}

/** The same tokens by their IDs. */
export function tokensOf(plan: Plan): ReadonlyMap<TokenId, Token> {
  return new Map(liveTokens(plan).map((token) => [token.id, token]));
}

/** Where the result of this plan can be shared: where that was asked for, else where the plan was; undefined where nobody else reads. */
export function placeOf({ share, requester }: Pick<PlanRequest, 'share' | 'requester'>): Place | undefined {
  if (share) return share;
  const { channel } = requester;
  // Direct messages have IDs of their own kind: https://docs.slack.dev/reference/objects/conversation-object
  return channel === '' || channel.startsWith('D') ? undefined : { channel };
}

/**
 * Which channel a click on this plan counts in: where it happened; for one in a view, which is in no channel, or in direct
 * messages, where plans go that cannot be shown elsewhere, the channel the plan was asked for in.
 */
export function belongsIn({ requester }: Pick<PlanRequest, 'requester'>, { channel }: Requester): string {
  return channel === '' || channel.startsWith('D') ? requester.channel : channel;
}

/** Whether the result is shared without another click: where that was asked for, and where nobody confirmed. */
export function isSharedAtOnce(plan: Pick<PlanRequest, 'share' | 'force' | 'requester'>): boolean {
  return (plan.share !== undefined || plan.force) && placeOf(plan) !== undefined;
}

/** Whether it is too late to confirm. A plan from the future is expired too: the clock was set back, and nobody knows how far. */
export function isExpired(plan: Pick<Plan, 'createdAt' | 'expiresAt'>, now: Date): boolean {
  return now >= plan.expiresAt || now.getTime() < plan.createdAt.getTime() - SKEW_MS;
}

/** The same for the same person, profile, channel and set of tokens. */
export function twinKey({ requester, profile, tokenIds }: PlanRequest): string {
  const { team, user, channel } = requester;
  return fingerprint([team, user, channel, profile, ...[...tokenIds].sort()]);
}

/** How a token differs from what was shown, in words for people; undefined when it is the same. */
export function difference(shown: Token, now: Token): string | undefined {
  if (shown.description !== now.description)
    return `its description was “${shown.description}” and is now “${now.description}”`;
  if (exactly(shown) === exactly(now)) return undefined;
  return `its permissions were ${permissionsOf(shown)} and are now ${permissionsOf(now)}`;
}

/** The same for the same permissions in whatever order, and for no others: their words may hold anything. */
function exactly({ permissions }: Token): string {
  return JSON.stringify(permissions.map(({ action, resource }) => JSON.stringify([action, resource])).sort());
}

/** Permissions as people read them, in a fixed order: `read metrics, write *`. */
export function permissionsOf(token: Token): string {
  if (token.permissions.length === 0) return 'none';
  return token.permissions
    .map(({ action, resource }) => `${action} ${resource}`)
    .sort()
    .join(', ');
}
