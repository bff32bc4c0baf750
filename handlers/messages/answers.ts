import type { NotTaken } from '../../src/revocation/confirming/clicks.ts';
import { reference } from '../../src/revocation/ids.ts';
import type { Plan } from '../../src/revocation/plan.ts';
import { frozenClick } from './freeze.ts';
import { code, compose, lines, type Message, paragraph, type Span } from './parts.ts';

/** Words that may repeat what somebody typed, as they are. */
export function plain(text: string): Message {
  return compose(lines([text]));
}

/** Words with lines of code below them. */
export function withCode(text: string, rows: readonly string[]): Message {
  return compose(text ? lines(text.split('\n')) : undefined, rows.length > 0 ? code(rows) : undefined);
}

/** Why a click moved nothing; undefined where nothing is to be said. */
export function notTakenMessage(notTaken: NotTaken): Message | undefined {
  switch (notTaken.kind) {
    case 'repeated':
      return undefined;
    case 'unknown':
      return plain('The bot does not know this plan. Nothing was revoked. Type the command again.');
    case 'foreign':
      return plain('Only the person who asked can confirm this.');
    case 'frozen':
      return frozenClick(notTaken.freeze);
    case 'refused':
      return plain(notTaken.message);
    case 'decided':
      return decidedMessage(notTaken.plan);
  }
}

function decidedMessage(plan: Plan): Message {
  const by: Span[] = plan.decidedBy ? [' by ', { person: plan.decidedBy }] : [];
  const at: Span[] = plan.decidedAt ? [' at ', { time: plan.decidedAt, format: '{time}' }] : [];
  return compose(
    paragraph(`This plan was already ${DECIDED[plan.state]}`, ...by, ...at, '. This click did nothing. ', {
      code: reference(plan.id),
    }),
  );
}

const DECIDED: Record<Plan['state'], string> = {
  draft: 'asked for',
  pending: 'shown',
  claimed: 'confirmed',
  confirmed: 'confirmed',
  cancelled: 'cancelled',
  expired: 'expired',
  changed: 'ended, since tokens had changed',
  refused: 'refused',
};
