import { UserError } from '../src/errors.ts';
import type { Profile } from '../src/revocation/rights/policy.ts';
import type { ProfileName } from '../src/revocation/token.ts';
import type { ShownProfile } from './messages/words.ts';

/** The configured profiles by name. */
export type Profiles = ReadonlyMap<ProfileName, Profile>;

/** The profile somebody named; without a name the only one, or the one called `default`. Throws a `UserError` that lists them. */
export function profileNamed(profiles: Profiles, name: string | undefined): Profile {
  const all = [...profiles.values()];
  const found =
    name === undefined ? (all.length === 1 ? all[0] : profiles.get('default')) : nearestCase(profiles, name);
  if (found) return found;
  const names = [...profiles.keys()].sort().join(', ');
  if (name === undefined)
    throw new UserError(`Several profiles are configured. Say which one with --profile: ${names}.`);
  throw new UserError(`There is no profile of that name. Nothing was done. Choose one of: ${names}.`);
}

/** As it is written, or in other letters where only one profile can be meant. */
function nearestCase(profiles: Profiles, name: string): Profile | undefined {
  const alike = [...profiles.values()].filter((profile) => profile.name.toLowerCase() === name.toLowerCase());
  return profiles.get(name) ?? (alike.length === 1 ? alike[0] : undefined);
}

/** What messages say of the profile of this name, also when it left the configuration meanwhile. */
export function shownProfile(profiles: Profiles, name: ProfileName): ShownProfile {
  return profiles.get(name) ?? { name, production: false };
}
