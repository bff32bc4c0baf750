import type { webApi } from '@slack/bolt';
import type { Clock } from '../../src/revocation/clock.ts';
import { type Directory, DirectoryError, type Known, type PersonFacts } from '../../src/revocation/people.ts';
import { isMissingScope, type Scope, scopeMissing } from './scopes.ts';

/** More people than act in the time their facts are fresh; a bound all the same. */
const KEPT = 1_000;
const NAMES_LAST_MS = 10 * 60_000;

/** Slack as the directory of people: users.info, usergroups.users.list and, for names, usergroups.list. */
export function createDirectory({ client, clock }: { client: webApi.WebClient; clock: Clock }): Directory {
  const people = createReadings(clock, 'users:read', (user) => readPerson(client, user));
  const groups = createReadings(clock, 'usergroups:read', (usergroup) => readMembers(client, usergroup));
  const groupNames = createReadings(clock, 'usergroups:read', () => readGroupNames(client));
  const names = createReadings(clock, 'users:read', (user) => readName(client, user));
  return {
    person: people,
    members: groups,
    async nameOf(id) {
      try {
        if (!id.startsWith('S')) return `${(await names(id, NAMES_LAST_MS)).value} (${id})`;
        const name = (await groupNames('all', NAMES_LAST_MS)).value.get(id);
        return name === undefined ? id : `the user group ${name} (${id})`;
      } catch (error) {
        // A name is a courtesy; the ID says the same.
        if (error instanceof DirectoryError) return id;
        throw error;
      }
    },
  };
}

/** One reading per key at a time, shared by all who ask while it is fresh enough for them. A failed one is not kept. */
function createReadings<T>(
  clock: Clock,
  scope: Scope,
  read: (key: string) => Promise<T>,
): (key: string, maxAgeMs: number) => Promise<Known<T>> {
  const kept = new Map<string, { readonly readAt: Date; readonly reading: Promise<Known<T>> }>();
  return async (key, maxAgeMs) => {
    const known = kept.get(key);
    if (known && clock.now().getTime() - known.readAt.getTime() <= maxAgeMs) return known.reading;
    if (kept.size >= KEPT) kept.clear();
    const readAt = clock.now();
    const reading = read(key).then(
      (value) => ({ value, readAt }),
      (error: unknown) => {
        kept.delete(key);
        const remedy = isMissingScope(error) ? scopeMissing(scope) : undefined;
        throw new DirectoryError(`Slack did not say who ${key} is`, { remedy, cause: error });
      },
    );
    kept.set(key, { readAt, reading });
    return reading;
  };
}

async function readPerson(client: webApi.WebClient, user: string): Promise<PersonFacts> {
  const { user: facts } = await client.users.info({ user });
  if (!facts) throw new Error('users.info answered without a user');
  return {
    deactivated: facts.deleted ?? false,
    bot: (facts.is_bot ?? false) || user === 'USLACKBOT',
    guest: (facts.is_restricted ?? false) || (facts.is_ultra_restricted ?? false),
    teams: facts.is_stranger ? [] : [facts.team_id ?? '', ...(facts.enterprise_user?.teams ?? [])].filter(Boolean),
  };
}

async function readMembers(client: webApi.WebClient, usergroup: string): Promise<ReadonlySet<string>> {
  const { users } = await client.usergroups.users.list({ usergroup });
  if (!users) throw new Error('usergroups.users.list answered without users');
  return new Set(users);
}

async function readGroupNames(client: webApi.WebClient): Promise<ReadonlyMap<string, string>> {
  const { usergroups = [] } = await client.usergroups.list({});
  return new Map(usergroups.flatMap(({ id, handle }) => (id && handle ? [[id, handle]] : [])));
}

async function readName(client: webApi.WebClient, user: string): Promise<string> {
  const { user: facts } = await client.users.info({ user });
  return facts?.profile?.display_name || facts?.real_name || facts?.name || user;
}
