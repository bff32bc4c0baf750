import { isPlanId, reference } from '../../src/revocation/ids.ts';
import type { Anchor, BrokenChain, Refusals, ShownNotice } from '../../src/revocation/telling/notice.ts';
import { shortId } from '../../src/revocation/token.ts';
import { outcomesPart, totalsText } from './outcomes.ts';
import { compose, type Message, type Part, paragraph, type Span } from './parts.ts';
import { clean } from './untrusted.ts';
import { count } from './words.ts';

const NAME = 80;
const IDS_NAMED = 20;

/** What the announce channel is told: short IDs, and people by names that ping nobody. `name` is that of whoever it is about. */
export function noticeMessage(notice: ShownNotice, name: string): Message {
  switch (notice.about) {
    case 'result':
      return resultNotice(notice, clean(name, NAME));
    case 'refusals':
      return refusalsNotice(notice, clean(name, NAME));
    case 'anchor':
      return compose(anchored(notice.head));
    case 'broken chain':
      return brokenChainNotice(notice);
  }
}

/** The same in one line without blocks, for when Slack does not take the message. */
export function noticeInBrief(notice: ShownNotice): Message {
  return { text: `${briefly(notice)}. Slack did not take the whole message; /influx audit says more.`, blocks: [] };
}

function briefly(notice: ShownNotice): string {
  switch (notice.about) {
    case 'result':
      return `A revocation ended: ${reference(notice.plan.id)}`;
    case 'refusals':
      return `Somebody was refused${isPlanId(notice.latest.subject) ? `: ${reference(notice.latest.subject)}` : ''}`;
    case 'anchor':
      return `Audit log: ${notice.head.seq}:${notice.head.hash}`;
    case 'broken chain':
      return `The audit log is not what was written, from entry ${notice.seq} on`;
  }
}

function resultNotice(notice: Extract<ShownNotice, { readonly about: 'result' }>, name: string): Message {
  const { plan, items, head } = notice;
  return compose(
    paragraph(
      { bold: totalsText(items) },
      ` on ${plan.profile} · asked for by ${name}${plan.force ? ', without a confirmation (--force)' : ''} · `,
      { code: reference(plan.id) },
    ),
    outcomesPart(items),
    head && anchored(head),
  );
}

function refusalsNotice({ latest, times, since }: Refusals, name: string): Message {
  const { wish, profile, tokenIds, denial, subject } = latest;
  const more: Span[] =
    times > 1
      ? [` Refused ${count(times, 'time')} since `, { time: since, format: '{time}' }, ', this was the last.']
      : [];
  return compose(
    paragraph(
      { bold: 'Refused: ' },
      `${name} wanted to ${WISHES[wish] ?? clean(wish, NAME)}`,
      ...tokensOf(tokenIds),
      profile === '' ? '' : ` on ${profile}`,
      `. ${RULES[denial] ?? `Refused by the rule ${clean(denial, NAME)}.`}`,
      ...more,
      ...(isPlanId(subject) ? [' · ', { code: reference(subject) }] : []),
    ),
  );
}

function tokensOf(tokenIds: readonly string[]): Span[] {
  if (tokenIds.length === 0) return [];
  const named = tokenIds.slice(0, IDS_NAMED).map(shortId).join(', ');
  const others = tokenIds.length > IDS_NAMED ? ` and ${tokenIds.length - IDS_NAMED} more` : '';
  return [` ${count(tokenIds.length, 'token')} (`, { code: named }, `${others})`];
}

const WISHES: Readonly<Record<string, string>> = {
  revoke: 'revoke',
  'revoke with --force': 'revoke with --force',
  click: 'act on a plan',
  'audit read': 'read the audit log',
  'audit exported': 'export the audit log',
  freeze: 'freeze the bot',
  unfreeze: 'unfreeze the bot',
};

const RULES: Readonly<Record<string, string>> = {
  workspace: 'They belong to another workspace.',
  channel: 'The policy of the profile does not name the channel they were in.',
  deactivated: 'Their account is deactivated.',
  bot: 'They are a bot.',
  guest: 'They are a guest.',
  'not listed': 'They are not on the list of people who may.',
  'no force': 'They are not on the list of people who may leave out the confirmation.',
  foreign: 'It was the plan of somebody else.',
};

function anchored({ seq, hash }: Anchor['head']): Part {
  return paragraph('Audit log, last entry and its hash: ', { code: `${seq}:${hash}` });
}

function brokenChainNotice({ seq, problem }: BrokenChain): Message {
  return compose(
    paragraph(
      { bold: 'The audit log is not what was written: ' },
      `entry ${seq} ${problem}. Find out who can change the store, keep a copy of it as it is, and run `,
      { code: 'npm run audit -- verify' },
      ' with the anchors of this channel.',
    ),
  );
}
