import { liveTokens, type Plan } from '../plan.ts';
import type { Permission, ProfileName } from '../token.ts';

/** Which plans are confirmed only by typing the name of their profile. */
export interface TypeToConfirm {
  /** Those with a token that may write to every database. */
  readonly wildcardWrite: boolean;
  /** Those that would revoke more tokens than this; undefined for no number. */
  readonly above?: number | undefined;
}

/** Why a click alone does not confirm this plan, in words for people; undefined when it does. */
export function whyTyped(plan: Plan, rule: TypeToConfirm | undefined): string | undefined {
  if (!rule) return undefined;
  const live = liveTokens(plan);
  if (rule.wildcardWrite && live.some(({ permissions }) => permissions.some(writesEverywhere))) {
    return 'A token of this plan may write to all databases.';
  }
  if (rule.above !== undefined && live.length > rule.above) {
    return `This plan revokes more than ${rule.above} ${rule.above === 1 ? 'token' : 'tokens'}.`;
  }
  return undefined;
}

/** Whether what somebody typed is the name of this profile: spaces around it do not matter, and case does. */
export function isNameOf(profile: ProfileName, typed: string | undefined): boolean {
  return typed?.trim() === profile;
}

/** An action this bot does not know may be one that writes. */
function writesEverywhere({ action, resource }: Permission): boolean {
  return resource === '*' && action !== 'read';
}
