import type { Authorizer } from './authorization.ts';
import type { Clock } from './clock.ts';
import { planEntry } from './journal.ts';
import type { Place, Plan } from './plan.ts';
import { FRESH_MS } from './plans.ts';
import type { Profile } from './policy.ts';
import {
  givesUpAt,
  isClosable,
  isHopeless,
  over,
  type Reminder,
  type Rotation,
  type RotationSettings,
  sending,
  sent,
} from './rotation.ts';
import { newsOf, type RotationMessenger, type RotationNews } from './rotation-news.ts';
import type { Store, Transaction } from './store.ts';
import type { ProfileName } from './token.ts';

const AT_ONCE = 4;
const LOOK_AGAIN_MS = 30_000;

export interface RemindersDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly authorizer: Authorizer;
  readonly profiles: ReadonlyMap<ProfileName, Profile>;
  readonly settings: RotationSettings;
  readonly messenger: RotationMessenger;
  readonly onFault: (error: unknown, doing: string) => void;
}

/** Tells people of rotations when it is time, each message at least once, until all are closed or given up. */
export interface Reminders {
  /** There may be something to tell. */
  wake(): void;
  /** Resolves when what is being sent has ended. The rest stays in the store. */
  stop(): Promise<void>;
}

/** A message that was begun. */
interface Begun {
  readonly reminder: Reminder;
  readonly news: RotationNews;
  readonly place: Place | undefined;
}

export function createReminders(dependencies: RemindersDependencies): Reminders {
  const { store, clock, settings, onFault } = dependencies;
  let again = false;
  let stopped = false;
  let rounds: Promise<void> | undefined;
  let cancelTimer: () => void = () => undefined;

  /** One round at a time; whatever happens meanwhile is seen by the next. */
  function wake(): void {
    again = true;
    if (stopped || rounds || settings.remindAfterMs.length === 0) return;
    rounds = allRounds().then(() => {
      rounds = undefined;
      if (again) wake();
    });
  }

  async function allRounds(): Promise<void> {
    while (again && !stopped) {
      again = false;
      cancelTimer();
      const nextAt = await round().catch((error: unknown) => {
        onFault(error, 'looking for rotations');
        return undefined;
      });
      const ms = nextAt ? nextAt.getTime() - clock.now().getTime() : LOOK_AGAIN_MS;
      if (ms <= 0) again = true;
      else cancelTimer = clock.after(Math.min(ms, LOOK_AGAIN_MS), wake);
    }
    if (stopped) cancelTimer();
  }

  async function round(): Promise<Date | undefined> {
    const now = clock.now();
    const due = await store.transaction((transaction) => transaction.dueReminders(now, AT_ONCE));
    const begun = await Promise.all(due.map(remind));
    // What could not even be begun is left alone for a moment.
    if (due.length === AT_ONCE && begun.includes(true)) again = true;
    // What becomes due meanwhile is not overlooked.
    return store.transaction((transaction) => transaction.nextReminderAt(now));
  }

  /** Says whether it began to. */
  async function remind(due: Reminder): Promise<boolean> {
    let begun: Begun | undefined;
    try {
      begun = await store.transaction((transaction) => begin(transaction, due, settings, clock.now()));
      if (!begun) return false;
      const { reminder, news, place } = begun;
      const detailed = await mayReadStill(dependencies, news.plan);
      await dependencies.messenger.remind({ ...news, detailed }, { place, repeated: reminder.attempt > 1 });
      const isLast = news.about === 'given up';
      await store.transaction((transaction) =>
        transaction.moveReminder(isLast ? over(reminder) : sent(reminder, settings, clock.now()), reminder),
      );
    } catch (error) {
      onFault(error, `reminding of the rotations of ${due.revocationId}`);
    }
    return begun !== undefined;
  }

  return {
    wake,
    async stop() {
      stopped = true;
      cancelTimer();
      await rounds;
    },
  };
}

/** Counts the sending before it happens, so that a crash in the middle makes the next one a marked repetition. */
async function begin(
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
    await transaction.audit([planEntry(plan, now, 'bot', 'nobody could be told', { about: 'rotation given up' })]);
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

/** Days later the operator may have left: then no description is shown any more. */
async function mayReadStill(
  { authorizer, profiles }: RemindersDependencies,
  { profile: name, requester }: Plan,
): Promise<boolean> {
  const profile = profiles.get(name);
  return profile !== undefined && (await authorizer.mayRead(profile, requester, FRESH_MS)).allowed;
}
