import type { View } from '@slack/types';
import { UserError } from '../../src/errors.ts';
import { plain } from '../messages/answers.ts';
import { noticeView } from '../messages/notice-view.ts';
import type { Screens } from './screens.ts';

/** Slack did not open a dialog. */
export class NotOpenedError extends UserError {
  constructor() {
    super('Slack did not open the dialog in time. Nothing was revoked. Open it again.');
  }
}

/**
 * Opens a dialog at once, since a trigger lives three seconds, and fills it then. Throws a `NotOpenedError` when Slack does not
 * open it, and whatever filling it throws; a trigger used before opened one already.
 */
export async function openScreen(
  screens: Screens,
  { triggerId, loading }: { readonly triggerId: string; readonly loading: View },
  fill: () => Promise<View>,
): Promise<void> {
  const opened = await screens.open(triggerId, loading);
  if (opened.kind === 'refused') throw new NotOpenedError();
  if (opened.kind === 'open') await fillScreen(screens, opened.viewId, fill);
}

/** Shows in a dialog what it is to be filled with; where that fails, the dialog says so, and this throws. */
export async function fillScreen(screens: Screens, viewId: string, fill: () => Promise<View>): Promise<void> {
  try {
    // Undefined: it was closed while it loaded. Nobody waits for it.
    await screens.update(viewId, await fill());
  } catch (error) {
    // Slack may be what fails: then the message that is sent all the same has to do.
    await screens.update(viewId, notFilled(error)).catch(() => undefined);
    throw error;
  }
}

function notFilled(error: unknown): View {
  return noticeView(plain(error instanceof UserError ? error.message : WENT_WRONG));
}

const WENT_WRONG =
  'Something went wrong in the bot before this dialog was filled. Nothing was revoked. You get a message with a reference: open the dialog again, or give that to whoever runs the bot.';
