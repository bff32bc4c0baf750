import { newPlanId } from '../../src/revocation/ids.ts';
import type { Requester } from '../../src/revocation/people.ts';
import type { Place } from '../../src/revocation/plan.ts';
import type { Selections } from '../../src/revocation/planning/selections.ts';
import type { ProfileName } from '../../src/revocation/token.ts';
import { type Filled, loadingView } from '../messages/dialog.ts';
import { writeMetadata } from './dialog-metadata.ts';
import { type DialogScreenDependencies, dialogRights, dialogScreen } from './dialog-screen.ts';
import type { Found } from './find-in-message.ts';
import { openScreen } from './open-screen.ts';
import type { Screens } from './screens.ts';

/** From where the dialog is opened, and what it is filled with. */
export interface Opening {
  readonly who: Requester;
  readonly triggerId: string;
  /** Where it was opened; undefined where there is no channel. */
  readonly place: Place | undefined;
  /** What is looked through for token IDs while it loads; nothing when left out. */
  readonly find?: () => Promise<Found>;
  /** What was said already. */
  readonly filled?: Filled & { readonly profile: ProfileName | undefined };
}

export interface OpenDialogDependencies extends DialogScreenDependencies {
  readonly screens: Screens;
  readonly selections: Selections;
}

/** Opens the dialog, and fills it then. Throws a `NotOpenedError` when Slack does not open it. */
export async function openDialog(dependencies: OpenDialogDependencies, opening: Opening): Promise<void> {
  const { screens, selections } = dependencies;
  const { who, triggerId, place, find, filled } = opening;
  const metadata = { selection: newPlanId(), profile: filled?.profile, pasted: 0, reason: 0 };
  const loading = loadingView(writeMetadata(metadata), find ? 'what is in the message' : 'your profiles');
  await openScreen(screens, { triggerId, loading }, async () => {
    // First: for whoever may not start anything, nothing is looked through, and nothing kept.
    const { refusal } = await dialogRights(dependencies, who, { fixed: place !== undefined, channel: place?.channel });
    if (refusal) return refusal;
    const found = (await find?.()) ?? { tokenIds: [], notes: [] };
    const owner = { user: who.user, team: who.team };
    const selection = await selections.keep({ id: metadata.selection, owner, place, ...found });
    return dialogScreen(dependencies, who, { selection, metadata, filled });
  });
}
