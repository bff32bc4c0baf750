import { allCommands, type CommandDependencies } from './commands/index.ts';
import { influxCommand } from './influx-command.ts';
import type { IncomingClick, IncomingCommand } from './payloads.ts';
import type { Reaction } from './reaction.ts';
import type { Responder } from './response-url.ts';
import { cancelPlan, newPlan, type RevokeButtonsDependencies, revokePlan, stopRevocation } from './revoke-buttons.ts';

/** What Slack can send, by Slack's own IDs, and what happens then. A test compares it with `manifest.yml`. */
export interface Handlers {
  readonly commands: Readonly<Record<string, (command: IncomingCommand) => Promise<Reaction>>>;
  readonly actions: Readonly<Record<string, (click: IncomingClick) => Promise<Reaction>>>;
}

export type HandlerDependencies = Omit<CommandDependencies, 'responder'> &
  RevokeButtonsDependencies & { readonly responder: Responder };

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
