import { type CommandSpec, PROFILE_FLAG } from '../../src/command-line/spec.ts';
import { tokenMessage } from '../messages/token.ts';
import { readFailure } from '../messages/token-list.ts';
import { profileNamed } from '../profiles.ts';
import { somewhere } from '../rights.ts';
import type { TokenListDependencies } from '../token-lists.ts';
import type { Command } from './command.ts';
import { FORMAT_FLAG, READ_TIMEOUT_FLAG } from './read-flags.ts';

const SPEC: CommandSpec = {
  words: ['token', 'get'],
  summary: 'Show one database token.',
  takes: { kind: 'token IDs', placeholder: '<TOKEN_ID>', maximum: 1 },
  flags: [
    PROFILE_FLAG,
    { name: 'include-revoked', description: 'also when it is revoked' },
    FORMAT_FLAG,
    READ_TIMEOUT_FLAG,
  ],
};

/** `/influx token get`: reads the token after Slack has heard. */
export function tokenGet(dependencies: TokenListDependencies): Command {
  const { tokenReader, profiles, responder, clock } = dependencies;
  return {
    spec: SPEC,
    isFor: somewhere(dependencies, 'mayRead'),
    async run({ run, who, delivery }) {
      const profile = profileNamed(profiles, run.profile);
      const [id = ''] = run.tokenIds;
      const format = run.values.get('format') === 'json' ? 'json' : 'table';
      const includeRevoked = run.switches.has('include-revoked');
      return {
        after: async () => {
          const read = await tokenReader.one(profile, who, id, run.timeoutMs);
          const message =
            read.kind === 'token'
              ? tokenMessage(read, { id, format, includeRevoked }, profile, clock.now())
              : readFailure(read, profile.name);
          await responder.respond(delivery.replyUrl, message, 'beside');
        },
      };
    },
  };
}
