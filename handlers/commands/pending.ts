import type { CommandSpec } from '../../src/command-line/spec.ts';
import { UserError } from '../../src/errors.ts';
import type { Clock } from '../../src/revocation/clock.ts';
import type { Desk, Desks } from '../../src/revocation/looking/desk.ts';
import type { Message } from '../messages/parts.ts';
import {
  alsoPendingMessage,
  isEmpty,
  nothingPendingMessage,
  runningMessage,
  waitingMessage,
} from '../messages/pending.ts';
import { type Profiles, shownProfile } from '../profiles.ts';
import type { Responder } from '../wire/response-url.ts';
import type { Command } from './command.ts';

/** Slack takes five messages for one command: so many are shown whole, and one lists the others. */
const SHOWN = { plans: 3, inAll: 4 };
const REFERENCE = /^R-[0-9a-f]{8}$/;

const SPEC: CommandSpec = {
  words: ['pending'],
  summary: 'Your plans that wait for a click, and your revocations that run, again with their buttons.',
  takes: { kind: 'words', placeholder: '[REFERENCE...]', maximum: SHOWN.inAll },
  flags: [],
};

export interface PendingDependencies {
  readonly desks: Desks;
  readonly profiles: Profiles;
  readonly responder: Responder;
  readonly clock: Clock;
}

/** `/influx pending`: everybody's own, in whatever channel they ask, each as it was shown. */
export function pending({ desks, profiles, responder, clock }: PendingDependencies): Command {
  function cards({ waiting, running, freeze }: Desk): Message[] {
    const now = clock.now();
    return [
      ...running.whole.map((one) => runningMessage(one, shownProfile(profiles, one.plan.profile))),
      // The newest comes last: it stands right above the line where people type.
      ...waiting.whole.map((plan) => waitingMessage(plan, shownProfile(profiles, plan.profile), now, freeze)).reverse(),
    ];
  }

  return {
    spec: SPEC,
    async run({ run, who, delivery }) {
      const references = referencesIn(run.words);
      return {
        after: async () => {
          const desk = await desks.open(who, { ...SHOWN, ...(references && { plans: SHOWN.inAll }), references });
          const messages = isEmpty(desk)
            ? [nothingPendingMessage(desk, references)]
            : [alsoPendingMessage(desk), ...cards(desk)].filter((message) => message !== undefined);
          for (const message of messages) await responder.respond(delivery.replyUrl, message, 'beside');
        },
      };
    },
  };
}

function referencesIn(words: readonly string[]): readonly string[] | undefined {
  if (words.length === 0) return undefined;
  const references = words.map((word) => word.toLowerCase().replace(/^(?:r-)?/, 'R-'));
  if (references.every((word) => REFERENCE.test(word))) return references;
  throw new UserError('A reference looks like R-1a2b3c4d: it stands under every plan. /influx pending shows yours.');
}
