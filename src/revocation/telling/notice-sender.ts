import { PlaceRefusedError } from '../announcer.ts';
import { noteAnchor, soundHead } from '../auditing/chain-notices.ts';
import type { Clock } from '../clock.ts';
import type { AuditEntry, Store, Transaction } from '../store.ts';
import type { Notice, NoticeBoard, QueuedNotice, ShownNotice } from './notice.ts';
import { QUIET_MS } from './notices.ts';

/** Above what one message takes to be sent, so that no second bot sends it meanwhile. */
const SENDING_MS = 30_000;
const LONGEST_PAUSE_MS = 60_000;
/** A place that takes nothing does so until a person changes that. */
const AFTER_A_REFUSAL_MS = 5 * 60_000;
const AFTER_A_FAULT_MS = 1_000;
const GIVE_UP_AFTER_MS = 7 * 24 * 3_600_000;

export interface NoticeSenderDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly board: NoticeBoard;
  readonly pollMs: number;
  readonly onFault: (error: unknown, doing: string) => void;
}

/** Sends notices one after the other, in order, each at least once; a repetition says that it is one. Nothing waits for it. */
export interface NoticeSender {
  wake(): void;
  /** Resolves when what is being sent has ended. The rest stays queued. */
  stop(): Promise<void>;
}

type Next =
  | { readonly kind: 'send'; readonly queued: QueuedNotice; readonly shown: ShownNotice }
  /** Something else than sending was done. */
  | { readonly kind: 'again' }
  | { readonly kind: 'wait'; readonly until: Date | undefined };

export function createNoticeSender({ store, clock, board, pollMs, onFault }: NoticeSenderDependencies): NoticeSender {
  let stopping = false;
  let again = false;
  let rounds: Promise<void> | undefined;
  let cancelTimer: () => void = () => undefined;

  function wake(): void {
    again = true;
    if (stopping) return;
    rounds ??= run().finally(() => {
      rounds = undefined;
    });
  }

  async function run(): Promise<void> {
    while (again && !stopping) {
      again = false;
      try {
        wakeIn(await sendDue());
      } catch (error) {
        onFault(error, 'reading notices');
        wakeIn(AFTER_A_FAULT_MS);
      }
    }
  }

  /** Returns how long there is nothing to do. */
  async function sendDue(): Promise<number> {
    while (!stopping) {
      const next = await store.transaction((transaction) => take(transaction, clock.now()));
      if (next.kind === 'wait') return next.until ? next.until.getTime() - clock.now().getTime() : pollMs;
      if (next.kind === 'send') await send(next.queued, next.shown);
    }
    return pollMs;
  }

  async function send(queued: QueuedNotice, shown: ShownNotice): Promise<void> {
    try {
      await board.post(shown, { repeated: queued.attempt > 1 });
      await store.transaction((transaction) => finish(transaction, queued, shown, clock.now()));
    } catch (error) {
      if (!(error instanceof PlaceRefusedError)) return onFault(error, `posting a notice (${queued.id})`);
      const next = error.refusal === 'unfit' ? giveUp : postpone;
      await store.transaction((transaction) => next(transaction, queued, clock.now()));
    }
  }

  function wakeIn(ms: number): void {
    cancelTimer();
    if (!stopping) cancelTimer = clock.after(Math.min(Math.max(ms, 1), pollMs), wake);
  }

  return {
    wake,
    async stop() {
      stopping = true;
      cancelTimer();
      await rounds;
    },
  };
}

/** Takes the first notice for this process, if it is due: counted before it is sent, so that a crash makes the next sending a repetition. */
async function take(transaction: Transaction, now: Date): Promise<Next> {
  const first = await transaction.firstNotice();
  if (!first) return { kind: 'wait', until: undefined };
  // Read again: another process may have taken it meanwhile.
  const queued = await transaction.notice(first.id);
  if (!queued || queued.doneAt) return { kind: 'again' };
  if (queued.runAt > now) return { kind: 'wait', until: queued.runAt };
  const shown = await shownOf(transaction, queued.notice);
  if (!shown || now.getTime() > queued.at.getTime() + GIVE_UP_AFTER_MS) {
    if (shown) await transaction.audit([givenUp(queued, now)]);
    await transaction.putNotice({ ...queued, doneAt: now });
    return { kind: 'again' };
  }
  const runAt = new Date(now.getTime() + Math.min(SENDING_MS * 2 ** queued.attempt, LONGEST_PAUSE_MS));
  const taken = { ...queued, attempt: queued.attempt + 1, runAt };
  await transaction.putNotice(taken);
  return { kind: 'send', queued: taken, shown };
}

async function shownOf(transaction: Transaction, notice: Notice): Promise<ShownNotice | undefined> {
  if (notice.about !== 'result') return notice;
  const plan = await transaction.plan(notice.planId);
  const revocation = await transaction.revocation(notice.planId);
  if (!plan || !revocation) return undefined;
  const items = await transaction.items(notice.planId);
  return { about: 'result', plan, revocation, items, head: await soundHead(transaction) };
}

async function finish(transaction: Transaction, sent: QueuedNotice, shown: ShownNotice, now: Date): Promise<void> {
  const queued = await stillTaken(transaction, sent);
  if (!queued) return;
  await transaction.putNotice(rest(sent, queued, now) ?? { ...queued, notice: sent.notice, doneAt: now });
  if (shown.about === 'result' && shown.head) await noteAnchor(transaction, shown.head, now);
}

/** Nothing arrived, so the next sending is no repetition. */
async function postpone(transaction: Transaction, taken: QueuedNotice, now: Date): Promise<void> {
  const queued = await stillTaken(transaction, taken);
  const runAt = new Date(now.getTime() + AFTER_A_REFUSAL_MS);
  if (queued) await transaction.putNotice({ ...queued, runAt, attempt: queued.attempt - 1 });
}

/** No place takes it, in whatever words: it must not hold up the next. */
async function giveUp(transaction: Transaction, taken: QueuedNotice, now: Date): Promise<void> {
  const queued = await stillTaken(transaction, taken);
  if (!queued) return;
  await transaction.audit([givenUp(queued, now)]);
  await transaction.putNotice({ ...queued, doneAt: now });
}

/** The notice as it now is; undefined where another process took it over, which then says what becomes of it. */
async function stillTaken(transaction: Transaction, taken: QueuedNotice): Promise<QueuedNotice | undefined> {
  const queued = await transaction.notice(taken.id);
  if (!queued || queued.doneAt || queued.attempt !== taken.attempt) return undefined;
  return queued.runAt.getTime() === taken.runAt.getTime() ? queued : undefined;
}

/** What was added to a notice while it was being sent, as one of its own. */
function rest({ notice: sent }: QueuedNotice, { id, notice }: QueuedNotice, now: Date): QueuedNotice | undefined {
  if (sent.about !== 'refusals' || notice.about !== 'refusals' || notice.times <= sent.times) return undefined;
  const at = new Date(now.getTime() + QUIET_MS);
  return { id, notice: { ...notice, times: notice.times - sent.times, since: now }, at, attempt: 0, runAt: at };
}

function givenUp({ id, attempt }: QueuedNotice, at: Date): AuditEntry {
  return {
    at,
    actor: 'bot',
    action: 'nobody could be told',
    subject: 'announce channel',
    detail: { about: id, attempts: attempt },
  };
}
