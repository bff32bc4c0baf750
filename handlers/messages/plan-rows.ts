import { liveTokens, type Plan, type PlannedToken } from '../../src/revocation/plan.ts';
import { shortIds } from '../../src/revocation/token.ts';
import { fitting, lines, list, type Part, paragraph } from './parts.ts';
import { compactTokenRow, countsByPermission, tokenRow, untouchedRow } from './token-rows.ts';
import { count } from './words.ts';

/** The tokens of a plan: those that will be revoked, and those that will not be touched. */
export interface PlanRows {
  readonly live: readonly Part[];
  readonly untouched: readonly Part[];
}

/** Above this many tokens, the rest is shown in short lines under a summary. */
const SHOWN_IN_FULL = 20;
/** More do not fit into a message. */
const MOST_IN_MESSAGE = 100;
/** What each half of a list may take of a view, which holds 100 blocks and 250 KB. */
const VIEW_BLOCKS = 38;
const VIEW_BYTES = 95_000;
const IDS_PER_LINE = 10;

/** Whether a plan is too long for a message to show all of it. */
export function isLong({ tokens }: Plan): boolean {
  return tokens.length > MOST_IN_MESSAGE;
}

/** All of a plan that is not long. */
export function messageRows(plan: Plan, now: Date): PlanRows {
  const live = liveTokens(plan);
  const short = shortIds(plan.tokenIds);
  const rest = live.slice(SHOWN_IN_FULL).map((token) => compactTokenRow(token, now, short));
  return {
    live: [...(rest.length > 0 ? [summary(plan)] : []), inFull(plan, now), ...(rest.length > 0 ? [lines(rest)] : [])],
    untouched: [lines(plan.tokens.filter(isUntouched).map((token) => untouchedRow(token, short)))],
  };
}

/** A long plan in few words: what is in it, and its first rows. */
export function shortRows(plan: Plan, now: Date): PlanRows {
  const left = liveTokens(plan).length - SHOWN_IN_FULL;
  const more = left > 0 ? [paragraph(`and ${count(left, 'more token')}: the whole list is in the dialog.`)] : [];
  return {
    live: [summary(plan), inFull(plan, now), ...more],
    untouched: [lines(countsByReason(plan))],
  };
}

/** All of any plan, in as few characters as it takes to fit into a view. */
export function wholeRows(plan: Plan, now: Date): PlanRows {
  const live = liveTokens(plan);
  const untouched = plan.tokens.filter(isUntouched);
  const rest = live.slice(SHOWN_IN_FULL);
  const short = shortIds(plan.tokenIds);
  const restRows = shortestNeeded([
    () => rest.map((token) => compactTokenRow(token, now, short)),
    () => rest.map((token) => compactTokenRow(token, now, short, 12)),
    () => idLines(rest, short),
  ]);
  const untouchedRows = shortestNeeded([
    () => untouched.map((token) => untouchedRow(token, short)),
    () => [...countsByReason(plan), ...idLines(untouched, short)],
  ]);
  return {
    live: [...(rest.length > 0 ? [summary(plan)] : []), inFull(plan, now), lines(restRows)],
    untouched: [lines(untouchedRows)],
  };
}

function summary(plan: Plan): Part {
  return lines(countsByPermission(liveTokens(plan)));
}

function inFull(plan: Plan, now: Date): Part {
  const short = shortIds(plan.tokenIds);
  return list(
    liveTokens(plan)
      .slice(0, SHOWN_IN_FULL)
      .map((token) => tokenRow(token, now, short)),
  );
}

/** The first of these ways to write the rows that fits; the last one always does. */
function shortestNeeded(ways: readonly (() => string[])[]): string[] {
  let rows: string[] = [];
  for (const write of ways) {
    rows = write();
    if (fitting(rows, VIEW_BLOCKS) === rows.length && Buffer.byteLength(rows.join('')) <= VIEW_BYTES) break;
  }
  return rows;
}

function idLines(tokens: readonly { readonly id: string }[], short: (id: string) => string): string[] {
  const ids = tokens.map(({ id }) => short(id));
  return Array.from({ length: Math.ceil(ids.length / IDS_PER_LINE) }, (_, line) =>
    ids.slice(line * IDS_PER_LINE, (line + 1) * IDS_PER_LINE).join(' '),
  );
}

function isUntouched({ found }: PlannedToken): boolean {
  return found !== 'live';
}

/** `12 not found`: in the order in which they occur. */
function countsByReason({ tokens }: Plan): string[] {
  const counts = new Map<string, number>();
  for (const { found } of tokens.filter(isUntouched)) counts.set(REASONS[found], (counts.get(REASONS[found]) ?? 0) + 1);
  return [...counts].map(([reason, number]) => `${number} ${reason}`);
}

const REASONS: Record<PlannedToken['found'], string> = {
  live: 'to be revoked',
  'already revoked': 'already revoked',
  'not found': 'unknown to the cluster, or already revoked and hidden',
  unreadable: 'could not be read',
  'in progress': 'being revoked by another revocation',
};
