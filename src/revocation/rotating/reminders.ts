import { PlaceRefusedError } from '../announcer.ts';
import type { Clock } from '../clock.ts';
import type { Plan } from '../plan.ts';
import { FRESH_MS } from '../planning/plans.ts';
import type { Authorizer } from '../rights/authorization.ts';
import type { Profile } from '../rights/policy.ts';
import type { Store } from '../store.ts';
import type { ProfileName } from '../token.ts';
import { type Begun, begin, end, postpone } from './reminder-moves.ts';
import type { Reminder, RotationSettings } from './rotation.ts';
import type { RotationMessenger } from './rotation-news.ts';

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
    const moved = await Promise.all(due.map(remind));
    // Where none could be moved, the store is looked at again in a moment.
    if (due.length === AT_ONCE && moved.includes(true)) again = true;
    // What becomes due meanwhile is not overlooked.
    return store.transaction((transaction) => transaction.nextReminderAt(now));
  }

  /** Says whether it is due no more. */
  async function remind(due: Reminder): Promise<boolean> {
    let begun: Begun | undefined;
    try {
      begun = await store.transaction((transaction) => begin(transaction, due, settings, clock.now()));
      if (!begun) return false;
      const message = begun;
      const isTold = await tell(message);
      await store.transaction((transaction) => end(transaction, message, { isTold, settings, now: clock.now() }));
    } catch (error) {
      onFault(error, `reminding of the rotations of ${due.revocationId}`);
    }
    return begun !== undefined || leftForLater(due);
  }

  /** What cannot be begun makes room for the others. Where the store does not take that either, its fault was told. */
  function leftForLater(due: Reminder): Promise<boolean> {
    return store.transaction((transaction) => postpone(transaction, due, clock.now())).catch(() => false);
  }

  /** Says whether somebody was told; not where nobody takes a message, which trying again would not change. */
  async function tell({ reminder, news, place }: Begun): Promise<boolean> {
    const detailed = await mayReadStill(dependencies, news.plan);
    try {
      await dependencies.messenger.remind({ ...news, detailed }, { place, repeated: reminder.attempt > 1 });
      return true;
    } catch (error) {
      if (error instanceof PlaceRefusedError) return false;
      throw error;
    }
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

/** Days later the operator may have left: then no description is shown any more. */
async function mayReadStill(
  { authorizer, profiles }: RemindersDependencies,
  { profile: name, requester }: Plan,
): Promise<boolean> {
  const profile = profiles.get(name);
  return profile !== undefined && (await authorizer.mayRead(profile, requester, FRESH_MS)).allowed;
}
