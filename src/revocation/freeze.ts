/** While there is one, no revocation starts and none goes on, in any bot on this store. */
export interface Freeze {
  readonly by: string;
  /** As it was typed; empty when none was given. */
  readonly reason: string;
  readonly at: Date;
}

/** What people read where a plan ends because of a freeze. Names nobody: `/influx status` does. */
export const FROZEN_ENDING =
  'Revoking is frozen. Nothing was revoked. /influx status says by whom and why. Ask for a new plan once it is unfrozen.';
