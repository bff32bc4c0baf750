import { planEntry } from '../journal.ts';
import type { Place, Plan } from '../plan.ts';
import type { AuditEntry, Transaction } from '../store.ts';
import {
  givesUpAt,
  isClosable,
  isHopeless,
  later,
  over,
  type Reminder,
  type Rotation,
  type RotationSettings,
  sending,
  sent,
} from './rotation.ts';
import { newsOf, type RotationNews } from './rotation-news.ts';

/** A message that was begun. */
export interface Begun {
  readonly reminder: Reminder;
  readonly news: RotationNews;
  readonly place: Place | undefined;
}

/** Counts the sending before it happens, so that a crash in the middle makes the next one a marked repetition. */
export async function begin(
  transaction: Transaction,
  due: Reminder,
  settings: RotationSettings,
  now: Date,
): Promise<Begun | undefined> {
  const reminder = await transaction.reminder(due.revocationId);
  // Another bot sends it, or somebody snoozed it, since it was seen to be due.
  if (!reminder?.runAt || reminder.runAt > now) return undefined;
  const plan = await transaction.plan(due.revocationId);
  const rotations = await transaction.rotations(due.revocationId);
  if (!plan || !rotations.some(isClosable)) {
    await transaction.moveReminder(over(reminder), reminder);
    return undefined;
  }
  if (isHopeless(reminder, settings, now)) {
    await transaction.audit([untoldEntry(plan, now, 'given up')]);
    await transaction.moveReminder(over(reminder), reminder);
    return undefined;
  }
  const isLast = now >= givesUpAt(reminder, settings);
  const left = isLast ? await giveUp(transaction, plan, rotations, now) : rotations;
  const begun = sending(reminder, now);
  await transaction.moveReminder(begun, reminder);
  const next = isLast ? over(reminder) : sent(reminder, settings, now);
  const about = isLast ? 'given up' : reminder.round === 0 ? 'opened' : 'reminder';
  const shared = await transaction.sharedMessage(plan.id);
  return {
    reminder: begun,
    news: newsOf(about, { plan, rotations: left, reminder: next }, settings, false),
    place: shared && { channel: shared.channel, thread: shared.ts },
  };
}

/** After it was told, or nobody took it: then the next one is tried all the same, and the first of such is audited. */
export async function end(
  transaction: Transaction,
  { reminder, news }: Begun,
  { isTold, settings, now }: { readonly isTold: boolean; readonly settings: RotationSettings; readonly now: Date },
): Promise<void> {
  const next = news.about === 'given up' ? over(reminder) : sent(reminder, settings, now);
  const isMoved = await transaction.moveReminder({ ...next, refused: !isTold }, reminder);
  if (isMoved && !isTold && !reminder.refused) await transaction.audit([untoldEntry(news.plan, now, news.about)]);
}

/** Lets one that cannot be begun wait a moment, counting nothing; says whether it was still due. */
export async function postpone(transaction: Transaction, due: Reminder, now: Date): Promise<boolean> {
  return transaction.moveReminder(later(due, now), due);
}

async function giveUp(
  transaction: Transaction,
  plan: Plan,
  rotations: readonly Rotation[],
  now: Date,
): Promise<Rotation[]> {
  const open = rotations.filter(({ state }) => state === 'open');
  const end = { state: 'given up', closedAt: now } as const;
  const ids = await transaction.moveRotations(
    open.map(({ id }) => id),
    ['open'],
    end,
  );
  const tokenIds = open.filter(({ id }) => ids.includes(id)).map(({ tokenId }) => tokenId);
  if (tokenIds.length > 0) await transaction.audit([planEntry(plan, now, 'bot', 'rotation given up', { tokenIds })]);
  return rotations.map((rotation) => (ids.includes(rotation.id) ? { ...rotation, ...end } : rotation));
}

function untoldEntry(plan: Plan, now: Date, about: RotationNews['about']): AuditEntry {
  return planEntry(plan, now, 'bot', 'nobody could be told', { about: `rotation ${about}` });
}
