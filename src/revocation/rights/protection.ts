import type { PlannedToken } from '../plan.ts';
import { shortId, type Token, type TokenId } from '../token.ts';
import type { Policy, Profile } from './policy.ts';

/** Why these tokens must not be revoked, as far as their IDs say; undefined when none of them is protected. */
export function protectedIds(policy: Policy, tokenIds: readonly TokenId[]): string | undefined {
  return guardedRefusal(tokenIds.flatMap((id) => protection(policy, id)));
}

/** Why these tokens must not be revoked; undefined when no protected one is among those that would be. */
export function protectedAmong({ policy }: Profile, tokens: readonly PlannedToken[]): string | undefined {
  const guarded = tokens.flatMap((planned) =>
    planned.found === 'live' ? protection(policy, planned.id, planned.token) : [],
  );
  return guardedRefusal(guarded);
}

function protection(policy: Policy, id: TokenId, token?: Token): string[] {
  const pattern = protectedBy(policy, id, token);
  return pattern === undefined ? [] : [`${shortId(id)} (${pattern})`];
}

function guardedRefusal(guarded: readonly string[]): string | undefined {
  if (guarded.length === 0) return undefined;
  return `The policy of this profile protects ${guarded.slice(0, 10).join(', ')}. Nothing was revoked. Leave protected tokens out, or have whoever runs the bot change the policy.`;
}

/** The pattern that protects this token, if one does. The token is undefined while only its ID is known. */
export function protectedBy(policy: Policy, id: TokenId, token: Token | undefined): string | undefined {
  return policy.protected.find((pattern) => {
    const colon = pattern.indexOf(':');
    const subject = pattern.slice(0, colon) === 'id' ? id : token?.description;
    return subject !== undefined && matches(pattern.slice(colon + 1), subject);
  });
}

/** Whether the text fits the pattern, in which `*` stands for anything; case does not matter. */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.toLowerCase().split('*');
  const subject = text.toLowerCase();
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return subject === first;
  if (!subject.startsWith(first) || !subject.endsWith(last) || subject.length < first.length + last.length)
    return false;
  let from = first.length;
  const until = subject.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const at = subject.indexOf(part, from);
    if (at < 0 || at + part.length > until) return false;
    from = at + part.length;
  }
  return true;
}
