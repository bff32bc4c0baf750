import type { Selections } from '../../src/revocation/planning/selections.ts';
import { FIELDS } from '../messages/dialog.ts';
import type { IncomingClick } from '../wire/payloads.ts';
import type { Reaction } from '../wire/reaction.ts';
import { metadataIn } from './dialog-metadata.ts';
import { type DialogScreenDependencies, dialogScreen } from './dialog-screen.ts';
import type { Screens } from './screens.ts';

export interface DialogChoicesDependencies extends DialogScreenDependencies {
  readonly screens: Screens;
  readonly selections: Selections;
}

/** The hash a dialog was left with; undefined where it was left alone. */
type Left = Promise<string | undefined>;

/**
 * Another profile was chosen in the dialog: its tokens are offered from now on. Or another channel: what may be done there may
 * be something else. The latest choice counts, unless the dialog shows something else by then: its plan, which stays.
 */
export function chooseInDialog(dependencies: DialogChoicesDependencies) {
  const { screens, selections } = dependencies;
  const latest = new Map<string, Left>();

  async function refill({ who, view }: IncomingClick, before: Left | undefined): Left {
    const metadata = view && metadataIn(view);
    const selection = metadata && (await selections.find(metadata.selection, who));
    if (!selection) return undefined;
    const [profile = metadata.profile] = view.entered(FIELDS.profile).chosen;
    const next = await dialogScreen(dependencies, who, { selection, metadata: { ...metadata, profile } });
    const left = await screens.update(view.id, next, view.hash);
    if (left !== undefined) return left;
    // The choice right before this one may have been faster.
    const hash = await before;
    return hash === undefined ? undefined : screens.update(view.id, next, hash);
  }

  return async (click: IncomingClick): Promise<Reaction> => {
    const { id = '' } = click.view ?? {};
    return {
      after: async () => {
        const refilled = refill(click, latest.get(id));
        latest.set(id, refilled);
        try {
          await refilled;
        } finally {
          if (latest.get(id) === refilled) latest.delete(id);
        }
      },
    };
  };
}
