import { type Directory, DirectoryError, type Requester } from '../people.ts';
import { isOwner, type Listed, mayAudit, mayFreeze, mayRead, mayStart, type Profile } from './policy.ts';
import type { Facts, Refused, Verdict } from './verdict.ts';

/** Reads what the policy needs to know, no older than `maxAgeMs`, and decides. A reading that fails is a refusal. */
export interface Authorizer {
  /** Whether this person may revoke tokens of this profile. */
  verdict(profile: Profile, who: Requester, maxAgeMs: number): Promise<Verdict>;
  /** Whether this person may look at the tokens of this profile: who may revoke them, or read its audit log. */
  mayRead(profile: Profile, who: Requester, maxAgeMs: number): Promise<Verdict>;
  /** Whether this person may read what the audit log holds of this profile. */
  mayAudit(profile: Profile, who: Requester, maxAgeMs: number): Promise<Verdict>;
  /** Whether this person is one of the owners of some tokens. */
  isOwner(owner: Listed, who: Requester, maxAgeMs: number): Promise<Verdict>;
  /** Whether this person may freeze and unfreeze the bot. */
  mayFreeze(who: Requester, maxAgeMs: number): Promise<Verdict>;
}

export interface AuthorizerDependencies {
  readonly directory: Directory;
  /** The workspaces this bot serves. */
  readonly servedTeams: () => readonly string[];
  /** Who may freeze; nobody when left out. */
  readonly freeze?: Listed | undefined;
}

const NOBODY: Listed = { users: [], usergroups: [] };

/** Asks the directory, then the rules. */
export function createAuthorizer({ directory, servedTeams, freeze = NOBODY }: AuthorizerDependencies): Authorizer {
  /** The same, and a refusal says who may. */
  async function decide(...[listed, ...rest]: Parameters<typeof judge>): Promise<Verdict> {
    const verdict = await judge(listed, ...rest);
    if (verdict.allowed || verdict.denial !== 'not listed') return verdict;
    return { ...verdict, message: `${verdict.message} ${await whoMay(directory, listed)}` };
  }

  async function judge(
    listed: Listed,
    who: Requester,
    maxAgeMs: number,
    rules: (facts: Facts) => Verdict,
  ): Promise<Verdict> {
    try {
      return rules(await factsFor(directory, listed, who, maxAgeMs));
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      return unreadable(error.remedy);
    }
  }

  return {
    verdict: (profile, who, maxAgeMs) =>
      decide(profile.policy.start, who, maxAgeMs, (facts) => mayStart(profile.policy, who, servedTeams(), facts)),
    mayRead: ({ policy }, who, maxAgeMs) =>
      decide(either(policy.start, policy.audit), who, maxAgeMs, (facts) => mayRead(policy, who, servedTeams(), facts)),
    mayAudit: ({ policy }, who, maxAgeMs) =>
      decide(policy.audit, who, maxAgeMs, (facts) => mayAudit(policy, who, servedTeams(), facts)),
    isOwner: (owner, who, maxAgeMs) =>
      judge(owner, who, maxAgeMs, (facts) => isOwner(owner, who, servedTeams(), facts)),
    mayFreeze: (who, maxAgeMs) =>
      decide(freeze, who, maxAgeMs, (facts) => mayFreeze(freeze, who, servedTeams(), facts)),
  };
}

/** Who is on one list or the other. */
function either(one: Listed, other: Listed): Listed {
  return {
    users: [...new Set([...one.users, ...other.users])],
    usergroups: [...new Set([...one.usergroups, ...other.usergroups])],
  };
}

function unreadable(remedy = 'Try again in a minute.'): Refused {
  const happened = 'Slack did not say which groups you are in, so nobody is let through. Nothing was revoked.';
  return { allowed: false, denial: 'unreadable', message: `${happened} ${remedy}` };
}

async function factsFor(
  directory: Directory,
  { users, usergroups }: Listed,
  who: Requester,
  maxAgeMs: number,
): Promise<Facts> {
  const asked = users.includes(who.user) ? [] : usergroups;
  const [person, ...members] = await Promise.all([
    directory.person(who.user, maxAgeMs),
    ...asked.map(async (group) => [group, await directory.members(group, maxAgeMs)] as const),
  ]);
  return { person, memberships: new Map(members) };
}

async function whoMay(directory: Directory, { users, usergroups }: Listed): Promise<string> {
  const names = await Promise.all([...usergroups, ...users].slice(0, 10).map((id) => directory.nameOf(id)));
  return names.length === 0 ? 'Its policy names nobody.' : `These may: ${names.join(', ')}.`;
}
