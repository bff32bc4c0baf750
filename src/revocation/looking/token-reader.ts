import type { Clock } from '../clock.ts';
import type { Requester } from '../people.ts';
import { FRESH_MS } from '../planning/plans.ts';
import type { Authorizer } from '../rights/authorization.ts';
import type { Profile } from '../rights/policy.ts';
import type { Refused } from '../rights/verdict.ts';
import type { Store } from '../store.ts';
import type { ProfileName, Token, TokenId } from '../token.ts';
import { type TokenService, TokenServiceError, type TokenServiceErrorKind } from '../token-service.ts';
import { collectPage, type TokenOrder, type TokenPage } from './token-page.ts';

/** Whoever waits this long is told how it is going. */
const SLOW_MS = 3_000;

/** Which tokens somebody wants to see, and which part of them. */
export interface TokenQuery {
  readonly search: string;
  readonly database: string;
  readonly includeRevoked: boolean;
  readonly order: TokenOrder;
  /** From 0. */
  readonly page: number;
  readonly timeoutMs: number;
}

/** Why somebody does not see what they asked for. */
export type NotRead =
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'failed';
      readonly reason: TokenServiceErrorKind;
      readonly retryAfterMs?: number | undefined;
    };

/** `mayRevoke`: whether this person may also revoke them. */
export type ReadPage = { readonly kind: 'page'; readonly page: TokenPage; readonly mayRevoke: boolean } | NotRead;
export type ReadToken =
  | { readonly kind: 'token'; readonly token: Token | undefined; readonly mayRevoke: boolean }
  | NotRead;

/** Tokens for people to look at: who may is read afresh each time, and a refusal is audited. Throws nothing of a cluster's. */
export interface TokenReader {
  /** Reads the whole list and keeps the one page. `onSlow` is called once, when it takes more than three seconds. */
  page(
    profile: Profile,
    who: Requester,
    query: TokenQuery,
    onSlow: (readSoFar: number) => Promise<void>,
  ): Promise<ReadPage>;
  one(profile: Profile, who: Requester, tokenId: TokenId, timeoutMs: number): Promise<ReadToken>;
}

export interface TokenReaderDependencies {
  readonly tokens: TokenService;
  readonly authorizer: Authorizer;
  readonly store: Store;
  readonly clock: Clock;
  /** A cluster did not tell what was asked for. */
  readonly onFailure: (error: unknown, profile: ProfileName) => void;
}

export function createTokenReader(dependencies: TokenReaderDependencies): TokenReader {
  const { tokens, authorizer, store, clock, onFailure } = dependencies;

  async function refuse(profile: Profile, who: Requester, doing: string, refused: Refused): Promise<NotRead> {
    const detail = { denial: refused.denial, profile: profile.name, channel: who.channel, team: who.team };
    const entry = { at: clock.now(), actor: who.user, action: `${doing} refused`, subject: 'tokens', detail };
    await store.transaction((transaction) => transaction.audit([entry]));
    return { kind: 'refused', message: refused.message };
  }

  /** Reads if this person may; what the cluster does not tell becomes an answer. */
  async function reading<T>(
    profile: Profile,
    who: Requester,
    doing: string,
    read: () => Promise<T>,
  ): Promise<(T & { readonly mayRevoke: boolean }) | NotRead> {
    const [verdict, start] = await Promise.all([
      authorizer.mayRead(profile, who, FRESH_MS),
      authorizer.verdict(profile, who, FRESH_MS),
    ]);
    if (!verdict.allowed) return refuse(profile, who, doing, verdict);
    try {
      return { ...(await read()), mayRevoke: start.allowed };
    } catch (error) {
      if (!(error instanceof TokenServiceError)) throw error;
      onFailure(error, profile.name);
      return { kind: 'failed', reason: error.kind, retryAfterMs: error.retryAfterMs };
    }
  }

  return {
    page: (profile, who, { page, order, search, database, includeRevoked, timeoutMs }, onSlow) =>
      reading(profile, who, 'list tokens', async () => {
        const collector = collectPage(page, order);
        let told: Promise<void> | undefined;
        const cancel = clock.after(SLOW_MS, () => {
          // A courtesy: the list, or why there is none, is still to come.
          told = onSlow(collector.total).catch((error) => onFailure(error, profile.name));
        });
        try {
          const request = { profile: profile.name, search, database, includeRevoked, timeoutMs };
          for await (const some of tokens.list(request)) some.forEach(collector.add);
        } finally {
          cancel();
          await told; // the answer comes after the news that it takes a while
        }
        return { kind: 'page' as const, page: collector.page() };
      }),
    one: (profile, who, tokenId, timeoutMs) =>
      reading(profile, who, 'read a token', async () => {
        const { token } = await tokens.get({ profile: profile.name, tokenId, timeoutMs });
        return { kind: 'token' as const, token };
      }),
  };
}
