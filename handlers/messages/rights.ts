import type { Denial, Verdict } from '../../src/revocation/rights/verdict.ts';
import type { ProfileName } from '../../src/revocation/token.ts';
import type { Span } from './parts.ts';
import { clean } from './untrusted.ts';

const CHANNELS_NAMED = 5;
const LONGEST_REASON = 600;

/** What the policy of one profile lets somebody do. */
export interface ProfileRights {
  readonly profile: ProfileName;
  readonly start: Verdict;
  readonly audit: Verdict;
  /** Whether the confirmation may be left out, by who may start. */
  readonly force: boolean;
  /** The only channels in which that holds, where it is worth saying. */
  readonly channels?: readonly string[] | undefined;
}

/** What somebody may do on one profile, with the rule that decides, or why they may not. */
export function rightsRow({ profile, ...rights }: ProfileRights): Span[] {
  return [{ bold: profile }, ': ', ...startSpans(rights), ...auditSpans(rights), ...channelSpans(rights)];
}

/** The same without the profile, for those who may nothing there: why. Undefined for whoever may something. */
export function reasonForNothing({ start, audit }: ProfileRights): string | undefined {
  return start.allowed || audit.allowed ? undefined : clean(start.message, LONGEST_REASON);
}

/** Why somebody may nothing on any profile because of who they are; undefined for all whom the policies could name. */
export function reasonForStrangers(rights: readonly ProfileRights[]): string | undefined {
  for (const { start } of rights) if (!start.allowed && STRANGERS.includes(start.denial)) return start.message;
  return undefined;
}

const STRANGERS: readonly Denial[] = ['workspace', 'deactivated', 'bot', 'guest'];

function startSpans({ start, force }: Omit<ProfileRights, 'profile'>): Span[] {
  if (!start.allowed) return [`you may not revoke tokens here. ${clean(start.message, LONGEST_REASON)}`];
  const forced = force ? 'also with --force' : 'not with --force';
  return ['you may revoke tokens, ', forced, ', by the rule ', { code: start.rule }];
}

function auditSpans({ audit }: Omit<ProfileRights, 'profile'>): Span[] {
  if (!audit.allowed) return [];
  return [' · you may look at tokens and read the audit log, by the rule ', { code: audit.rule }];
}

function channelSpans({ start, audit, channels }: Omit<ProfileRights, 'profile'>): Span[] {
  if (!channels || !(start.allowed || audit.allowed)) return [];
  const named = channels.slice(0, CHANNELS_NAMED).flatMap((channel): Span[] => [' ', { channel }]);
  const left = channels.length - CHANNELS_NAMED;
  return [' · only in', ...named, left > 0 ? ` and ${left} more` : ''];
}
