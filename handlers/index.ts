import { allCommands, type CommandDependencies } from './commands/index.ts';
import { influxCommand } from './influx-command.ts';
import type { IncomingClick, IncomingCommand } from './payloads.ts';
import type { Reaction } from './reaction.ts';
import { cancelPlan, newPlan, type RevokeButtonsDependencies, revokePlan, stopRevocation } from './revoke-buttons.ts';

/** What Slack can send, by Slack's own IDs. A test compares it with `manifest.yml`. */
export const handlerIds = {
  commands: ['/influx'],
  actions: ['revoke_plan', 'cancel_plan', 'stop_revocation', 'new_plan'],
} as const;

/** What happens then. */
export interface Handlers {
  readonly commands: Readonly<
    Record<(typeof handlerIds.commands)[number], (command: IncomingCommand) => Promise<Reaction>>
  >;
  readonly actions: Readonly<Record<(typeof handlerIds.actions)[number], (click: IncomingClick) => Promise<Reaction>>>;
}

export type HandlerDependencies = CommandDependencies & RevokeButtonsDependencies;

/** The table. */
export function handlersFor(dependencies: HandlerDependencies): Handlers {
  return {
    commands: {
      '/influx': influxCommand({ commands: allCommands(dependencies), responder: dependencies.responder }),
    },
    actions: {
      revoke_plan: revokePlan(dependencies),
      cancel_plan: cancelPlan(dependencies),
      stop_revocation: stopRevocation(dependencies),
      new_plan: newPlan(dependencies),
    },
  };
}
