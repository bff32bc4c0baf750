import { planEntry } from '../journal.ts';
import type { Plan } from '../plan.ts';
import type { AuditEntry, Transaction } from '../store.ts';
import {
  CLOSABLE,
  type Closing,
  isClosable,
  over,
  type Reminder,
  type Rotation,
  type RotationSettings,
  snoozed,
} from './rotation.ts';
import type { RotationRights } from './rotation-rights.ts';

/** A press that may do something. */
export interface Taken {
  readonly transaction: Transaction;
  readonly plan: Plan;
  readonly reminder: Reminder;
  readonly meant: readonly Rotation[];
  readonly user: string;
  readonly rights: RotationRights;
  readonly now: Date;
}

/** What a press led to. */
export interface Told {
  readonly about: 'pressed' | 'snoozed';
  readonly reminder: Reminder;
}

/** The revocation a press is about, and its rotations that are meant. */
export async function find(
  transaction: Transaction,
  id: string,
): Promise<{ readonly plan: Plan; readonly meant: readonly Rotation[] } | undefined> {
  const one = await transaction.rotation(id);
  const meant = one ? [one] : await transaction.rotations(id);
  const plan = meant[0] && (await transaction.plan(meant[0].revocationId));
  return plan && { plan, meant };
}

/** Undefined where nothing was left to close. */
export async function close(
  { transaction, plan, reminder, meant, user, rights, now }: Taken,
  as: Closing,
): Promise<Told | undefined> {
  const own = meant.filter(rights.mayClose);
  const end = { state: as, closedBy: user, closedAt: now };
  const ids = await transaction.moveRotations(
    own.map(({ id }) => id),
    CLOSABLE,
    end,
  );
  const closed = own.filter(({ id }) => ids.includes(id));
  if (closed.length === 0) return undefined;
  await transaction.audit(closed.map((rotation) => closedEntry(rotation, plan, rights, end)));
  const left = (await transaction.rotations(plan.id)).some(isClosable);
  if (left || !reminder.runAt) return { about: 'pressed', reminder };
  await transaction.moveReminder(over(reminder), reminder);
  return { about: 'pressed', reminder: over(reminder) };
}

/** Undefined where nobody is reminded any more. */
export async function snooze(
  { transaction, plan, reminder, user, rights, now }: Taken,
  settings: RotationSettings,
): Promise<Told | undefined> {
  if (!reminder.runAt) return undefined;
  const after = snoozed(reminder, settings, now);
  await transaction.moveReminder(after, reminder);
  const detail = { rule: rights.rule, until: after.runAt };
  await transaction.audit([planEntry(plan, now, user, 'rotation snoozed', detail)]);
  return { about: 'snoozed', reminder: after };
}

function closedEntry(
  { tokenId }: Rotation,
  plan: Plan,
  { rule }: RotationRights,
  { state, closedBy, closedAt }: { readonly state: Closing; readonly closedBy: string; readonly closedAt: Date },
): AuditEntry {
  const detail = { revocation: plan.id, profile: plan.profile, operator: plan.requester.user, rule };
  return { at: closedAt, actor: closedBy, action: `rotation ${state}`, subject: tokenId, detail };
}
