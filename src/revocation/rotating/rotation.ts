import { newPlanId, type PlanId } from '../ids.ts';
import { type Plan, tokensOf } from '../plan.ts';
import type { Item } from '../revocation.ts';
import type { Listed } from '../rights/policy.ts';
import { matches } from '../rights/protection.ts';
import type { ProfileName, Token, TokenId } from '../token.ts';

/** `given up`: nobody said for so long what became of it that nobody is reminded any more. */
export type RotationState = 'open' | 'rotated' | 'not needed' | 'given up';

/** What somebody can say of a rotation. */
export type Closing = Extract<RotationState, 'rotated' | 'not needed'>;

/** The work that a revoked token leaves: its clients need a new one. Open until somebody says that it is done. */
export interface Rotation {
  /** 128 random bits in hex: what a button carries. */
  readonly id: string;
  readonly revocationId: PlanId;
  readonly profile: ProfileName;
  readonly tokenId: TokenId;
  readonly state: RotationState;
  readonly openedAt: Date;
  /** Undefined where it was given up. */
  readonly closedBy?: string | undefined;
  readonly closedAt?: Date | undefined;
  /** Undefined where the cluster had not described the token before it was revoked. */
  readonly described?: Described | undefined;
}

/** What decides who looks after the clients of a token: what the cluster said of it before. */
export interface Described {
  readonly description: string;
  readonly databases: readonly string[];
}

/** How people are told of the rotations of one revocation: once at its end, and then again and again. */
export interface Reminder {
  readonly revocationId: PlanId;
  readonly openedAt: Date;
  /** Messages that were sent, or snoozed away. The first one stands beside the result and reminds of nothing. */
  readonly round: number;
  /** Sendings begun of the message of this round. */
  readonly attempt: number;
  /** Not before then; undefined once nothing is to be told any more. */
  readonly runAt: Date | undefined;
  /** Whether the message before was taken neither in the thread nor by the operator. */
  readonly refused: boolean;
}

/** Who looks after the clients of some tokens: those that fit each pattern which is given. */
export interface Owner extends Listed {
  readonly description?: string | undefined;
  readonly database?: string | undefined;
}

export interface RotationSettings {
  /** The pauses between messages; the last one repeats. Without any, nothing is opened and nobody is told. */
  readonly remindAfterMs: readonly number[];
  /** From the end of the revocation on. */
  readonly giveUpAfterMs: number;
  readonly owners: readonly Owner[];
}

/** Nothing is opened, and nobody is reminded. */
export const NO_ROTATION: RotationSettings = { remindAfterMs: [], giveUpAfterMs: 0, owners: [] };

/** What was given up stands in overviews for so long. */
export const GIVEN_UP_SHOWN_MS = 30 * 24 * 3_600_000;
/** Above what one message takes to be sent, so that no second bot sends it meanwhile. */
const SENDING_MS = 30_000;
const LONGEST_RETRY_MS = 15 * 60_000;
const SNOOZED_FOR_MS = 24 * 3_600_000;
/** Slack may not take the last message either. */
const LAST_WORD_WITHIN_MS = 24 * 3_600_000;

/** A rotation for each token that this revocation revoked, in the order in which they were asked for. */
export function newRotations(plan: Plan, items: readonly Item[], now: Date): Rotation[] {
  const tokens = tokensOf(plan);
  return items
    .filter(({ outcome }) => outcome === 'revoked')
    .map(({ revocationId, profile, tokenId }) => ({
      ...{ id: newPlanId(), revocationId, profile, tokenId },
      state: 'open',
      openedAt: now,
      described: describedBy(tokens.get(tokenId)),
    }));
}

function describedBy(token: Token | undefined): Described | undefined {
  if (!token) return undefined;
  const { description, permissions } = token;
  return { description, databases: [...new Set(permissions.map(({ resource }) => resource))] };
}

/** The first message is due at once. */
export function newReminder(revocationId: PlanId, now: Date): Reminder {
  return { revocationId, openedAt: now, round: 0, attempt: 0, runAt: now, refused: false };
}

/** From then on nobody is reminded any more. */
export function givesUpAt({ openedAt }: Reminder, { giveUpAfterMs }: RotationSettings): Date {
  return new Date(openedAt.getTime() + giveUpAfterMs);
}

/** While its message is being sent: sent again, after growing pauses, should that fail. */
export function sending(reminder: Reminder, now: Date): Reminder {
  const pauseMs = Math.min(SENDING_MS * 2 ** reminder.attempt, LONGEST_RETRY_MS);
  return { ...reminder, attempt: reminder.attempt + 1, runAt: new Date(now.getTime() + pauseMs) };
}

/** When it cannot even be begun: tried again in a moment. */
export function later(reminder: Reminder, now: Date): Reminder {
  return { ...reminder, runAt: new Date(now.getTime() + SENDING_MS) };
}

/**
 * After its message was sent: the next one follows after the pause of this round, counted from now, so that what was
 * missed comes once; or when it is time to give up.
 */
export function sent(reminder: Reminder, settings: RotationSettings, now: Date): Reminder {
  const { remindAfterMs } = settings;
  const pauseMs = remindAfterMs[Math.min(reminder.round, remindAfterMs.length - 1)] ?? settings.giveUpAfterMs;
  const runAt = earlier(new Date(now.getTime() + pauseMs), givesUpAt(reminder, settings));
  return { ...reminder, round: reminder.round + 1, attempt: 0, runAt, refused: false };
}

/** The next message comes at this time tomorrow, in place of the one that was due. What is over stays over. */
export function snoozed(reminder: Reminder, settings: RotationSettings, now: Date): Reminder {
  if (!reminder.runAt) return reminder;
  const runAt = earlier(new Date(now.getTime() + SNOOZED_FOR_MS), givesUpAt(reminder, settings));
  return { ...reminder, round: reminder.round + 1, attempt: 0, runAt };
}

/** Nothing more is told. */
export function over(reminder: Reminder): Reminder {
  return { ...reminder, runAt: undefined };
}

/** Whether Slack did not take the last message for so long that it is left out. A bot that was away has tried nothing yet. */
export function isHopeless(reminder: Reminder, settings: RotationSettings, now: Date): boolean {
  return reminder.attempt > 0 && now.getTime() > givesUpAt(reminder, settings).getTime() + LAST_WORD_WITHIN_MS;
}

/** The states in which something can still be said of a rotation. */
export const CLOSABLE = ['open', 'given up'] as const satisfies readonly RotationState[];

export function isClosable({ state }: Pick<Rotation, 'state'>): boolean {
  return CLOSABLE.some((one) => one === state);
}

/** Who looks after a revoked token as the configuration is now, in its order. */
export function ownersOf(
  { described }: Pick<Rotation, 'described'>,
  { owners }: Pick<RotationSettings, 'owners'>,
): Owner[] {
  if (!described) return [];
  return owners.filter(
    ({ description, database }) =>
      (description === undefined || matches(description, described.description)) &&
      (database === undefined || described.databases.some((name) => matches(database, name))),
  );
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}
