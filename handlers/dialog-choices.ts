import type { Selections } from '../src/revocation/selections.ts';
import { type DialogMetadata, readMetadata } from './dialog-metadata.ts';
import { type DialogScreenDependencies, dialogScreen } from './dialog-screen.ts';
import type { IncomingClick } from './payloads.ts';
import type { Reaction } from './reaction.ts';
import type { Screens } from './screens.ts';

export interface DialogChoicesDependencies extends DialogScreenDependencies {
  readonly screens: Screens;
  readonly selections: Selections;
}

type Handler = (click: IncomingClick) => Promise<Reaction>;

/** Another profile was chosen in the dialog: its tokens are offered from now on. */
export function chooseProfile(dependencies: DialogChoicesDependencies): Handler {
  return refill(dependencies, (metadata, profile) => ({ ...metadata, profile }));
}

/** A channel was chosen in the dialog: what may be done there may be something else. */
export function chooseChannel(dependencies: DialogChoicesDependencies): Handler {
  return refill(dependencies, (metadata, channel) => ({ ...metadata, channel: channel || undefined }));
}

function refill(
  dependencies: DialogChoicesDependencies,
  changed: (metadata: DialogMetadata, value: string) => DialogMetadata,
): Handler {
  const { screens, selections } = dependencies;
  return async ({ who, view, value }) => {
    const old = view && readMetadata(view.metadata);
    if (!view || !old) return {};
    return {
      after: async () => {
        const selection = await selections.find(old.selection, who);
        if (!selection) return;
        const metadata = changed(old, value);
        const next = await dialogScreen(dependencies, who, { selection, metadata });
        // False: it was closed meanwhile.
        await screens.update(view.id, next);
      },
    };
  };
}
