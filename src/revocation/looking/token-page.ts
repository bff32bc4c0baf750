import type { Token } from '../token.ts';

const DESCRIPTION = 300;
const PERMISSIONS = 30;

/** By what a list is sorted. */
export type TokenOrder = 'id' | 'description';

/** How many tokens a page of a list shows, and how many pages of it there are: who wants more has to search. */
export const PAGE_TOKENS = 10;
export const MOST_PAGES = 20;

/** A token of a list: of its description at most the first 300 characters, and of its permissions the first 30. */
export interface ListedToken extends Token {
  /** How many permissions are left out. */
  readonly permissionsLeft: number;
}

/** A part of a sorted list, which may be too long to be kept. */
export interface TokenPage {
  readonly tokens: readonly ListedToken[];
  /** How many tokens there are on all pages, and on those that cannot be reached. */
  readonly total: number;
  /** From 0; the last one there is where one behind it was asked for. */
  readonly page: number;
  readonly pages: number;
}

/** Is told of every token of a list, and keeps those of the pages up to one. */
export interface PageCollector {
  /** How many it was told of. */
  readonly total: number;
  add(token: Token): void;
  page(): TokenPage;
}

/** For this page, from 0, of the list in this order. Keeps no more than twice as many tokens as the pages up to it hold. */
export function collectPage(page: number, order: TokenOrder): PageCollector {
  const kept = (Math.min(page, MOST_PAGES - 1) + 1) * PAGE_TOKENS;
  const compare = order === 'id' ? byId : byDescription;
  let best: ListedToken[] = [];
  let total = 0;
  let worst: ListedToken | undefined;

  function prune(): void {
    best = best.sort(compare).slice(0, kept);
    worst = best[kept - 1];
  }

  return {
    get total() {
      return total;
    },
    add(token) {
      total += 1;
      if (worst && compare(token, worst) > 0) return;
      best.push(abridged(token));
      if (best.length >= 2 * kept) prune();
    },
    page() {
      prune();
      const pages = Math.max(1, Math.min(Math.ceil(total / PAGE_TOKENS), MOST_PAGES));
      const shown = Math.min(page, pages - 1);
      const tokens = best.slice(shown * PAGE_TOKENS, (shown + 1) * PAGE_TOKENS);
      return { tokens, total, page: shown, pages };
    },
  };
}

function byId(one: Token, other: Token): number {
  return one.id < other.id ? -1 : Number(one.id > other.id);
}

/** As far as descriptions are kept; tokens with the same one in the order of their IDs. */
function byDescription(one: Token, other: Token): number {
  const [a, b] = [one, other].map(({ description }) => description.slice(0, DESCRIPTION).toLowerCase());
  if (a === undefined || b === undefined || a === b) return byId(one, other);
  return a < b ? -1 : 1;
}

/** What is left out is let go: a part of a text would keep all of it in memory. */
function abridged(token: Token): ListedToken {
  const description = Array.from(token.description.slice(0, DESCRIPTION)).join('').toWellFormed();
  const permissions = token.permissions.slice(0, PERMISSIONS);
  return { ...token, description, permissions, permissionsLeft: token.permissions.length - permissions.length };
}
