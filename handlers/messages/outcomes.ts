import { type Item, OUTCOMES, totals } from '../../src/revocation/revocation.ts';
import { shortIds } from '../../src/revocation/token.ts';
import { lines, type Part } from './parts.ts';
import { clean } from './untrusted.ts';

/** Above this many tokens, those with the same outcome stand together: a thousand have to fit. */
export const ROWS_AT_MOST = 100;
/** A hundred short IDs of the usual length. */
const ROW_LENGTH = 900;
const REASONS_NAMED = 20;

/** `2 revoked, 1 failed`: only outcomes that occurred. */
export function totalsText(items: readonly Item[]): string {
  return [...totals(items)].map(([outcome, number]) => `${number} ${outcome}`).join(', ');
}

/** What became of each token, by its short ID and nothing else. */
export function outcomesPart(items: readonly Item[]): Part {
  const short = shortIds(items.map(({ tokenId }) => tokenId));
  if (items.length <= ROWS_AT_MOST) return lines(items.map(({ tokenId, outcome }) => `${short(tokenId)}: ${outcome}`));
  return lines(
    OUTCOMES.flatMap((one) => {
      const ids = items.flatMap(({ tokenId, outcome }) => (outcome === one ? [short(tokenId)] : []));
      const inRow = Math.floor(ROW_LENGTH / ((ids[0]?.length ?? 0) + 1));
      const rows = Math.ceil(ids.length / inRow);
      return Array.from({ length: rows }, (_, row) => `${one}: ${ids.slice(row * inRow, (row + 1) * inRow).join(' ')}`);
    }),
  );
}

/** Why tokens ended as they did, and how many for each reason, the most frequent first. */
export function reasonsPart(items: readonly Item[]): Part {
  const reasons = Map.groupBy(
    items.filter(({ note }) => note !== ''),
    ({ outcome, note }) => `${outcome} (${clean(note, 150)})`,
  );
  const counted = [...reasons].sort(([, one], [, other]) => other.length - one.length);
  return lines(counted.slice(0, REASONS_NAMED).map(([reason, { length }]) => `${length} ${reason}`));
}
