import type { Logger } from './logger.ts';
import { createAnnouncements } from './revocation/announcements.ts';
import type { Announcer } from './revocation/announcer.ts';
import { type Authorizer, createAuthorizer } from './revocation/authorization.ts';
import { type Clicks, createClicks } from './revocation/clicks.ts';
import type { Clock } from './revocation/clock.ts';
import { type Confirmation, createConfirmation } from './revocation/confirmation.ts';
import { keepHouse, takeOver, undecided } from './revocation/housekeeping.ts';
import { createLanes } from './revocation/lanes.ts';
import type { Directory } from './revocation/people.ts';
import { createPlans, type Plans } from './revocation/plans.ts';
import type { Profile } from './revocation/policy.ts';
import { createProgress, type Progress } from './revocation/progress.ts';
import type { Store } from './revocation/store.ts';
import type { ProfileName } from './revocation/token.ts';
import type { TokenService } from './revocation/token-service.ts';
import { createWorker } from './revocation/worker.ts';

export interface ServicesOptions {
  readonly store: Store;
  readonly tokens: TokenService;
  readonly announcer: Announcer;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly profiles: ReadonlyMap<ProfileName, Profile>;
  /** The workspaces this bot serves; its own is known only once Slack answered. */
  readonly servedTeams: () => readonly string[];
  readonly expiresAfterMs: number;
  readonly sendWithinMs: number;
  /** How often to look for work nobody announced. */
  readonly pollMs: number;
  readonly log: Logger;
}

/** The heart, put together: what handlers use, and how it starts and ends. */
export interface Services {
  readonly plans: Plans;
  readonly clicks: Clicks;
  readonly confirmation: Confirmation;
  readonly progress: Progress;
  readonly authorizer: Authorizer;
  /** There may be work or news in the store. */
  wake(): void;
  /** Starts working: what a process before this one had confirmed goes on, whether or not Slack can be reached. */
  start(): Promise<void>;
  /** Finishes what a process before this one had acknowledged and not decided. Needs Slack. */
  resume(): Promise<void>;
  /** Starts nothing more, and resolves when what runs has ended and is written. */
  stop(): Promise<void>;
}

export function createServices(options: ServicesOptions): Services {
  const { store, tokens, announcer, clock, profiles, servedTeams, pollMs, log } = options;
  const onFault = (error: unknown, doing: string) => log.error({ err: error, doing }, 'work failed');
  const lanes = createLanes();
  const authorizer = createAuthorizer({ directory: options.directory, servedTeams });
  const announcements = createAnnouncements({ store, clock, announcer, lanes, pollMs, onFault });
  const onNews = announcements.wake;

  const worker = createWorker({
    ...{ store, tokens, clock, profiles, pollMs, onNews, onFault },
    sendWithinMs: options.sendWithinMs,
    owner: `${process.pid}`,
    random: Math.random,
    onPause: (profile, reason) => {
      log.warn({ profile, reason }, 'profile pauses');
      progress.paused(profile);
    },
  });
  const progress = createProgress({ store, clock, announcer, lanes, pauseOf: worker.pauseOf, onFault });
  const confirmation = createConfirmation({
    ...{ store, tokens, authorizer, clock, profiles, onNews },
    sendWithinMs: options.sendWithinMs,
    onWork: (plan) => {
      log.info({ revocation: plan.id, profile: plan.profile, operator: plan.requester.user }, 'revocation started');
      progress.follow(plan);
      worker.wake();
    },
  });
  const plans = createPlans({
    ...{ store, tokens, authorizer, clock, profiles, servedTeams, onNews },
    expiresAfterMs: options.expiresAfterMs,
    confirm: confirmation.confirmForced,
  });
  const clicks = createClicks({ store, clock, profiles, servedTeams });
  let stopHouse: (() => void) | undefined;

  function wake(): void {
    worker.wake();
    announcements.wake();
  }

  return {
    ...{ plans, clicks, confirmation, progress, authorizer, wake },
    async start() {
      const running = await takeOver(store, clock);
      if (running.length > 0) log.info({ revocations: running.length }, 'unfinished revocations go on');
      for (const plan of running) progress.follow(plan);
      stopHouse = keepHouse({ store, clock, onFault });
      wake();
    },
    async resume() {
      const left = await undecided(store);
      for (const plan of left.claimed) confirmation.check(plan).catch((error) => onFault(error, `checking ${plan.id}`));
      for (const plan of left.drafts) plans.prepare(plan).catch((error) => onFault(error, `preparing ${plan.id}`));
    },
    async stop() {
      stopHouse?.();
      progress.stop();
      await worker.stop();
      await announcements.stop();
    },
  };
}
