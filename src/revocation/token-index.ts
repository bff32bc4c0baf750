import { type Clock, sleep } from './clock.ts';
import type { ProfileName, Token, TokenId } from './token.ts';
import { type TokenService, TokenServiceError, type TokenServiceErrorKind } from './token-service.ts';

/** A listing counts for this long after it was begun. */
const MAX_AGE_MS = 60_000;
/** Whoever asks again right after a failure is not sent to the cluster again. */
const FAILURE_LASTS_MS = 5_000;
const KEPT_LISTINGS = 2;
const KEPT_ROWS = 200_000;
const CUT = 75;

/** A token to choose from: not revoked when it was listed. Its words come from the cluster, untrusted, and may be cut. */
export interface IndexedToken {
  readonly id: TokenId;
  /** At most 75 code units. */
  readonly description: string;
  /** `write metrics, read *`; at most 75 code units. */
  readonly permissions: string;
}

/** What is known of the tokens somebody looks for. */
export type IndexAnswer =
  | {
      readonly kind: 'found';
      /** In the cluster's order; none where nothing fits. */
      readonly tokens: readonly IndexedToken[];
      /** More fit than were asked for. */
      readonly more: boolean;
      /** Not every token of the cluster was looked at: it is still loading, or has more than are kept. */
      readonly partial: boolean;
    }
  /** Nothing was found in the time, and the listing goes on. */
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly reason: TokenServiceErrorKind };

export interface IndexQuery {
  /** Every one of these words stands in the description or the permissions, or begins the ID; case does not matter. */
  readonly words: string;
  readonly limit: number;
  readonly withinMs: number;
}

/**
 * The tokens of clusters for lists to choose from, answered from memory. A listing is at most a minute old, and shared by
 * all who ask for its profile while it loads and after. Bounded: two listings of at most 200,000 rows, each one text of at
 * most 190 characters; ordinarily some 100 bytes, at the very worst 80 MB a listing. What is older is forgotten by itself.
 * It authorizes nobody: whoever asks on somebody's behalf does that first.
 */
export interface TokenIndex {
  /** Answers within that time with what is there by then. Never throws. */
  search(profile: ProfileName, query: IndexQuery): Promise<IndexAnswer>;
  /** Begins to list the tokens of this profile, for whoever asks soon. */
  warm(profile: ProfileName): void;
  /** Ends what loads, and forgets everything. */
  stop(): void;
}

export interface TokenIndexDependencies {
  readonly tokens: TokenService;
  readonly clock: Clock;
  /** A listing could not be loaded to its end. */
  readonly onFailure: (error: unknown, profile: ProfileName) => void;
  readonly keptRows?: number | undefined;
}

interface Listing {
  readonly rows: string[];
  readonly loaded: Promise<void>;
  /** Until then it counts. */
  goodUntil: number;
  state: 'loading' | 'whole' | 'cut' | TokenServiceErrorKind;
  end(): void;
}

export function createTokenIndex(dependencies: TokenIndexDependencies): TokenIndex {
  const { clock } = dependencies;
  const listings = new Map<ProfileName, Listing>();

  function forget(profile: ProfileName): void {
    listings.get(profile)?.end();
    listings.delete(profile);
  }

  function listingOf(profile: ProfileName): Listing {
    const kept = listings.get(profile);
    if (kept && clock.now().getTime() < kept.goodUntil) return kept;
    forget(profile);
    for (const oldest of [...listings.keys()].slice(0, listings.size - KEPT_LISTINGS + 1)) forget(oldest);
    const listing = beginListing(dependencies, profile, () => forget(profile));
    listings.set(profile, listing);
    return listing;
  }

  return {
    async search(profile, { words, limit, withinMs }) {
      const listing = listingOf(profile);
      await loadedWithin(clock, listing, withinMs);
      return answer(listing, words.toLowerCase().split(/\s+/).filter(Boolean), limit);
    },
    warm: (profile) => void listingOf(profile),
    stop() {
      for (const profile of [...listings.keys()]) forget(profile);
    },
  };
}

function beginListing(
  { tokens, clock, onFailure, keptRows = KEPT_ROWS }: TokenIndexDependencies,
  profile: ProfileName,
  onAge: () => void,
): Listing {
  const giveUp = new AbortController();
  const rows: string[] = [];

  async function load(): Promise<Listing['state']> {
    for await (const page of tokens.list({ profile, timeoutMs: MAX_AGE_MS, signal: giveUp.signal })) {
      for (const token of page.slice(0, keptRows - rows.length)) rows.push(rowOf(token));
      if (rows.length === keptRows) return 'cut';
    }
    return 'whole';
  }

  function failed(error: unknown): Listing['state'] {
    if (!giveUp.signal.aborted) onFailure(error, profile);
    listing.goodUntil = clock.now().getTime() + FAILURE_LASTS_MS;
    return error instanceof TokenServiceError ? error.kind : 'protocol';
  }

  const forgetLater = clock.after(MAX_AGE_MS, onAge);
  const listing: Listing = {
    rows,
    state: 'loading',
    goodUntil: clock.now().getTime() + MAX_AGE_MS,
    loaded: load()
      .catch(failed)
      .then((state) => {
        listing.state = state;
      }),
    end() {
      forgetLater();
      giveUp.abort();
    },
  };
  return listing;
}

async function loadedWithin(clock: Clock, { loaded, state }: Listing, withinMs: number): Promise<void> {
  if (state !== 'loading') return;
  const enough = new AbortController();
  await Promise.race([loaded, sleep(clock, withinMs, enough.signal)]);
  enough.abort();
}

function answer({ state, rows }: Listing, words: readonly string[], limit: number): IndexAnswer {
  const found: IndexedToken[] = [];
  let more = false;
  for (const row of rows) {
    if (!fits(row, words)) continue;
    more = found.length === limit;
    if (more) break;
    found.push(tokenOf(row));
  }
  if (state === 'whole' || state === 'cut') return { kind: 'found', tokens: found, more, partial: state === 'cut' };
  if (state !== 'loading') return { kind: 'failed', reason: state };
  return found.length === 0 ? { kind: 'loading' } : { kind: 'found', tokens: found, more, partial: true };
}

/** One text for a token, made anew: a part of a text would keep all of it in memory. */
function rowOf({ id, description, permissions }: Token): string {
  const all = permissions.map(({ action, resource }) => `${action} ${resource}`);
  return [id, cut(description), cut(all.join(', '))].join('\t');
}

function tokenOf(row: string): IndexedToken {
  const [id = '', description = '', permissions = ''] = row.split('\t');
  return { id, description, permissions };
}

function fits(row: string, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = row.toLowerCase();
  const afterId = text.indexOf('\t');
  return words.every((word) => text.startsWith(word) || text.indexOf(word, afterId) > 0);
}

function cut(text: string): string {
  const line = text.slice(0, CUT + 1).replaceAll('\t', ' ');
  return line.length <= CUT ? line : `${line.slice(0, CUT - 1).toWellFormed()}…`;
}
