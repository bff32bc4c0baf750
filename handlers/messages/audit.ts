import type { AuditExport, AuditPage } from '../../src/revocation/auditing/audit-pages.ts';
import type { AuditQuery } from '../../src/revocation/auditing/audit-trail.ts';
import { auditRow } from './audit-rows.ts';
import { type ButtonSpec, buttons, compose, list, type Message, paragraph, type Span } from './parts.ts';
import { count } from './words.ts';

/** What the buttons below a page carry; undefined where there is nothing in that direction. */
export interface AuditButtons {
  readonly earlier: string | undefined;
  readonly later: string | undefined;
  readonly whole: string;
}

/** One page of the audit log. The names are what people call the actors, without pinging them. */
export function auditMessage(
  { records, stoppedAfter }: AuditPage,
  query: AuditQuery,
  names: ReadonlyMap<string, string>,
  values: AuditButtons,
): Message {
  const stopped =
    stoppedAfter === undefined
      ? undefined
      : `${count(stoppedAfter, 'entry', 'entries')} were looked through, and there are more. Earlier and Later go on from here; a shorter --since looks through less.`;
  const specs = pageButtons(values, records.length > 0 || stopped !== undefined);
  return compose(
    paragraph({ bold: 'Audit log' }, ', the newest first', ...asked(query), '.'),
    records.length === 0 && stopped === undefined ? paragraph(nothing(query)) : undefined,
    list(records.map((record) => auditRow(record, names))),
    stopped === undefined ? undefined : paragraph(stopped),
    ...(specs.length > 0 ? [buttons(...specs)] : []),
  );
}

/** Why there is nothing, and how to find more. */
function nothing({ token, user, profile }: AuditQuery): string {
  const wider = [
    'ask for a longer time, such as --since 30d',
    ...Object.entries({ token, user, profile }).flatMap(([name, value]) =>
      value === undefined ? [] : [`leave out --${name}`],
    ),
  ];
  return `Nothing in this time matches that you may read. To find more: ${wider.join(', or ')}.`;
}

function pageButtons({ earlier, later, whole }: AuditButtons, exports: boolean): readonly ButtonSpec[] {
  const turn = (action: string, text: string, value: string | undefined): ButtonSpec[] =>
    value === undefined ? [] : [{ action, text, value, label: `${text} entries of the audit log` }];
  const label = 'Export all of this as a file, by direct message';
  return [
    ...turn('audit_page', 'Earlier', earlier),
    ...turn('audit_page_later', 'Later', later),
    ...(exports ? [{ action: 'export_audit', text: 'Export', value: whole, label }] : []),
  ];
}

/** What stands before the file in the direct messages. */
export function exportMessage({ lines, isWhole, newest, oldest }: AuditExport, query: AuditQuery): Message {
  const from: Span[] = oldest ? [', from ', { time: oldest, format: TIME }] : [];
  const until: Span[] = newest ? [' until ', { time: newest, format: TIME }] : [];
  return compose(
    paragraph({ bold: 'Export of the audit log' }, ...asked(query), '.'),
    paragraph(`The file holds ${count(lines.length, 'entry', 'entries')}`, ...from, ...until, '.'),
    isWhole
      ? undefined
      : paragraph(
          { bold: 'It was cut.' },
          ' These are the newest of them; earlier ones did not fit. Narrow it with --since, --token, --user or --profile, or have whoever runs the bot use npm run audit -- export.',
        ),
    paragraph(
      'Each line is an entry as JSON, in the order of the chain and as it is in the chain: its hash covers all of it, and names the entry before it.',
    ),
  );
}

/** What the person reads where they asked for the file. */
export function exportedMessage(lines: number): Message {
  return compose(
    paragraph(
      lines === 0
        ? 'Nothing in this time matches that you may read, so nothing was exported.'
        : `${count(lines, 'entry', 'entries')} of the audit log went to you as a file, in the direct messages with this bot.`,
    ),
  );
}

const TIME = '{date_num} {time_secs}';

function asked({ since, token, user, profile }: AuditQuery): Span[] {
  return [
    ' since ',
    { time: since, format: TIME },
    ...(token === undefined ? [] : [', of the token ', { code: token.slice(0, 8) }]),
    ...(user === undefined ? [] : [', of the person ', { code: user }]),
    ...(profile === undefined ? [] : [', on ', { bold: profile }]),
  ];
}
