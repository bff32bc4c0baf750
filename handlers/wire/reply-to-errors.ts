import { randomBytes } from 'node:crypto';
import { UserError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import { StoreBusyError } from '../../src/revocation/store.ts';
import { plain } from '../messages/answers.ts';
import type { Message } from '../messages/parts.ts';

/** Turns whatever was thrown into what people read. A refusal is shown as it stands; a fault is logged under a reference, and only that is shown. */
export type ReplyToError = (error: unknown, doing: string) => Message;

export function createReplyToErrors(log: Logger): ReplyToError {
  return (error, doing) => {
    if (error instanceof UserError) return plain(error.message);
    const reference = `E-${randomBytes(4).toString('hex')}`;
    log.error({ err: error, reference, doing }, 'a request failed');
    if (error instanceof StoreBusyError)
      return plain(`The bot is busy and accepted nothing. Try again in a moment. (${reference})`);
    return plain(
      `Something went wrong in the bot (${reference}). If you had confirmed a plan, its result will still be told. Otherwise nothing was revoked: try again, or give this reference to whoever runs the bot.`,
    );
  };
}
