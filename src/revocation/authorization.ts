import { type Directory, DirectoryError, type Requester } from './people.ts';
import { type Denial, type Facts, mayStart, type Profile, type Verdict } from './policy.ts';

/** What authorizing needs: the directory, and the workspaces this bot serves. */
export interface Authorizer {
  /** Reads what the policy needs to know, no older than `maxAgeMs`, and decides. A reading that fails is a refusal. */
  verdict(profile: Profile, who: Requester, maxAgeMs: number): Promise<Verdict>;
}

/** Asks the directory, then the rules. */
export function createAuthorizer({
  directory,
  servedTeams,
}: {
  directory: Directory;
  servedTeams: () => readonly string[];
}): Authorizer {
  return {
    async verdict(profile, who, maxAgeMs) {
      try {
        const facts = await factsFor(directory, profile, who, maxAgeMs);
        const verdict = mayStart(profile.policy, who, servedTeams(), facts);
        if (verdict.allowed || verdict.denial !== 'not listed') return verdict;
        return { ...verdict, message: `${verdict.message} ${await whoMay(directory, profile)}` };
      } catch (error) {
        if (!(error instanceof DirectoryError)) throw error;
        return unreadable();
      }
    },
  };
}

const unreadable = (): { allowed: false; denial: Denial; message: string } => ({
  allowed: false,
  denial: 'unreadable',
  message:
    'Slack did not say which groups you are in, so nobody is let through. Nothing was revoked. Try again in a minute.',
});

async function factsFor(directory: Directory, profile: Profile, who: Requester, maxAgeMs: number): Promise<Facts> {
  const { users, usergroups } = profile.policy.start;
  const asked = users.includes(who.user) ? [] : usergroups;
  const [person, ...members] = await Promise.all([
    directory.person(who.user, maxAgeMs),
    ...asked.map(async (group) => [group, await directory.members(group, maxAgeMs)] as const),
  ]);
  return { person, memberships: new Map(members) };
}

async function whoMay(directory: Directory, { policy }: Profile): Promise<string> {
  const { users, usergroups } = policy.start;
  const names = await Promise.all([...usergroups, ...users].slice(0, 10).map((id) => directory.nameOf(id)));
  return names.length === 0 ? 'Its policy names nobody.' : `These may: ${names.join(', ')}.`;
}
