import { reference } from '../../src/revocation/ids.ts';
import type { PlannedToken } from '../../src/revocation/plan.ts';
import { type Permission, shortId, type Token } from '../../src/revocation/token.ts';
import type { Span } from './parts.ts';
import { clean } from './untrusted.ts';

const DESCRIPTION = 80;
const COMPACT_DESCRIPTION = 36;
const DATABASE = 64;
const PERMISSIONS_SHOWN = 6;
const KINDS_COUNTED = 10;

/** A token, of which a list may have left some permissions out: so many. */
export type ShownToken = Token & { readonly permissionsLeft?: number };

/** A token's description as people may see it, untrusted as it is. */
export function descriptionOf({ description }: Token, maximum = DESCRIPTION): string {
  return clean(description, maximum) || '(no description)';
}

/** One token with all that matters before it is revoked; what reaches far stands out. */
export function tokenRow(token: ShownToken, now: Date, short = shortId): Span[] {
  return [
    { bold: descriptionOf(token) },
    ' ',
    { code: short(token.id) },
    ' · ',
    ...permissionSpans(token),
    ` · ${lifetime(token, now)}`,
  ];
}

/** The same on one short line. */
export function compactTokenRow(token: Token, now: Date, short = shortId, maximum = COMPACT_DESCRIPTION): string {
  const expired = isExpired(token, now) ? ' · expired' : '';
  return `${short(token.id)} ${descriptionOf(token, maximum)} · ${permissionsText(token, 2)}${expired}`;
}

/** A token that will not be touched, and why. */
export function untouchedRow(planned: PlannedToken, short = shortId): string {
  switch (planned.found) {
    case 'already revoked':
      return `${short(planned.id)} ${descriptionOf(planned.token, COMPACT_DESCRIPTION)}: already revoked ${day(planned.token.revokedAt)}`;
    case 'not found':
      return `${planned.id}: unknown to the cluster, or already revoked and hidden`;
    case 'unreadable':
      return `${planned.id}: could not be read, ${planned.problem}`;
    case 'in progress':
      return `${short(planned.id)}: being revoked by ${reference(planned.revocation)}`;
    case 'live':
      return `${short(planned.id)} ${descriptionOf(planned.token, COMPACT_DESCRIPTION)}`;
  }
}

/** How many of these tokens may do what, where: `12 write on metrics`, most first. */
export function countsByPermission(tokens: readonly Token[]): string[] {
  const kinds = new Map<string, { readonly permission: Permission; count: number }>();
  for (const token of tokens) {
    const own = new Map(
      token.permissions.map((permission) => [`${permission.action} ${permission.resource}`, permission]),
    );
    for (const [key, permission] of own) {
      const kind = kinds.get(key);
      if (kind) kind.count += 1;
      else kinds.set(key, { permission, count: 1 });
    }
  }
  const sorted = [...kinds.values()].sort((a, b) => b.count - a.count);
  const shown = sorted
    .slice(0, KINDS_COUNTED)
    .map(({ permission, count }) => `${count} × ${permissionText(permission)}`);
  const left = sorted.length - shown.length;
  return left > 0 ? [...shown, `and ${left} more kinds of permission`] : shown;
}

function permissionSpans(token: ShownToken): Span[] {
  if (token.permissions.length === 0) return ['no permissions'];
  const shown = token.permissions.slice(0, PERMISSIONS_SHOWN);
  const spans = shown.flatMap((permission, index): Span[] => {
    const text = permissionText(permission);
    const far = permission.action !== 'read' || permission.resource === '*';
    return [index > 0 ? ', ' : '', far ? { bold: text } : text].filter((span) => span !== '');
  });
  const left = token.permissions.length - shown.length + (token.permissionsLeft ?? 0);
  return left > 0 ? [...spans, ` and ${left} more`] : spans;
}

function permissionsText(token: Token, maximum: number): string {
  if (token.permissions.length === 0) return 'no permissions';
  const left = token.permissions.length - maximum;
  const shown = token.permissions
    .slice(0, maximum)
    .map((permission) => clean(permissionText(permission), 24))
    .join(', ');
  return left > 0 ? `${shown} +${left}` : shown;
}

function permissionText({ action, resource }: Permission): string {
  return `${clean(action, 20)} ${resource === '*' ? 'all databases (*)' : clean(resource, DATABASE)}`;
}

function lifetime(token: Token, now: Date): string {
  const created = `created ${day(token.createdAt)}`;
  if (!token.expiresAt) return `${created}, never expires`;
  return `${created}, ${isExpired(token, now) ? 'expired' : 'expires'} ${day(token.expiresAt)}`;
}

function isExpired(token: Token, now: Date): boolean {
  return token.expiresAt !== undefined && token.expiresAt <= now;
}

function day(time: Date | undefined): string {
  return time ? time.toISOString().slice(0, 10) : '';
}
