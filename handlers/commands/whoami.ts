import type { Requester } from '../../src/revocation/people.ts';
import type { Authorizer } from '../../src/revocation/rights/authorization.ts';
import { compose, list, type Message, paragraph, type Span } from '../messages/parts.ts';
import { type ProfileRights, reasonForStrangers, rightsRow } from '../messages/rights.ts';
import type { Profiles } from '../profiles.ts';
import { readRights } from '../rights.ts';
import type { Responder } from '../wire/response-url.ts';
import type { Command } from './command.ts';

const PROFILES_SHOWN = 20;

export interface WhoamiDependencies {
  readonly authorizer: Authorizer;
  readonly profiles: Profiles;
  readonly responder: Responder;
}

/** `/influx whoami`: who the bot thinks somebody is, and what the policies let them do here, with the rule that decides. */
export function whoami({ authorizer, profiles, responder }: WhoamiDependencies): Command {
  return {
    spec: { words: ['whoami'], summary: 'Who the bot thinks you are, and what you may do here.', flags: [] },
    async run({ who, delivery }) {
      return {
        after: async () => {
          const shown = [...profiles.values()].slice(0, PROFILES_SHOWN);
          const rights = await readRights(authorizer, shown, who);
          await responder.respond(delivery.replyUrl, whoamiMessage(who, rowsFor(rights)), 'beside');
        },
      };
    },
  };
}

/** A stranger is told no name of a profile. */
function rowsFor(rights: readonly ProfileRights[]): readonly Span[][] {
  const reason = reasonForStrangers(rights);
  return reason === undefined ? rights.map(rightsRow) : [[`You may do nothing here. ${reason}`]];
}

function whoamiMessage(who: Requester, rows: readonly Span[][]): Message {
  return compose(
    paragraph(
      'You are ',
      { person: who.user },
      ' (',
      { code: who.user },
      '), in workspace ',
      { code: who.team },
      ' and channel ',
      { code: who.channel },
      '.',
    ),
    list(rows),
  );
}
