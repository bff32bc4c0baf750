import {
  type AuditRecord,
  detailOf,
  operatorOf,
  profileOf,
  textIn,
  tokensOf,
} from '../../src/revocation/auditing/audit-record.ts';
import { isPlanId, reference } from '../../src/revocation/ids.ts';
import { shortId } from '../../src/revocation/token.ts';
import type { Span } from './parts.ts';
import { clean } from './untrusted.ts';

const TOKENS_SHOWN = 3;

/** One entry of the audit log in a line: when, who, what, on which tokens, and how to find more of it. */
export function auditRow(record: AuditRecord, names: ReadonlyMap<string, string>): readonly Span[] {
  const profile = profileOf(record);
  const plan = planOf(record);
  return [
    { time: record.at, format: '{date_num} {time_secs}' },
    ` · ${actorOf(record, names)}: `,
    { bold: wordsFor(record) },
    ...tokenSpans(record),
    profile === undefined ? '' : ` on ${clean(profile, 100)}`,
    ...(plan === undefined ? [] : [' · ', { code: reference(plan) }]),
    ` · #${record.seq}`,
  ];
}

/** Everybody whose name a row needs. */
export function peopleIn(records: readonly AuditRecord[]): readonly string[] {
  const ids = records.flatMap((record) => [record.actor, operatorOf(record) ?? '']);
  return [...new Set(ids)].filter((id) => /^[UW][A-Z0-9]{2,30}$/.test(id));
}

function actorOf(record: AuditRecord, names: ReadonlyMap<string, string>): string {
  const nameOf = (id: string) => clean(names.get(id) ?? id, 80);
  const operator = operatorOf(record);
  if (record.actor !== 'bot') return nameOf(record.actor);
  return operator === undefined ? 'the bot' : `the bot for ${nameOf(operator)}`;
}

/** Where an action is called by a word of the program's own. */
const WORDS: Readonly<Record<string, string>> = {
  'plan asked for': 'asked for a plan',
  'plan claimed': 'clicked Revoke',
  'plan cancelled': 'cancelled the plan',
  'revoking token': 'sent the revocation',
  'token tried again': 'will try again',
  'token waits': 'waits for the profile',
  'audit read': 'read the audit log',
  'audit exported': 'exported the audit log',
  'audit read refused': 'was refused the audit log',
  'audit exported refused': 'was refused an export of the audit log',
};

function wordsFor(record: AuditRecord): string {
  const { action } = record;
  const words = Object.hasOwn(WORDS, action) ? WORDS[action] : undefined;
  const more = [outcomes(record), textIn(record, 'denial'), textIn(record, 'why')].filter(Boolean).join(', ');
  return clean(`${words ?? action}${more ? ` (${more})` : ''}`, 200);
}

/** `3 revoked, 1 failed`, of a revocation that finished. */
function outcomes(record: AuditRecord): string {
  const { outcomes: counts } = detailOf(record);
  if (typeof counts !== 'object' || counts === null) return '';
  const all = Object.entries(counts).filter(([, number]) => typeof number === 'number' && number > 0);
  return all.map(([outcome, number]) => `${number} ${outcome}`).join(', ');
}

function tokenSpans(record: AuditRecord): Span[] {
  const ids = tokensOf(record);
  const shown = ids.slice(0, TOKENS_SHOWN).flatMap((id): Span[] => [' ', { code: shortId(id) }]);
  return ids.length > TOKENS_SHOWN ? [...shown, ` and ${ids.length - TOKENS_SHOWN} more`] : shown;
}

/** The plan or revocation it belongs to. */
function planOf(record: AuditRecord): string | undefined {
  return [record.subject, textIn(record, 'revocation') ?? ''].find(isPlanId);
}
