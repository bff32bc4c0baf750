import { reference } from '../../src/revocation/ids.ts';
import { type Item, OUTCOMES } from '../../src/revocation/revocation.ts';
import { shortId } from '../../src/revocation/token.ts';
import { compose, lines, type Message, type Part, paragraph } from './parts.ts';
import { type Result, totalsText } from './result.ts';

/** Above this many tokens, those with the same outcome stand together: a thousand have to fit. */
const ROWS_IN_FULL = 100;

/** The result for a channel, which may be shared with other organisations: short IDs and outcomes, no descriptions, no databases. */
export function sharedResultMessage({ plan, items }: Result): Message {
  return compose(
    paragraph(
      { bold: totalsText(items) },
      ' · InfluxDB tokens that ',
      { person: plan.requester.user },
      plan.force ? ' had revoked without a confirmation (--force) · ' : ' asked to revoke · ',
      { code: reference(plan.id) },
    ),
    outcomesPart(items),
    items.some(({ outcome }) => outcome === 'revoked')
      ? paragraph('Clients that used the revoked tokens need a new one.')
      : undefined,
  );
}

/** What became of each token, by its short ID and nothing else. */
export function outcomesPart(items: readonly Item[]): Part {
  if (items.length <= ROWS_IN_FULL)
    return lines(items.map(({ tokenId, outcome }) => `${shortId(tokenId)}: ${outcome}`));
  return lines(
    OUTCOMES.flatMap((one) => {
      const ids = items.flatMap(({ tokenId, outcome }) => (outcome === one ? [shortId(tokenId)] : []));
      const rows = Math.ceil(ids.length / ROWS_IN_FULL);
      return Array.from(
        { length: rows },
        (_, row) => `${one}: ${ids.slice(row * ROWS_IN_FULL, (row + 1) * ROWS_IN_FULL).join(' ')}`,
      );
    }),
  );
}
