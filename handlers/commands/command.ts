import type { Bare, CommandSpec, Run } from '../../src/command-line/spec.ts';
import type { Requester } from '../../src/revocation/people.ts';
import type { Delivery } from '../../src/revocation/planning/plans.ts';
import type { Reaction } from '../wire/reaction.ts';

/** A subcommand of `/influx`. Help, usage and parsing follow from its spec. */
export interface Command {
  readonly spec: CommandSpec;
  /** Whether this person could run it somewhere; help leaves out what they could not. Everybody may where it is left out. */
  readonly isFor?: (who: Requester) => Promise<boolean>;
  run(call: CommandCall): Promise<Reaction>;
  /** What is done in place of showing the usage when it was typed without token IDs; says whether it could be. */
  readonly runBare?: (call: BareCall) => Promise<boolean>;
}

/** A command typed without token IDs. */
export interface BareCall {
  readonly who: Requester;
  readonly flags: Bare;
  /** Opens one dialog within three seconds. */
  readonly triggerId: string;
}

/** A command as somebody typed it, read and checked. */
export interface CommandCall {
  readonly run: Run;
  readonly who: Requester;
  /** A command always brings an address for its answer. */
  readonly delivery: Delivery & { readonly replyUrl: string };
}
