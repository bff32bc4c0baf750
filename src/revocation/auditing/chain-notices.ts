import type { AuditHead, Transaction } from '../store.ts';
import type { BrokenChain } from '../telling/notice.ts';
import { fresh } from '../telling/notices.ts';

/** The chain is anchored at most this often, besides with each result. */
export const ANCHOR_EVERY_MS = 3_600_000;
const TOLD_AGAIN_AFTER_MS = 24 * 3_600_000;

const ANCHOR = 'anchor';
const BREAK = 'broken chain';

/** The IDs of the notices that count for good, sent or not. */
export const CHAIN_NOTICES: readonly string[] = [ANCHOR, BREAK];

/** What there is to say of the chain at one look. */
export interface ChainFinding {
  readonly found: BrokenChain | undefined;
  /** Tell a break that is known, too, whenever that was last. */
  readonly again: boolean;
  /** Whether there is anybody to be told. */
  readonly announces: boolean;
}

/**
 * Keeps a break that was found for good, and queues the one that is known: once a day. Queues the head of a chain without one.
 * Returns the break. It is one until the store is another: who could change the log once may do so again.
 */
export async function noteChain(
  transaction: Transaction,
  { found, again, announces }: ChainFinding,
  now: Date,
): Promise<BrokenChain | undefined> {
  const broken = found ?? (await knownBreak(transaction));
  if (broken) await queueBreak(transaction, broken, again, now);
  else if (announces) await queueAnchor(transaction, now);
  return broken;
}

/** The break that was found last, whenever that was. */
export async function knownBreak(transaction: Transaction): Promise<BrokenChain | undefined> {
  const kept = await transaction.notice(BREAK);
  return kept?.notice.about === 'broken chain' ? kept.notice : undefined;
}

/** The head that was anchored last, or is about to be. */
export async function lastAnchor(transaction: Transaction): Promise<AuditHead | undefined> {
  const kept = await transaction.notice(ANCHOR);
  return kept?.notice.about === 'anchor' ? kept.notice.head : undefined;
}

/** The head of the chain; undefined where it must not be anchored: a break is known, or what was anchored is not there any more. */
export async function soundHead(transaction: Transaction): Promise<AuditHead | undefined> {
  if (await knownBreak(transaction)) return undefined;
  const anchor = await lastAnchor(transaction);
  if (anchor && (await transaction.followAudit(anchor, 1)).broken) return undefined;
  return transaction.auditHead();
}

/** Remembers that this head was anchored with something else, unless a later one was. */
export async function noteAnchor(transaction: Transaction, head: AuditHead, now: Date): Promise<void> {
  if (!(await soundHead(transaction))) return;
  const known = await lastAnchor(transaction);
  if (known && known.seq > head.seq) return;
  await transaction.putNotice({ ...fresh(ANCHOR, { about: 'anchor', head }, now), doneAt: now });
}

/** Queues the head of the chain, unless it was anchored already or another one was within the hour. */
async function queueAnchor(transaction: Transaction, now: Date): Promise<void> {
  const head = await soundHead(transaction);
  const before = await transaction.notice(ANCHOR);
  const known = before?.notice.about === 'anchor' ? before.notice.head : undefined;
  if (!head || (known?.seq === head.seq && known.hash === head.hash)) return;
  const notice = { about: 'anchor', head } as const;
  // One that could not be sent so far gives way to the newer.
  if (before && before.doneAt === undefined) return transaction.putNotice({ ...before, notice });
  if (before?.doneAt && now.getTime() < before.doneAt.getTime() + ANCHOR_EVERY_MS) return;
  await transaction.putNotice(fresh(ANCHOR, notice, now));
}

async function queueBreak(transaction: Transaction, broken: BrokenChain, again: boolean, now: Date): Promise<void> {
  const before = await transaction.notice(BREAK);
  const isSame = before?.notice.about === 'broken chain' && before.notice.seq === broken.seq;
  if (before && !before.doneAt) return;
  if (isSame && !again && before.doneAt && now.getTime() < before.doneAt.getTime() + TOLD_AGAIN_AFTER_MS) return;
  await transaction.putNotice(fresh(BREAK, broken, now));
}
