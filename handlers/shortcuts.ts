import { findTokenIds } from '../src/command-line/find-token-ids.ts';
import { isPlanId } from '../src/revocation/ids.ts';
import { MOST_TOKENS } from './dialog-entry.ts';
import type { MessageFiles } from './message-files.ts';
import { messageIds } from './message-ids.ts';
import { type OpenDialogDependencies, openDialog } from './open-dialog.ts';
import { type OpenPlanDependencies, openPlan } from './open-plan.ts';
import type { IncomingClick } from './payloads.ts';
import type { Reaction } from './reaction.ts';
import type { IncomingMessageShortcut, IncomingShortcut } from './surface-payloads.ts';

export interface ShortcutsDependencies extends OpenDialogDependencies, OpenPlanDependencies {
  readonly messageFiles: MessageFiles;
}

/** The global shortcut: the dialog, in no channel. */
export function revokeTokens(dependencies: ShortcutsDependencies) {
  return async ({ who, triggerId }: IncomingShortcut): Promise<Reaction> => ({
    after: () => openDialog(dependencies, { who, triggerId, place: undefined }),
  });
}

/** The shortcut on a message: the dialog with every token ID in that message and its files, in that thread. */
export function revokeTokensInMessage(dependencies: ShortcutsDependencies) {
  return async ({ who, triggerId, thread, message }: IncomingMessageShortcut): Promise<Reaction> => {
    const place = { channel: who.channel, thread };
    const find = () => findIn(message, dependencies.messageFiles);
    return { after: () => openDialog(dependencies, { who, triggerId, place, find }) };
  };
}

/** A button that opens the dialog; where it names a plan, that plan. */
export function openFromButton(dependencies: ShortcutsDependencies) {
  return async ({ who, triggerId, value }: IncomingClick): Promise<Reaction> => {
    if (isPlanId(value)) return { after: () => openPlan(dependencies, { planId: value, who, triggerId }) };
    const place = who.channel === '' ? undefined : { channel: who.channel };
    return { after: () => openDialog(dependencies, { who, triggerId, place }) };
  };
}

async function findIn(message: unknown, messageFiles: MessageFiles) {
  const inMessage = messageIds(message);
  const files = await messageFiles(inMessage.files);
  const inFiles = files.texts.map(findTokenIds);
  const all = new Set([...inMessage.tokenIds, ...inFiles.flatMap(({ tokenIds }) => tokenIds)]);
  const secrets = inMessage.secrets || inFiles.some((found) => found.secrets);
  const tokenIds = all.size > MOST_TOKENS ? [] : [...all];
  const notes = [
    ...(all.size === 0 ? ['No token ID was found in the message.'] : []),
    ...(all.size > MOST_TOKENS
      ? [`The message holds ${all.size} token IDs, and a plan takes at most ${MOST_TOKENS}: none was taken over.`]
      : []),
    ...(secrets ? [SECRETS] : []),
    ...(inMessage.cut ? ['The message is longer than the bot reads: look for yourself whether all are here.'] : []),
    ...files.notes,
  ];
  return { tokenIds, notes };
}

const SECRETS =
  'Something in it looks like a secret: a token itself, not its ID. The bot has kept nothing of it. Treat it as leaked: choose its token by its description, and delete the message.';
