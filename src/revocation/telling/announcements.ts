import type { Announcer, KeptNews, SharedResult } from '../announcer.ts';
import type { Clock } from '../clock.ts';
import { planEntry } from '../journal.ts';
import type { Lanes } from '../lanes.ts';
import { REPLY_USES, takeReply } from '../reply-address.ts';
import type { Announcement, Store, Transaction } from '../store.ts';
import { sayNotInTime, share } from './sharing.ts';

const AT_ONCE = 8;
const LONGEST_PAUSE_MS = 60_000;
const AFTER_A_FAULT_MS = 1_000;
const GIVE_UP_AFTER_MS = 24 * 3_600_000;

export interface AnnouncementsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly announcer: Announcer;
  /** Keeps the messages about one plan in order. */
  readonly lanes: Lanes;
  readonly pollMs: number;
  /** Called when people were told something. */
  readonly onTold: () => void;
  readonly onFault: (error: unknown, doing: string) => void;
}

/** Sends what the store has queued for people, each at least once. A repetition says that it is one. */
export interface Announcements {
  wake(): void;
  /** Resolves when what is being sent has ended. The rest stays queued. */
  stop(): Promise<void>;
}

interface Sending {
  readonly announcement: Announcement;
  readonly news: KeptNews;
  readonly replyUsable: boolean;
  /** It was not sent for so long that only that is said. */
  readonly late: boolean;
}

export function createAnnouncements(dependencies: AnnouncementsDependencies): Announcements {
  const { store, clock, announcer, lanes, pollMs, onTold, onFault } = dependencies;
  let stopping = false;
  let again = false;
  let sending = false;
  let cancelTimer: (() => void) | undefined;
  let idle: (() => void) | undefined;

  function wake(): void {
    again = true;
    if (!sending && !stopping) void rounds();
  }

  async function rounds(): Promise<void> {
    sending = true;
    while (again && !stopping) {
      again = false;
      cancelTimer?.();
      try {
        await round();
      } catch (error) {
        onFault(error, 'reading what people must be told');
        cancelTimer?.();
        cancelTimer = clock.after(Math.min(AFTER_A_FAULT_MS, pollMs), wake);
      }
    }
    sending = false;
    idle?.();
  }

  async function round(): Promise<void> {
    const due = await store.transaction((transaction) => transaction.dueAnnouncements(clock.now(), AT_ONCE));
    await Promise.all(due.map((announcement) => lanes(announcement.planId, () => send(announcement))));
    if (due.length > 0) onTold();
    if (due.length === AT_ONCE) again = true;
    const nextAt = await store.transaction((transaction) => transaction.nextAnnouncementAt(clock.now()));
    const ms = nextAt ? nextAt.getTime() - clock.now().getTime() : pollMs;
    cancelTimer?.();
    cancelTimer = clock.after(Math.min(Math.max(ms, 1), pollMs), wake);
  }

  async function send(announcement: Announcement): Promise<void> {
    try {
      const next = await store.transaction((transaction) => begin(transaction, announcement, clock.now()));
      if (!next) return;
      const repeated = announcement.attempt > 0;
      if (next.news.about === 'shared result')
        return await shareResult(announcement, next.news, { repeated, late: next.late });
      await announcer.tell(next.news, { reply: next.replyUsable ? next.news.plan.reply : undefined, repeated });
      await store.transaction((transaction) => transaction.finishAnnouncement(announcement, clock.now()));
    } catch (error) {
      onFault(error, `telling people of ${announcement.planId}`);
    }
  }

  async function shareResult(
    announcement: Announcement,
    news: SharedResult,
    { repeated, late }: { readonly repeated: boolean; readonly late: boolean },
  ): Promise<void> {
    const outcome = late
      ? await sayNotInTime(announcer, news.plan)
      : await share({ store, clock, announcer }, news, repeated);
    await store.transaction(async (transaction) => {
      const now = clock.now();
      if (outcome.shared) return transaction.finishAnnouncement(announcement, now, outcome.posted);
      // So that the operator can ask for it again.
      await transaction.withdrawAnnouncement(announcement);
      await transaction.audit([planEntry(news.plan, now, 'bot', 'result not shared')]);
    });
  }

  return {
    wake,
    async stop() {
      stopping = true;
      cancelTimer?.();
      if (!sending) return;
      await new Promise<void>((resolve) => {
        idle = resolve;
      });
    },
  };
}

/** Counts the sending before it happens, so that a crash in the middle makes the next one a marked repetition. */
async function begin(transaction: Transaction, announcement: Announcement, now: Date): Promise<Sending | undefined> {
  const news = await newsOf(transaction, announcement);
  if (!news) {
    await transaction.finishAnnouncement(announcement, now);
    return undefined;
  }
  const { plan } = news;
  const late = now.getTime() > announcement.queuedAt.getTime() + GIVE_UP_AFTER_MS;
  // Whoever shares a result was promised to hear of it: that waits for Slack as long as it takes.
  if (late && news.about !== 'shared result') {
    await transaction.audit([
      planEntry(plan, now, 'bot', 'nobody could be told', { about: news.about, attempts: announcement.attempt }),
    ]);
    await transaction.finishAnnouncement(announcement, now);
    return undefined;
  }
  const attempt = announcement.attempt + 1;
  const pauseMs = Math.min(1_000 * 2 ** attempt, LONGEST_PAUSE_MS);
  const runAt = new Date(now.getTime() + pauseMs);
  // Another process took the plan over since this was read: it tells people now.
  if (!(await transaction.postponeAnnouncement({ ...announcement, attempt, runAt }))) return undefined;
  // A shared result takes an address only where its place does not take the bot.
  const replyUsable = news.about !== 'shared result' && (await takeReply(transaction, plan, REPLY_USES, now));
  return { announcement, news, replyUsable, late };
}

async function newsOf(transaction: Transaction, { planId, about }: Announcement): Promise<KeptNews | undefined> {
  const plan = await transaction.plan(planId);
  if (!plan) return undefined;
  if (about === 'plan') return { about, plan, freeze: await transaction.freeze() };
  if (about === 'ended') return { about, plan };
  const revocation = await transaction.revocation(planId);
  return revocation && { about, plan, revocation, items: await transaction.items(planId) };
}
