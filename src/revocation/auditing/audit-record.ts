import type { ProfileName, TokenId } from '../token.ts';

/** An entry of the audit log as it stands in the chain. */
export interface AuditRecord {
  readonly seq: number;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  /** JSON, in the very characters that the hash covers. */
  readonly detail: string;
  readonly prevHash: string;
  readonly hash: string;
}

/** What somebody wants to see of the audit log. */
export interface AuditFilter {
  readonly since: Date;
  /** Only what mentions this token: its ID, or the first eight digits of it. */
  readonly token?: string | undefined;
  /** Only what this person did, and what the bot did for them. */
  readonly user?: string | undefined;
  /** Only entries of these profiles; undefined for all, also those that belong to none. */
  readonly profiles?: readonly ProfileName[] | undefined;
}

const TOKEN_IDS = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** Whether the filter lets this entry through. */
export function shows({ since, token, user, profiles }: AuditFilter, record: AuditRecord): boolean {
  if (record.at < since) return false;
  if (token !== undefined && !tokensOf(record).some((id) => id.startsWith(token))) return false;
  if (user !== undefined && record.actor !== user && operatorOf(record) !== user) return false;
  const profile = profileOf(record);
  return profiles === undefined || (profile !== undefined && profiles.includes(profile));
}

/** The tokens that the entry mentions, each once. */
export function tokensOf({ subject, detail }: AuditRecord): readonly TokenId[] {
  return [...new Set(`${subject} ${detail}`.match(TOKEN_IDS))];
}

/** The profile that the entry belongs to, if it belongs to one. */
export function profileOf(record: AuditRecord): ProfileName | undefined {
  return textIn(record, 'profile');
}

/** In whose name it happened, where the bot did it for somebody. */
export function operatorOf(record: AuditRecord): string | undefined {
  return textIn(record, 'operator');
}

/** What the detail says under this name, where that is a text. */
export function textIn(record: AuditRecord, name: string): string | undefined {
  const value = detailOf(record)[name];
  return typeof value === 'string' ? value : undefined;
}

/** What the detail says; nothing where it was tampered with and is no object any more. */
export function detailOf({ detail }: AuditRecord): Readonly<Record<string, unknown>> {
  const value = parsed(detail);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/**
 * The entry as a line of JSON, by which it can be verified: `hash` is SHA-256, in hex, over the JSON array of `seq`, `at` in
 * milliseconds, `actor`, `action`, `subject`, `detail` as JSON text and `prev_hash`.
 */
export function auditLine(record: AuditRecord): string {
  const { seq, actor, action, subject, prevHash: prev_hash, hash } = record;
  const at = record.at.toISOString();
  return JSON.stringify({ seq, actor, action, subject, prev_hash, hash, at, detail: parsed(record.detail) });
}

/** What the text says as JSON; a text that was tampered with as it stands. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // whoever verifies the chain finds out
  }
}
