import { reference } from '../../src/revocation/ids.ts';
import { shortId } from '../../src/revocation/token.ts';
import { compose, lines, type Message, paragraph } from './parts.ts';
import { type Result, totalsText } from './result.ts';

/** The result for a channel, which may be shared with other organisations: short IDs and outcomes, no descriptions, no databases. */
export function sharedResultMessage({ plan, items }: Result): Message {
  return compose(
    paragraph(
      { person: plan.requester.user },
      ' had InfluxDB tokens revoked without a confirmation (--force): ',
      { bold: totalsText(items) },
      ' · ',
      { code: reference(plan.id) },
    ),
    lines(items.map(({ tokenId, outcome }) => `${shortId(tokenId)}: ${outcome}`)),
    paragraph('Clients that used these tokens need a new one.'),
  );
}
