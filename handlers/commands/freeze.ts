import type { CommandSpec, Run } from '../../src/command-line/spec.ts';
import { UserError } from '../../src/errors.ts';
import type { Requester } from '../../src/revocation/people.ts';
import type { Freezer } from '../../src/revocation/running/freezer.ts';
import { freezingMessage } from '../messages/freeze.ts';
import type { Responder } from '../wire/response-url.ts';
import type { Command } from './command.ts';

const LONGEST_REASON = 300;

const SPEC: CommandSpec = {
  words: ['freeze'],
  summary: 'Stop everything: no revocation starts, and what has not been sent yet is not.',
  takes: { kind: 'words', placeholder: '[REASON]', maximum: 60 },
  flags: [],
};

export interface FreezeDependencies {
  readonly freezer: Freezer;
  readonly responder: Responder;
  /** Whether this person is among those who may freeze. */
  readonly mayFreeze: (who: Requester) => Promise<boolean>;
}

/** `/influx freeze`: stops every bot on this store, for those whom `[policy] freeze` names. */
export function freeze({ freezer, responder, mayFreeze }: FreezeDependencies): Command {
  return {
    spec: SPEC,
    isFor: mayFreeze,
    async run({ run, who, delivery }) {
      const reason = reasonIn(run);
      return {
        after: async () => {
          const message = freezingMessage(await freezer.freeze(who, reason, delivery));
          if (message) await responder.respond(delivery.replyUrl, message, 'beside');
        },
      };
    },
  };
}

function reasonIn({ words }: Run): string {
  const reason = words.join(' ');
  if (reason.length <= LONGEST_REASON) return reason;
  throw new UserError(
    `The reason has ${reason.length} characters; at most ${LONGEST_REASON} are kept. Nothing was frozen. Say it shorter.`,
  );
}
