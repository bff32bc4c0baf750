import type { PlanId } from '../ids.ts';
import type { AuditEntry, Transaction } from '../store.ts';
import type { QueuedNotice, Refusal } from './notice.ts';

/** One person is told of at most once in this time; what more there was is counted. */
export const QUIET_MS = 5 * 60_000;

/** Not refusals of a person: nobody may while all is frozen, and nobody is let through where Slack does not answer. */
const NOT_OF_A_PERSON: readonly unknown[] = ['frozen', 'unreadable'];

/** Queues the result of a revocation that ended, once. */
export async function queueResult(transaction: Transaction, planId: PlanId, now: Date): Promise<void> {
  const id = `result ${planId}`;
  if (await transaction.notice(id)) return;
  await transaction.putNotice(fresh(id, { about: 'result', planId }, now));
}

/** Queues a refusal, together with what else this person was refused lately. */
export async function queueRefusal(transaction: Transaction, latest: Refusal, now: Date): Promise<void> {
  const id = `refusals ${latest.user}`;
  const before = await transaction.notice(id);
  if (before?.doneAt === undefined && before?.notice.about === 'refusals') {
    const { notice } = before;
    return transaction.putNotice({ ...before, notice: { ...notice, latest, times: notice.times + 1 } });
  }
  const quietUntil = (before?.doneAt?.getTime() ?? 0) + QUIET_MS;
  const at = new Date(Math.max(now.getTime(), quietUntil));
  await transaction.putNotice(fresh(id, { about: 'refusals', latest, times: 1, since: now }, at));
}

/** A notice that was not sent yet. */
export function fresh(id: string, notice: QueuedNotice['notice'], at: Date): QueuedNotice {
  return { id, notice, at, attempt: 0, runAt: at };
}

/** Who was refused what, where an audit entry says that somebody was. */
export function refusalIn(
  { actor, action, subject, detail }: AuditEntry,
  plan: Pick<Refusal, 'tokenIds'> | undefined,
): Refusal | undefined {
  const { denial = detail.why === 'foreign' ? 'foreign' : undefined, operator, profile, force } = detail;
  if (typeof denial !== 'string' || NOT_OF_A_PERSON.includes(denial)) return undefined;
  const user = actor === 'bot' ? operator : actor;
  if (typeof user !== 'string') return undefined;
  const tokenIds = plan?.tokenIds ?? (Array.isArray(detail.tokenIds) ? detail.tokenIds : []);
  return {
    user,
    denial,
    subject,
    wish: wishIn(action, force === true),
    profile: typeof profile === 'string' ? profile : '',
    tokenIds: tokenIds.filter((id) => typeof id === 'string'),
  };
}

function wishIn(action: string, force: boolean): string {
  if (action === 'request refused' || action === 'plan refused') return force ? 'revoke with --force' : 'revoke';
  return action.replace(/ refused$/, '');
}
