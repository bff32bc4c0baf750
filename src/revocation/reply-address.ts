import type { Plan } from './plan.ts';
import type { Transaction } from './store.ts';

/** Slack takes five messages at one response URL, within half an hour. */
export const REPLY_USES = 5;
export const REPLY_LASTS_MS = 30 * 60_000;

/** Takes one use of a plan's reply address, leaving what is above the limit for others; says whether there was one. */
export async function takeReply(transaction: Transaction, plan: Plan, limit: number, now: Date): Promise<boolean> {
  const { reply } = plan;
  if (!reply || now.getTime() >= reply.openedAt.getTime() + REPLY_LASTS_MS) return false;
  return transaction.useReply(plan.id, reply.url, limit);
}
