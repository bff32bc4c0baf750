import { UserError } from '../src/errors.ts';
import { newPlanId } from '../src/revocation/ids.ts';
import type { Requester } from '../src/revocation/people.ts';
import type { Place } from '../src/revocation/plan.ts';
import type { Selections } from '../src/revocation/selections.ts';
import { writeMetadata } from './dialog-metadata.ts';
import { type DialogScreenDependencies, dialogRights, dialogScreen } from './dialog-screen.ts';
import type { Found } from './find-in-message.ts';
import { loadingView } from './messages/dialog.ts';
import type { Screens } from './screens.ts';

/** From where the dialog is opened, and what it is filled with. */
export interface Opening {
  readonly who: Requester;
  readonly triggerId: string;
  /** Where it was opened; undefined where there is no channel. */
  readonly place: Place | undefined;
  /** What is looked through for token IDs while it loads; nothing when left out. */
  readonly find?: () => Promise<Found>;
}

export interface OpenDialogDependencies extends DialogScreenDependencies {
  readonly screens: Screens;
  readonly selections: Selections;
}

/**
 * Opens the dialog at once, since a trigger lives three seconds, and fills it then. Throws a `UserError` when Slack does not
 * open it, or does not take what fills it; a trigger used before opened one already.
 */
export async function openDialog(dependencies: OpenDialogDependencies, opening: Opening): Promise<void> {
  const { who, triggerId, place, find } = opening;
  const metadata = { selection: newPlanId(), pasted: 0, reason: 0 };
  const what = find ? 'what is in the message' : 'your profiles';
  const opened = await dependencies.screens.open(triggerId, loadingView(writeMetadata(metadata), what));
  if (opened.kind === 'repeated') return;
  if (opened.kind === 'refused') throw new NotOpenedError();
  // First: for whoever may not start anything, nothing is looked through, and nothing kept.
  const { refusal } = await dialogRights(dependencies, who, { fixed: place !== undefined, channel: place?.channel });
  if (refusal) {
    await dependencies.screens.update(opened.viewId, refusal);
    return;
  }
  const { tokenIds, notes } = (await find?.()) ?? { tokenIds: [], notes: [] };
  const owner = { user: who.user, team: who.team };
  const selection = await dependencies.selections.keep({ id: metadata.selection, owner, place, tokenIds, notes });
  const view = await dialogScreen(dependencies, who, { selection, metadata });
  // False: it was closed while it loaded. Nobody waits for it.
  await dependencies.screens.update(opened.viewId, view);
}

/** Slack did not open a dialog. */
export class NotOpenedError extends UserError {
  constructor() {
    super('Slack did not open the dialog in time. Nothing was revoked. Open it again.');
  }
}
