import { onTestFinished } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import type { Announcer, News } from '../../src/revocation/announcer.ts';
import type { Click } from '../../src/revocation/confirming/clicks.ts';
import type { PlanId } from '../../src/revocation/ids.ts';
import type { Requester } from '../../src/revocation/people.ts';
import type { Plan, PlanRequest, ReplyAddress } from '../../src/revocation/plan.ts';
import type { Drafted } from '../../src/revocation/planning/plans.ts';
import type { Item, Revocation } from '../../src/revocation/revocation.ts';
import type { Policy, Profile } from '../../src/revocation/rights/policy.ts';
import type { Transaction } from '../../src/revocation/store.ts';
import type { Token } from '../../src/revocation/token.ts';
import { createServices, type Services } from '../../src/services.ts';
import { IN_MEMORY, openSqliteStore } from '../../src/store/sqlite.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { quiet } from './event-loop.ts';
import { createFakeDirectory, type FakeDirectory } from './fake-directory.ts';
import { ALICE, NOON, sampleProfile, sampleRequest, sampleTokens } from './samples.ts';
import { createScriptedTokens, type ScriptedTokens } from './scripted-tokens.ts';
import { type WatchedStore, watched } from './watched-store.ts';

export const EXPIRES_AFTER_MS = 900_000;
export const SEND_WITHIN_MS = 1_800_000;

/** Something people were told. */
export interface Told {
  readonly news: News;
  readonly reply: ReplyAddress | undefined;
  readonly repeated: boolean;
}

/** What a test can do about the next thing people are told: throw, or take its time. */
export type Delivery = (told: Told) => Promise<void>;

export interface HeartOptions {
  readonly tokens?: readonly Token[];
  readonly policy?: Partial<Policy>;
  readonly profile?: Partial<Profile>;
}

/** The heart with a real store in memory, and everything around it in the hands of the test. */
export interface Heart extends Services {
  readonly clock: FakeClock;
  readonly store: WatchedStore;
  readonly tokens: ScriptedTokens;
  readonly directory: FakeDirectory;
  readonly profiles: Map<string, Profile>;
  /** What arrived, in order. */
  readonly told: readonly Told[];
  /** What it was about, in order, with the person or place left out. */
  heard(): readonly string[];
  /** How the next sendings go, one each; after that they arrive. */
  readonly deliveries: Delivery[];
  /** What was logged as a fault. */
  readonly faults: readonly string[];
  draft(request?: Partial<PlanRequest>, delivery?: { key?: string; replyUrl?: string }): Promise<Drafted>;
  /** Asks for these tokens and shows the plan. */
  plan(request?: Partial<PlanRequest>): Promise<Plan>;
  click(plan: Plan, click?: Partial<Omit<Click, 'planId'>>): Click;
  /** Clicks Revoke, and lets the check run. */
  confirm(plan: Plan, who?: Requester): Promise<void>;
  /** Lets time pass until the revocation has ended. */
  finish(plan: Plan): Promise<readonly Item[]>;
  stored(id: PlanId): Promise<Plan>;
  revocation(id: PlanId): Promise<Revocation | undefined>;
  items(id: PlanId): Promise<readonly Item[]>;
  /** Reads and writes the store behind the heart's back. */
  behind<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** What a process that starts anew finds: the same store, nothing else. */
  again(): Services;
}

export async function startHeart(options: HeartOptions = {}): Promise<Heart> {
  const clock = createFakeClock(NOON);
  const sqlite = await openSqliteStore(IN_MEMORY);
  const store = watched(sqlite);
  const tokens = createScriptedTokens(options.tokens ?? sampleTokens(2), clock.now);
  const directory = createFakeDirectory(clock);
  const profile = sampleProfile(options.policy, options.profile);
  const profiles = new Map([[profile.name, profile]]);
  const told: Told[] = [];
  const deliveries: Delivery[] = [];
  const faults: string[] = [];
  const announcer: Announcer = {
    async tell(news, to) {
      const next = { news, ...to };
      await deliveries.shift()?.(next);
      told.push(next);
    },
  };
  const log = createLogger({ level: 'error', destination: { write: (line: string) => faults.push(line) } });
  const create = () =>
    createServices({
      ...{ store, tokens, announcer, directory, clock, profiles, log },
      servedTeams: () => ['T0001'],
      expiresAfterMs: EXPIRES_AFTER_MS,
      sendWithinMs: SEND_WITHIN_MS,
      pollMs: 60_000,
    });
  const services = create();
  let keys = 0;
  onTestFinished(async () => {
    await quiet();
    await sqlite.close();
  });

  const heart: Heart = {
    ...services,
    ...{ clock, store, tokens, directory, profiles, told, deliveries, faults },
    heard: () => told.map(({ news, repeated }) => `${news.about}${repeated ? ' again' : ''}`),
    behind: (work) => sqlite.transaction(work),
    again: create,
    draft(request, delivery) {
      keys += 1;
      return services.plans.draft(sampleRequest(request), {
        key: `command ${keys}`,
        replyUrl: `https://hooks.slack.com/commands/${keys}`,
        ...delivery,
      });
    },
    async plan(request) {
      const drafted = await heart.draft(request);
      if (drafted.kind !== 'drafted') throw new Error(`not drafted: ${drafted.kind}`);
      await services.plans.prepare(drafted.plan);
      await quiet();
      return heart.stored(drafted.plan.id);
    },
    click(plan, click) {
      keys += 1;
      const replyUrl = `https://hooks.slack.com/actions/${keys}`;
      return { planId: plan.id, who: ALICE, key: `click ${keys}`, replyUrl, ...click };
    },
    async confirm(plan, who = ALICE) {
      const taken = await services.clicks.claim(heart.click(plan, { who }));
      if (taken.kind !== 'taken') throw new Error(`not taken: ${taken.kind}`);
      services.progress.checking(taken.plan);
      await services.confirmation.check(taken.plan);
    },
    async finish(plan) {
      for (let seconds = 0; seconds < 7_200; seconds += 1) {
        await quiet();
        const revocation = await heart.revocation(plan.id);
        if (revocation && revocation.state !== 'running') {
          await quiet();
          return heart.items(plan.id);
        }
        clock.advance(1_000);
      }
      throw new Error('the revocation did not end within two hours');
    },
    async stored(id) {
      const plan = await heart.behind((transaction) => transaction.plan(id));
      if (!plan) throw new Error(`no plan ${id}`);
      return plan;
    },
    revocation: (id) => heart.behind((transaction) => transaction.revocation(id)),
    items: (id) => heart.behind((transaction) => transaction.items(id)),
  };
  return heart;
}

/** What became of each token, in order: `revoked`, or `not sent (stopped)` where there is something to add. */
export function outcomes(items: readonly Item[]): string[] {
  return items.map(({ state, outcome, note }) => `${outcome ?? state}${note ? ` (${note})` : ''}`);
}
