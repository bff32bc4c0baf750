import { findInPieces } from '../../src/command-line/find-in-pieces.ts';
import { MOST_TOKENS, namedWords } from './dialog-entry.ts';
import type { MessageFiles } from './message-files.ts';
import { messageText } from './message-text.ts';

/** What a dialog is filled with. */
export interface Found {
  readonly tokenIds: readonly string[];
  /** What is worth saying of how they were found, in words for people. */
  readonly notes: readonly string[];
}

/** Every token ID in a message and its files; none where they are more than a plan takes. Never throws. */
export async function findInMessage(message: unknown, messageFiles: MessageFiles): Promise<Found> {
  const { text, cut, files } = messageText(message);
  const read = await messageFiles(files);
  const found = await findInPieces([text, ...read.texts], MOST_TOKENS);
  const tooMany = found.tokenIds.length > MOST_TOKENS;
  const notes = [
    ...(found.tokenIds.length === 0 ? ['No token ID was found in the message.'] : []),
    ...(tooMany ? [TOO_MANY] : []),
    ...(found.broken.length > 0 ? [`Nearly a token ID, and left out: ${namedWords(found.broken)}.`] : []),
    ...(found.secrets ? [SECRETS] : []),
    ...(cut ? ['The message is longer than the bot reads: look for yourself whether all are here.'] : []),
    ...read.notes,
  ];
  return { tokenIds: tooMany ? [] : found.tokenIds, notes };
}

const TOO_MANY = `The message holds more than the ${MOST_TOKENS} token IDs that a plan takes: none was taken over.`;
const SECRETS =
  'Something in it looks like a secret: a token itself, not its ID. The bot has kept nothing of it. Treat it as leaked: choose its token by its description, and delete the message.';
