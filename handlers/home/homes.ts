import type { Logger } from '../../src/logger.ts';
import { type Clock, sleep } from '../../src/revocation/clock.ts';
import type { Person } from '../../src/revocation/looking/desk-steps.ts';
import type { Store } from '../../src/revocation/store.ts';

/** One person's Home is published at most so often. */
const PACE_MS = 3_000;
/** Slack takes views.publish 100 times a minute: https://docs.slack.dev/reference/methods/views.publish */
const BETWEEN_PEOPLE_MS = 700;
const PEOPLE_FOLLOWED = 200;
const RETRIES = 5;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;
/** What Slack has not taken by then is left out. */
const ENDS_WITHIN_MS = 2_000;

/** The App Homes people have opened: shown anew when something changes that concerns them, in whichever bot it did. Delays nothing. */
export interface Homes {
  /** This person opened their Home: remembered from now on, and shown. */
  opened(person: Person): Promise<void>;
  /** Something changed that concerns this person. Shown soon, where they ever opened their Home. */
  changed(person: Person): void;
  /** The same for everybody. */
  changedForAll(): void;
  /** Begins to publish, once it is known whom the bot serves; with what changed while no bot was there. */
  start(): void;
  /** Publishes nothing more; resolves when what is under way has ended, or soon. */
  stop(): Promise<void>;
}

export interface HomesDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** Shows this person what is true now; says when that changes by itself, if it does. */
  readonly publish: (person: Person) => Promise<Date | undefined>;
  /** How long Slack asked to be left alone, where it did. */
  readonly pauseAfter: (error: unknown) => number | undefined;
}

/** When one person's Home is shown. */
interface Schedule {
  readonly person: Person;
  /** Undefined while nothing is planned. */
  dueAt: number | undefined;
  notBefore: number;
  /** Being shown, and whether something changed since that began. */
  busy: boolean;
  again: boolean;
  failures: number;
  cancel: () => void;
}

export function createHomes({ store, clock, log, publish, pauseAfter }: HomesDependencies): Homes {
  const schedules = new Map<string, Schedule>();
  const underWay = new Set<Promise<void>>();
  let state: 'before' | 'on' | 'stopped' = 'before';
  let isFailing = false;

  function plan(person: Person, inMs = 0): void {
    if (state !== 'on') return;
    const key = `${person.team} ${person.user}`;
    const schedule = schedules.get(key) ?? {
      person,
      dueAt: undefined,
      notBefore: 0,
      busy: false,
      again: false,
      failures: 0,
      cancel: nothing,
    };
    schedules.set(key, schedule);
    // What is being shown may have been read before the change.
    if (schedule.busy) {
      schedule.again = true;
      return;
    }
    const now = clock.now().getTime();
    const dueAt = Math.max(now + inMs, schedule.notBefore);
    if (schedule.dueAt !== undefined && schedule.dueAt <= dueAt) return;
    schedule.cancel();
    schedule.dueAt = dueAt;
    schedule.cancel = clock.after(dueAt - now, () => track(show(schedule, key)));
  }

  async function show(schedule: Schedule, key: string): Promise<void> {
    schedule.dueAt = undefined;
    schedule.busy = true;
    schedule.again = false;
    const next = await tryToPublish(schedule);
    schedule.busy = false;
    schedule.notBefore = clock.now().getTime() + PACE_MS;
    if (schedule.again) plan(schedule.person);
    else if (next !== undefined) plan(schedule.person, next);
    // Kept for as long as it holds somebody back.
    if (schedule.dueAt === undefined && state === 'on')
      schedule.cancel = clock.after(PACE_MS, () => schedules.delete(key));
  }

  /** In how many milliseconds to publish again, if at all. */
  async function tryToPublish(schedule: Schedule): Promise<number | undefined> {
    const { person } = schedule;
    try {
      if (!(await store.transaction((transaction) => transaction.hasHome(person)))) return undefined;
      const changesAt = await publish(person);
      schedule.failures = 0;
      isFailing = false;
      return changesAt && Math.max(changesAt.getTime() - clock.now().getTime(), PACE_MS);
    } catch (error) {
      // Nobody waits for it, and one line is enough for as long as it lasts.
      if (!isFailing && state === 'on') log.warn({ err: error, user: person.user }, 'an App Home was not shown');
      isFailing = true;
      schedule.failures += 1;
      if (schedule.failures > RETRIES) return undefined;
      const backOff = Math.min(FIRST_RETRY_MS * 2 ** (schedule.failures - 1), LONGEST_RETRY_MS);
      return Math.max(backOff, pauseAfter(error) ?? 0);
    }
  }

  async function everybody(): Promise<void> {
    const people = await store.transaction((transaction) => transaction.homes(PEOPLE_FOLLOWED));
    for (const [index, person] of people.entries()) plan(person, index * BETWEEN_PEOPLE_MS);
  }

  function track(work: Promise<void>): void {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  }

  function changedForAll(): void {
    if (state === 'on')
      track(everybody().catch((error: unknown) => log.warn({ err: error }, 'App Homes could not be looked up')));
  }

  return {
    async opened(person) {
      try {
        await store.transaction((transaction) => transaction.rememberHome(person, clock.now()));
        plan(person);
      } catch (error) {
        // Opened again, it is remembered; nothing depends on it.
        log.warn({ err: error, user: person.user }, 'an opened App Home was not remembered');
      }
    },
    changed: plan,
    changedForAll,
    start() {
      state = 'on';
      changedForAll();
    },
    async stop() {
      state = 'stopped';
      for (const { cancel } of schedules.values()) cancel();
      const ended = new AbortController();
      await Promise.race([Promise.all(underWay), sleep(clock, ENDS_WITHIN_MS, ended.signal)]);
      ended.abort();
    },
  };
}

const nothing = () => undefined;
