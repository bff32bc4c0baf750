import type { Status } from '../../src/revocation/looking/status.ts';
import type { Requester } from '../../src/revocation/people.ts';
import { FRESH_MS } from '../../src/revocation/planning/plans.ts';
import type { Authorizer } from '../../src/revocation/rights/authorization.ts';
import type { ProfileName } from '../../src/revocation/token.ts';
import { plain } from '../messages/answers.ts';
import { statusMessage } from '../messages/status.ts';
import type { Profiles } from '../profiles.ts';
import type { Responder } from '../wire/response-url.ts';
import type { Command } from './command.ts';

export interface StatusCommandDependencies {
  readonly authorizer: Authorizer;
  readonly profiles: Profiles;
  readonly responder: Responder;
  /** How things stand on these profiles. */
  readonly status: (profiles: ReadonlySet<ProfileName>) => Promise<Status>;
}

/** `/influx status`: for those who may freeze, and on their own profiles for those who may revoke. */
export function status({ authorizer, profiles, responder, status }: StatusCommandDependencies): Command {
  async function shownTo(who: Requester): Promise<ReadonlySet<ProfileName>> {
    if ((await authorizer.mayFreeze(who, FRESH_MS)).allowed) return new Set(profiles.keys());
    const verdicts = await Promise.all(
      [...profiles.values()].map(async (profile) => {
        const { allowed } = await authorizer.verdict(profile, who, FRESH_MS);
        return allowed ? [profile.name] : [];
      }),
    );
    return new Set(verdicts.flat());
  }

  return {
    spec: { words: ['status'], summary: 'What runs, what waits, what needs attention.', flags: [] },
    isFor: async (who) => (await shownTo(who)).size > 0,
    run: async ({ who, delivery }) => ({
      after: async () => {
        const shown = await shownTo(who);
        const message =
          shown.size > 0
            ? statusMessage(await status(shown))
            : plain('You may neither revoke tokens here nor freeze this bot. /influx whoami says why.');
        await responder.respond(delivery.replyUrl, message, 'beside');
      },
    }),
  };
}
