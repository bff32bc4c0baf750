import { freezingMessage } from '../messages/freeze.ts';
import type { Command } from './command.ts';
import type { FreezeDependencies } from './freeze.ts';

/** `/influx unfreeze`: lets revocations start again. */
export function unfreeze({ freezer, responder, mayFreeze }: FreezeDependencies): Command {
  return {
    spec: { words: ['unfreeze'], summary: 'Let revocations start again. What was stopped stays stopped.', flags: [] },
    isFor: mayFreeze,
    run: async ({ who, delivery }) => ({
      after: async () => {
        const message = freezingMessage(await freezer.unfreeze(who, delivery));
        if (message) await responder.respond(delivery.replyUrl, message, 'beside');
      },
    }),
  };
}
