import type { Freeze } from '../freeze.ts';
import type { PlanId } from '../ids.ts';
import { planEntry } from '../journal.ts';
import { isSharedAtOnce, type Plan } from '../plan.ts';
import type { Item, Revocation } from '../revocation.ts';
import { newReminder, newRotations } from '../rotating/rotation.ts';
import type { Transaction } from '../store.ts';
import { ending } from './outcome.ts';

/** Who stops a revocation, and in which word the tokens that are not sent say so. */
export interface Stop {
  readonly by: string;
  readonly word: 'stopped' | 'frozen';
}

/**
 * Ends what waits and is not in doubt; what is in doubt is looked up first, and is then ended by the worker. For one that
 * was stopped before, only what waits again since then.
 */
export async function stopRevocation(
  transaction: Transaction,
  plan: Plan,
  revocation: Revocation,
  { by, word }: Stop,
  now: Date,
): Promise<void> {
  const waiting = (await transaction.items(plan.id)).filter((item) => item.state === 'ready' && !item.lost);
  for (const item of waiting) {
    const { outcome, note } = ending(item, item.attempt === 0 ? word : `${item.note}; ${word} before another try`);
    await transaction.writeItem({ ...item, state: 'done', outcome, note, doneAt: now });
  }
  if (waiting.length === 0 && revocation.stoppedBy !== undefined) return;
  const stopped = { ...revocation, stoppedBy: revocation.stoppedBy ?? by };
  await transaction.setRevocation(stopped);
  await transaction.audit([planEntry(plan, now, by, `revocation ${word}`, { ended: waiting.length })]);
  await closeIfDone(transaction, plan, stopped, now);
}

/** Whether nothing more of this revocation may be sent. */
export async function isStopped(transaction: Transaction, id: PlanId): Promise<boolean> {
  if (await transaction.freeze()) return true;
  return (await transaction.revocation(id))?.stoppedBy !== undefined;
}

/** Stops every running revocation, and says how many there were. */
export async function stopEvery(transaction: Transaction, { by }: Freeze, now: Date): Promise<number> {
  const plans = await transaction.runningPlans();
  for (const plan of plans) {
    const revocation = await transaction.revocation(plan.id);
    if (revocation) await stopRevocation(transaction, plan, revocation, { by, word: 'frozen' }, now);
  }
  return plans.length;
}

/** Ends a revocation whose last token has an outcome, and queues its result. */
export async function closeIfDone(
  transaction: Transaction,
  plan: Plan,
  revocation: Revocation,
  now: Date,
): Promise<void> {
  if (revocation.state !== 'running' || (await transaction.openItems(revocation.id)) > 0) return;
  const items = await transaction.items(revocation.id);
  const state = items.some((item) => item.outcome === 'unknown') ? 'attention' : 'done';
  await transaction.setRevocation({ ...revocation, state, finishedAt: now });
  await transaction.audit([planEntry(plan, now, 'bot', 'revocation finished', { outcomes: outcomesOf(items) })]);
  await announceResult(transaction, plan, now);
}

/** Queues the result of a revocation that ended, with what it leaves to do: for the operator, and for all where it is shared at once. */
export async function announceResult(transaction: Transaction, plan: Plan, now: Date): Promise<void> {
  await transaction.announce(plan.id, 'result', now);
  if (plan.rotates) await openRotations(transaction, plan, now);
  if (isSharedAtOnce(plan)) await transaction.announce(plan.id, 'shared result', now);
}

/** Opens a rotation for each token that this revocation revoked, in the transaction that ends it. */
async function openRotations(transaction: Transaction, plan: Plan, now: Date): Promise<void> {
  const rotations = newRotations(plan, await transaction.items(plan.id), now);
  if (rotations.length === 0) return;
  await transaction.addRotations(newReminder(plan.id, now), rotations);
  await transaction.audit([planEntry(plan, now, 'bot', 'rotation opened', { tokens: rotations.length })]);
}

function outcomesOf(items: readonly Item[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of items) if (outcome) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
