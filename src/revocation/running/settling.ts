import type { Item } from '../revocation.ts';
import type { AuditEntry, ClaimedItem, Transaction } from '../store.ts';
import type { TokenId } from '../token.ts';
import type { Decision } from './outcome.ts';

/** Writes what follows from an attempt, with its audit entry, unless somebody else has the token by now. */
export async function settle(
  transaction: Transaction,
  claimed: ClaimedItem,
  decision: Decision,
  now: Date,
): Promise<void> {
  const after = itemAfter(claimed.item, decision, now);
  // A lease that ran out was given to somebody else: their word counts, not ours.
  if (!(await transaction.writeItem(after))) return;
  const { note, status } = after;
  const action = decision.next === 'settle' ? `token ${decision.outcome}` : ACTIONS[decision.next];
  await transaction.audit([itemEntry(claimed, action, now, { note, status })]);
}

/** How the audit log calls it when a token has no outcome yet. */
const ACTIONS = {
  again: 'token tried again',
  pause: 'token waits',
  'taken back': 'token taken back',
} as const;

function itemAfter(item: Item, decision: Decision, now: Date): Item {
  const { note, status } = decision;
  if (decision.next === 'settle') {
    const { outcome, revokedAt } = decision;
    return { ...item, state: 'done', outcome, note, status, revokedAt, doneAt: now };
  }
  const runAt = new Date(now.getTime() + decision.afterMs);
  if (decision.next === 'again')
    return { ...item, state: 'ready', sent: decision.sent, lost: decision.lost, note, status, runAt };
  const attempt = item.attempt - 1;
  return {
    ...item,
    state: 'ready',
    attempt,
    startedAt: attempt === 0 ? undefined : item.startedAt,
    note,
    status,
    runAt,
  };
}

/** The audit entry of one step with one token. */
export function itemEntry(
  { item, plan }: ClaimedItem,
  action: string,
  at: Date,
  more: AuditEntry['detail'] = {},
): AuditEntry {
  const { profile, attempt } = item;
  const subject: TokenId = item.tokenId;
  return {
    at,
    actor: 'bot',
    action,
    subject,
    detail: { revocation: plan.id, profile, operator: plan.requester.user, attempt, ...more },
  };
}
