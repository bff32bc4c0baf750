import { isPlanId } from '../../src/revocation/ids.ts';
import type { IncomingClick } from '../wire/payloads.ts';
import type { Reaction } from '../wire/reaction.ts';
import type { IncomingMessageShortcut, IncomingShortcut } from '../wire/surface-payloads.ts';
import { findInMessage } from './find-in-message.ts';
import type { MessageFiles } from './message-files.ts';
import { type OpenDialogDependencies, openDialog } from './open-dialog.ts';
import { type OpenPlanDependencies, openPlan } from './open-plan.ts';

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
    const find = () => findInMessage(message, dependencies.messageFiles);
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
