import { type Clock, sleep } from '../clock.ts';
import type { ProfileName } from '../token.ts';
import { type TokenService, TokenServiceError, type TokenServiceErrorKind } from '../token-service.ts';
import { fits, type IndexedToken, rowOf, tokenOf } from './token-row.ts';

/** A listing counts for this long after it was begun. */
const MAX_AGE_MS = 60_000;
/** Whoever asks again right after a failure is not sent to the cluster again. */
const FAILURE_LASTS_MS = 5_000;
const KEPT_ROWS = 400_000;
/** So many rows are searched in one go: some 2 ms. */
const PIECE = 10_000;

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
 * all who ask for its profile while it loads and after. Bounded: 400,000 rows in all, each one text of at most 190 characters;
 * ordinarily some 100 bytes, at the very worst 160 MB together. Where that is too few, the largest listings are cut alike;
 * none that loads is ended for another. What is older is forgotten by itself. It authorizes nobody: whoever asks on somebody's
 * behalf does that first.
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

/** What a listing needs of those beside it. */
interface Surroundings {
  onAge(): void;
  /** For how many of that many rows there is room, beside those that it has. */
  roomFor(wanted: number, rows: readonly string[]): number;
}

export function createTokenIndex(dependencies: TokenIndexDependencies): TokenIndex {
  const { clock, keptRows = KEPT_ROWS } = dependencies;
  const listings = new Map<ProfileName, Listing>();

  function forget(profile: ProfileName): void {
    listings.get(profile)?.end();
    listings.delete(profile);
  }

  function listingOf(profile: ProfileName): Listing {
    const kept = listings.get(profile);
    if (kept && clock.now().getTime() < kept.goodUntil) return kept;
    forget(profile);
    const listing = beginListing(dependencies, profile, { onAge: () => forget(profile), roomFor });
    listings.set(profile, listing);
    return listing;
  }

  /** The largest of those that have loaded gives up rows, until it is no larger. */
  function roomFor(wanted: number, rows: readonly string[]): number {
    const all = [...listings.values()];
    let free = keptRows - all.reduce((sum, listing) => sum + listing.rows.length, 0);
    while (free < wanted) {
      const loaded = all.filter(({ state }) => state !== 'loading');
      const [largest] = loaded.toSorted((one, other) => other.rows.length - one.rows.length);
      const spare = Math.floor(((largest?.rows.length ?? 0) - rows.length - free) / 2);
      if (!largest || spare <= 0) break;
      const given = Math.min(spare, wanted - free);
      largest.rows.length -= given;
      largest.state = 'cut';
      free += given;
    }
    return Math.min(free, wanted);
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
  { tokens, clock, onFailure }: TokenIndexDependencies,
  profile: ProfileName,
  { onAge, roomFor }: Surroundings,
): Listing {
  const giveUp = new AbortController();
  const rows: string[] = [];

  async function load(): Promise<Listing['state']> {
    for await (const page of tokens.list({ profile, timeoutMs: MAX_AGE_MS, signal: giveUp.signal })) {
      const room = roomFor(page.length, rows);
      for (const token of page.slice(0, room)) rows.push(rowOf(token));
      if (room < page.length) return 'cut';
    }
    return 'whole';
  }

  function failed(error: unknown): Listing['state'] {
    // Nobody can be told that it failed: the bot itself has ended it.
    if (giveUp.signal.aborted) return 'loading';
    onFailure(error, profile);
    rows.length = 0;
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

async function answer(listing: Listing, words: readonly string[], limit: number): Promise<IndexAnswer> {
  const fitting: string[] = [];
  let at = 0;
  for (const row of listing.rows) {
    if (fits(row, words)) fitting.push(row);
    if (fitting.length > limit) break;
    at += 1;
    if (at % PIECE === 0) await new Promise((resolve) => setImmediate(resolve)); // all else has its turn
  }
  const { state } = listing;
  const found = fitting.slice(0, limit).map(tokenOf);
  const more = fitting.length > limit;
  if (state === 'whole' || state === 'cut') return { kind: 'found', tokens: found, more, partial: state === 'cut' };
  if (state !== 'loading') return { kind: 'failed', reason: state };
  return found.length === 0 ? { kind: 'loading' } : { kind: 'found', tokens: found, more, partial: true };
}
