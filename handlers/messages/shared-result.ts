import { reference } from '../../src/revocation/ids.ts';
import { outcomesPart, totalsText } from './outcomes.ts';
import { compose, type Message, paragraph } from './parts.ts';
import type { Result } from './result.ts';

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
