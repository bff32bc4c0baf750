import type { Logger } from './logger.ts';
import type { Announcer } from './revocation/announcer.ts';
import { type AuditTrail, createAuditTrail } from './revocation/auditing/audit-trail.ts';
import { watchChain } from './revocation/auditing/chain-watch.ts';
import type { Clock } from './revocation/clock.ts';
import { type Clicks, createClicks } from './revocation/confirming/clicks.ts';
import { type Confirmation, createConfirmation } from './revocation/confirming/confirmation.ts';
import { createUnfinished } from './revocation/confirming/unfinished.ts';
import { keepHouse, takeOver } from './revocation/housekeeping.ts';
import { createLanes } from './revocation/lanes.ts';
import { createDesks, type Desks } from './revocation/looking/desk.ts';
import { withFewListings } from './revocation/looking/few-listings.ts';
import { readStatus, type Status } from './revocation/looking/status.ts';
import type { Directory } from './revocation/people.ts';
import type { Plan } from './revocation/plan.ts';
import { createPlans, type Plans } from './revocation/planning/plans.ts';
import { createPreparation } from './revocation/planning/preparation.ts';
import { createSelections, type Selections } from './revocation/planning/selections.ts';
import { type Authorizer, createAuthorizer } from './revocation/rights/authorization.ts';
import type { Listed, Profile } from './revocation/rights/policy.ts';
import { createReminders } from './revocation/rotating/reminders.ts';
import { NO_ROTATION, type RotationSettings } from './revocation/rotating/rotation.ts';
import type { RotationMessenger } from './revocation/rotating/rotation-news.ts';
import { createRotations, type Rotations } from './revocation/rotating/rotations.ts';
import { createFreezer, type Freezer } from './revocation/running/freezer.ts';
import { createWorker } from './revocation/running/worker.ts';
import type { Store } from './revocation/store.ts';
import { createAnnouncements } from './revocation/telling/announcements.ts';
import type { NoticeBoard } from './revocation/telling/notice.ts';
import { createNoticeSender } from './revocation/telling/notice-sender.ts';
import { noticingStore } from './revocation/telling/noticing-store.ts';
import { createProgress, type Progress } from './revocation/telling/progress.ts';
import { createResultClicks, type ResultClicks } from './revocation/telling/result-clicks.ts';
import type { ProfileName } from './revocation/token.ts';
import type { TokenService } from './revocation/token-service.ts';
import { createTokenReading, type TokenReading } from './token-reading.ts';

export interface ServicesOptions {
  readonly store: Store;
  readonly tokens: TokenService;
  readonly announcer: Announcer;
  /** Where those who watch over the bot read; nobody does when left out. */
  readonly noticeBoard?: NoticeBoard | undefined;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly profiles: ReadonlyMap<ProfileName, Profile>;
  /** Who may freeze and unfreeze; nobody when left out. */
  readonly freeze?: Listed | undefined;
  /** The workspaces this bot serves; its own is known only once Slack answered. */
  readonly servedTeams: () => readonly string[];
  readonly expiresAfterMs: number;
  readonly sendWithinMs: number;
  /** When people are reminded of rotations, and how; left out: none are opened, and nobody is reminded. */
  readonly rotation?: { readonly settings: RotationSettings; readonly messenger: RotationMessenger } | undefined;
  /** Aborts when nobody can be answered any more; never when left out. */
  readonly stopping?: AbortSignal | undefined;
  /** How often to look for work nobody announced. */
  readonly pollMs: number;
  readonly log: Logger;
}

/** The heart, put together: what handlers use, and how it starts and ends. */
export interface Services extends TokenReading {
  readonly plans: Plans;
  readonly clicks: Clicks;
  readonly resultClicks: ResultClicks;
  readonly confirmation: Confirmation;
  readonly progress: Progress;
  readonly authorizer: Authorizer;
  readonly auditTrail: AuditTrail;
  readonly freezer: Freezer;
  readonly desks: Desks;
  readonly selections: Selections;
  readonly rotations: Rotations;
  /** How things stand on these profiles. */
  status(profiles: ReadonlySet<ProfileName>): Promise<Status>;
  /** There may be work or news in the store. */
  wake(): void;
  /** Starts working: what a process before this one had confirmed goes on, whether or not Slack can be reached. */
  start(): Promise<void>;
  /** Finishes what was acknowledged and not decided, by a process that is gone or failed: now, and from now on. Needs Slack. */
  resume(): Promise<void>;
  /** Starts nothing more, and resolves when what runs has ended and is written. */
  stop(): Promise<void>;
}

export function createServices(options: ServicesOptions): Services {
  const { noticeBoard: board, announcer, clock, profiles, servedTeams, pollMs, log } = options;
  const onFault = (error: unknown, doing: string) => log.error({ err: error, doing }, 'work failed');
  const store = board ? noticingStore(options.store, () => notices?.wake()) : options.store;
  const notices = board && createNoticeSender({ store, clock, board, pollMs, onFault });
  const tokens = withFewListings(options.tokens, clock, options.stopping);
  const lanes = createLanes();
  const authorizer = createAuthorizer({ ...options, servedTeams });
  const announcements = createAnnouncements({
    ...{ store, clock, announcer, lanes, pollMs, onFault },
    onTold: () => reminders?.wake(),
  });
  const onNews = announcements.wake;
  const settings = options.rotation?.settings ?? NO_ROTATION;
  const reminders =
    options.rotation && createReminders({ ...{ store, clock, authorizer, profiles, onFault }, ...options.rotation });

  const worker = createWorker({
    ...{ store, tokens, clock, profiles, pollMs, onNews, onFault },
    sendWithinMs: options.sendWithinMs,
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
  const plans: Plans = {
    ...createPlans({
      ...{ store, clock, profiles, servedTeams, rotates: settings.remindAfterMs.length > 0 },
      expiresAfterMs: options.expiresAfterMs,
    }),
    ...createPreparation({
      ...{ store, tokens, authorizer, clock, profiles, onNews },
      confirm: confirmation.confirmForced,
      onSilence: (error, profile) => log.warn({ err: error, profile }, 'tokens could not be looked up elsewhere'),
    }),
  };
  const clicks = createClicks({ store, clock, profiles, servedTeams });
  const resultClicks = createResultClicks({ store, clock, profiles, servedTeams, onNews });
  const unfinished = createUnfinished({
    ...{ store, clock, pollMs, onFault },
    prepare: plans.prepare,
    check: confirmation.check,
    onRunning,
  });
  const freezer = createFreezer({ store, clock, authorizer, onStopped: wake });
  const reading = createTokenReading({ tokens, authorizer, store, clock, log });
  let stopHouse: (() => void) | undefined;
  let stopChainWatch: (() => void) | undefined;

  function wake(): void {
    worker.wake();
    announcements.wake();
    notices?.wake();
  }

  function onRunning(running: readonly Plan[]): void {
    if (running.length > 0) log.info({ revocations: running.length }, 'unfinished revocations go on');
    for (const plan of running) progress.follow(plan);
    wake();
  }

  return {
    auditTrail: createAuditTrail({ store, clock, authorizer, profiles }),
    ...{ clicks, resultClicks, progress, authorizer, freezer, ...reading, wake },
    plans: { ...plans, prepare: unfinished.prepare },
    confirmation: { ...confirmation, check: unfinished.check },
    rotations: createRotations({ store, clock, authorizer, profiles, settings }),
    selections: createSelections({ store, clock }),
    desks: createDesks({ store, clock, pauseOf: worker.pauseOf }),
    status: (shown) => readStatus({ store, clock, pauseOf: worker.pauseOf }, shown),
    async start() {
      const running = await takeOver(store, clock);
      stopHouse = keepHouse({ store, clock, onFault });
      stopChainWatch = watchChain({
        ...{ store, clock, announces: board !== undefined, onFault, onNotice: () => notices?.wake() },
        onBroken: (broken) => log.error(broken, 'the audit log is not what was written'),
      });
      notices?.wake();
      onRunning(running);
    },
    async resume() {
      await unfinished.start();
      reminders?.wake();
    },
    async stop() {
      stopHouse?.();
      stopChainWatch?.();
      reading.tokenIndex.stop();
      unfinished.stop();
      progress.stop();
      await worker.stop();
      await announcements.stop();
      await reminders?.stop();
      await notices?.stop();
    },
  };
}
