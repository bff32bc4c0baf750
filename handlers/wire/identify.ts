import type { Logger } from '../../src/logger.ts';
import { type Clock, sleep } from '../../src/revocation/clock.ts';
import { type BotIdentity, type SlackApi, SlackCredentialsError } from './slack-api.ts';

const LONGEST_PAUSE_MS = 5_000;

export interface IdentifyOptions {
  readonly api: SlackApi;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** Asks Slack who the bot is, as often as it takes; undefined when it is ended meanwhile. Throws `SlackCredentialsError`. */
export async function identify({ api, clock, log, signal }: IdentifyOptions): Promise<BotIdentity | undefined> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      return await api.whoAmI();
    } catch (error) {
      if (error instanceof SlackCredentialsError) throw error;
      log.warn({ err: error }, 'Slack cannot be reached, trying again');
      await sleep(clock, Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures), signal);
    }
  }
  return undefined;
}
