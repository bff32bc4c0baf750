import type { PlanId } from './ids.ts';
import type { BrokenChain, QueuedNotice, Refusal } from './notice.ts';
import type { AuditEntry, AuditHead, Transaction } from './store.ts';

/** One person is told of at most once in this time; what more there was is counted. */
export const QUIET_MS = 5 * 60_000;
/** The chain is anchored at most this often, besides with each result. */
export const ANCHOR_EVERY_MS = 3_600_000;

const ANCHOR = 'anchor';
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

/** Queues the head of the chain, unless it was anchored already or another one was within the hour. */
export async function queueAnchor(transaction: Transaction, now: Date): Promise<void> {
  const head = await transaction.auditHead();
  const before = await transaction.notice(ANCHOR);
  const known = before?.notice.about === 'anchor' ? before.notice.head : undefined;
  if (!head || (known?.seq === head.seq && known.hash === head.hash)) return;
  const notice = { about: 'anchor', head } as const;
  // One that could not be sent so far gives way to the newer.
  if (before && before.doneAt === undefined) return transaction.putNotice({ ...before, notice });
  if (before?.doneAt && now.getTime() < before.doneAt.getTime() + ANCHOR_EVERY_MS) return;
  await transaction.putNotice(fresh(ANCHOR, notice, now));
}

/** The head that was anchored last, or is about to be. */
export async function lastAnchor(transaction: Transaction): Promise<AuditHead | undefined> {
  const before = await transaction.notice(ANCHOR);
  return before?.notice.about === 'anchor' ? before.notice.head : undefined;
}

/** Remembers that this head was anchored with something else. */
export async function noteAnchor(transaction: Transaction, head: AuditHead, now: Date): Promise<void> {
  await transaction.putNotice({ ...fresh(ANCHOR, { about: 'anchor', head }, now), doneAt: now });
}

/** Queues that the chain is broken there; the same break once, as long as that is remembered. */
export async function queueBrokenChain(transaction: Transaction, broken: BrokenChain, now: Date): Promise<void> {
  const id = `broken chain ${broken.seq}`;
  if (await transaction.notice(id)) return;
  await transaction.putNotice(fresh(id, broken, now));
}

function fresh(id: string, notice: QueuedNotice['notice'], at: Date): QueuedNotice {
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
