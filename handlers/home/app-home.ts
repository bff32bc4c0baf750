import { webApi } from '@slack/bolt';
import type { HomeView } from '@slack/types';
import type { Logger } from '../../src/logger.ts';
import type { Clock } from '../../src/revocation/clock.ts';
import type { Desk, Desks } from '../../src/revocation/looking/desk.ts';
import type { Person } from '../../src/revocation/looking/desk-steps.ts';
import type { Authorizer } from '../../src/revocation/rights/authorization.ts';
import type { Denial } from '../../src/revocation/rights/verdict.ts';
import type { Rotations } from '../../src/revocation/rotating/rotations.ts';
import type { Store } from '../../src/revocation/store.ts';
import { homeView, strangersHomeView } from '../messages/home.ts';
import type { ProfileRights } from '../messages/rights.ts';
import { type Profiles, shownProfile } from '../profiles.ts';
import { readRightsAnywhere } from '../rights.ts';
import type { Reaction } from '../wire/reaction.ts';
import type { IncomingHomeOpened } from '../wire/surface-payloads.ts';
import { createHomes, type Homes } from './homes.ts';

/** More than a Home has room for. */
const READ = { plans: 10, inAll: 13 };
/** How long a Home is true while something goes on without news of it. */
const WHILE_UNDER_WAY_MS = 5_000;
const WHILE_RUNNING_MS = 15_000;
/** Reasons that are about the person, and the same on every profile. */
const STRANGE: readonly Denial[] = ['workspace', 'deactivated', 'bot', 'guest'];

/** Somebody opened a tab of the app: their Home is shown, and from then on follows what happens. */
export function appHomeOpened({ homes }: { homes: Homes }): (opened: IncomingHomeOpened) => Promise<Reaction> {
  return async ({ who, tab }) =>
    tab === 'home' ? { after: () => homes.opened({ user: who.user, team: who.team }) } : {};
}

export interface AppHomesDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly profiles: Profiles;
  /** Known by the time that anything is shown. */
  readonly services: () => { readonly authorizer: Authorizer; readonly desks: Desks; readonly rotations: Rotations };
  readonly client: webApi.WebClient;
}

/** The App Homes of this bot: what they show, and that they are shown when it changes. */
export function createAppHomes({ services, client, ...rest }: AppHomesDependencies): Homes {
  const { profiles, clock } = rest;
  const show = (person: Person, view: HomeView) => client.views.publish({ user_id: person.user, view });

  async function publish(person: Person): Promise<Date | undefined> {
    const { authorizer, desks, rotations: kept } = services();
    const who = { user: person.user, team: person.team, channel: '' };
    const rights = await readRightsAnywhere(authorizer, [...profiles.values()], who);
    const why = strangeness(rights);
    if (why !== undefined) {
      await show(person, strangersHomeView(person, why));
      return undefined;
    }
    const now = clock.now();
    const [desk, past, rotations] = await Promise.all([
      desks.open(person, READ),
      desks.past(person),
      kept.concerning(who),
    ]);
    const profileOf = (name: string) => shownProfile(profiles, name);
    await show(person, homeView({ person, rights, desk, past, rotations, profileOf, now }));
    return changesAt(desk, now);
  }

  return createHomes({ ...rest, publish, pauseAfter });
}

function pauseAfter(error: unknown): number | undefined {
  return error instanceof webApi.WebAPIRateLimitedError ? error.retryAfter * 1_000 : undefined;
}

/** Why somebody may nothing anywhere, whatever the policies say. */
function strangeness(rights: readonly ProfileRights[]): string | undefined {
  const reasons = rights.map(({ start }) =>
    !start.allowed && STRANGE.includes(start.denial) ? start.message : undefined,
  );
  return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
}

function changesAt({ waiting, underWay, running }: Desk, now: Date): Date | undefined {
  const after = (ms: number) => new Date(now.getTime() + ms);
  const times = [
    ...[...waiting.whole, ...waiting.others].map(({ expiresAt }) => expiresAt),
    ...(underWay.length > 0 ? [after(WHILE_UNDER_WAY_MS)] : []),
    ...(running.whole.length > 0 ? [after(WHILE_RUNNING_MS)] : []),
  ];
  return times.reduce<Date | undefined>((first, time) => (first && first < time ? first : time), undefined);
}
