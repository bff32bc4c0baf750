import type { Requester } from '../src/revocation/people.ts';
import { FRESH_MS } from '../src/revocation/planning/plans.ts';
import type { Authorizer } from '../src/revocation/rights/authorization.ts';
import { forceRefusal, type Profile } from '../src/revocation/rights/policy.ts';
import type { ProfileRights } from './messages/rights.ts';
import type { Profiles } from './profiles.ts';

/** What the policies let this person do on these profiles, where they are, read afresh. */
export function readRights(
  authorizer: Authorizer,
  profiles: readonly Profile[],
  who: Requester,
): Promise<ProfileRights[]> {
  return Promise.all(profiles.map((profile) => rightsOn(authorizer, profile, who)));
}

/** The same where they are in no channel: what they may do in one that the policy names, and which those are. */
export function readRightsAnywhere(
  authorizer: Authorizer,
  profiles: readonly Profile[],
  who: Requester,
): Promise<ProfileRights[]> {
  return Promise.all(
    profiles.map(async (profile) => {
      const { channels } = profile.policy;
      const rights = await rightsOn(authorizer, profile, { ...who, channel: channels?.[0] ?? who.channel });
      return { ...rights, channels };
    }),
  );
}

/** Whether this person has this right on some profile, where they are; read afresh. `verdict` is that of starting. */
export function somewhere({ authorizer, profiles }: SomewhereDependencies, right: 'verdict' | 'mayRead' | 'mayAudit') {
  return async (who: Requester): Promise<boolean> => {
    for (const profile of profiles.values()) {
      if ((await authorizer[right](profile, who, FRESH_MS)).allowed) return true;
    }
    return false;
  };
}

export interface SomewhereDependencies {
  readonly authorizer: Authorizer;
  readonly profiles: Profiles;
}

async function rightsOn(authorizer: Authorizer, profile: Profile, who: Requester): Promise<ProfileRights> {
  const [start, audit] = await Promise.all([
    authorizer.verdict(profile, who, FRESH_MS),
    authorizer.mayAudit(profile, who, FRESH_MS),
  ]);
  return { profile: profile.name, start, audit, force: forceRefusal(profile.policy, who.user) === undefined };
}
