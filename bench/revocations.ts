import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { Slack } from '../sandbox/slack/slack.ts';
import { createLogger } from '../src/logger.ts';
import type { Announcer, News } from '../src/revocation/announcer.ts';
import { systemClock } from '../src/revocation/clock.ts';
import type { Directory } from '../src/revocation/people.ts';
import type { TokenId } from '../src/revocation/token.ts';
import type { TokenService } from '../src/revocation/token-service.ts';
import { createServices } from '../src/services.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';

/** How long one revocation took. */
export interface Revoked {
  /** From `confirmed` to the last durable outcome, as the store has it. */
  readonly workMs: number;
  /** From the click until the operator has the result. */
  readonly clickToResultMs: number;
}

/** Revokes these tokens as one plan. Throws unless every one of them is revoked. */
export type RevokeAll = (tokenIds: readonly TokenId[]) => Promise<Revoked>;

/** As the operator does it: the command, the plan, the click, the result. At most 100 tokens. */
export function inSlack(slack: Slack, storePath: string): RevokeAll {
  return async (tokenIds) => {
    const command = await slack.command('/influx', `token revoke ${tokenIds.join(' ')}`);
    // What is left to rotate of the revocation before may come meanwhile, as a direct message.
    const plan = await command.answer(({ ephemeralFor }) => ephemeralFor !== undefined);
    const clickedAt = performance.now();
    const click = await slack.click(plan, 'Revoke');
    await click.answer(
      (message) => message.ephemeralFor !== undefined && !/Checking \d|Running: /.test(message.plainText()),
    );
    const clickToResultMs = performance.now() - clickedAt;
    return { workMs: lastRevocation(storePath, tokenIds.length), clickToResultMs };
  };
}

/** The same without Slack, for more tokens than a command takes: the heart, in this process, with a store of its own. */
export async function inTheHeart(tokens: TokenService, storePath: string): Promise<RevokeAll & AsyncDisposable> {
  const store = await openSqliteStore(storePath);
  let told: (news: News) => void = () => undefined;
  const announcer: Announcer = { tell: async (news) => void told(news) };
  const services = createServices({
    ...{ store, tokens, announcer, directory: everybody, clock: systemClock() },
    profiles: new Map([['default', PROFILE]]),
    servedTeams: () => [WHO.team],
    ...{ expiresAfterMs: 900_000, sendWithinMs: 1_800_000, pollMs: 30_000, log: createLogger({ level: 'silent' }) },
  });
  await services.start();
  const news = (about: News['about']) =>
    new Promise<News>((resolve) => {
      told = (one) => (one.about === about || one.about === 'ended' ? resolve(one) : undefined);
    });

  const revokeAll = async (tokenIds: readonly TokenId[]): Promise<Revoked> => {
    const request = { ...REQUEST, tokenIds };
    const drafted = await services.plans.draft(request, { key: randomUUID(), replyUrl: '' });
    if (drafted.kind !== 'drafted') throw new Error(`not drafted but ${drafted.kind}`);
    const shown = news('plan');
    await services.plans.prepare(drafted.plan);
    const { plan } = await shown;
    const result = news('result');
    const clickedAt = performance.now();
    const taken = await services.clicks.claim({ planId: plan.id, who: WHO, key: randomUUID(), replyUrl: '' });
    if (taken.kind !== 'taken') throw new Error(`not taken but ${taken.kind}`);
    await services.confirmation.check(taken.plan);
    await result;
    const clickToResultMs = performance.now() - clickedAt;
    return { workMs: lastRevocation(storePath, tokenIds.length), clickToResultMs };
  };
  return Object.assign(revokeAll, {
    async [Symbol.asyncDispose]() {
      await services.stop();
      await store.close();
    },
  });
}

/** As influxctl does it: one after the other, through the same gateway. In milliseconds. */
export async function oneByOne(tokens: TokenService, tokenIds: readonly TokenId[]): Promise<number> {
  const startedAt = performance.now();
  for (const tokenId of tokenIds) {
    const { outcome } = await tokens.revoke({
      ...{ profile: PROFILE.name, tokenId, timeoutMs: 10_000 },
      ...{ operationId: 'bench', person: WHO.user, reason: '', requestId: randomUUID() },
    });
    if (outcome !== 'revoked') throw new Error(`${tokenId} is ${outcome}`);
  }
  return performance.now() - startedAt;
}

/** How long the newest revocation in the store took. Throws unless it revoked so many tokens, and nothing else. */
function lastRevocation(storePath: string, expected: number): number {
  using database = new DatabaseSync(storePath, { readOnly: true });
  const row = database
    .prepare(
      `select finished_at - created_at as ms, count(*) as items, count(*) filter (where outcome = 'revoked') as revoked
       from revocation join item on revocation_id = revocation.id
       where revocation.created_at = (select max(created_at) from revocation)`,
    )
    .get();
  if (row?.items === expected && row.revoked === expected && typeof row.ms === 'number') return row.ms;
  throw new Error(`of ${expected} tokens the store says: ${JSON.stringify(row)}`);
}

const WHO = { user: 'U0BENCH000', team: 'T0EXAMPLE1', channel: 'C0INC04711' };

const REQUEST = {
  requester: WHO,
  profile: 'default',
  reason: '',
  force: false,
  debug: false,
  timeoutMs: 60_000,
  notes: [],
};

const PROFILE = {
  name: 'default',
  production: false,
  concurrency: 16,
  policy: {
    start: { users: [WHO.user], usergroups: [] },
    force: { users: [] },
    audit: { users: [], usergroups: [] },
    maxTokens: 1_000,
    protected: [],
  },
};

const everybody: Directory = {
  person: async () => ({
    value: { deactivated: false, bot: false, guest: false, teams: [WHO.team] },
    readAt: new Date(),
  }),
  members: async () => ({ value: new Set<string>(), readAt: new Date() }),
  nameOf: async (id) => id,
};
