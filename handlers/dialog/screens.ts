import { webApi } from '@slack/bolt';
import type { View } from '@slack/types';

/** What became of a view that was to be opened: it is on the screen, its trigger was used before, or Slack did not open it, or not say so. */
export type Opened =
  | { readonly kind: 'open'; readonly viewId: string }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'refused'; readonly error: string };

/** Dialogs on people's screens. */
export interface Screens {
  /** Opens a dialog with a trigger, which works once and for three seconds. Never throws. */
  open(triggerId: string, view: View): Promise<Opened>;
  /**
   * Shows this in the dialog, in place of what has this hash where one is given, and returns the new hash. Undefined: it was
   * closed, or somebody was faster. Throws when Slack does not take it, or did not answer.
   */
  update(viewId: string, view: View, hash?: string): Promise<string | undefined>;
}

/** `exchanged_trigger_id` in Slack's reference, `trigger_exchanged` in its guides. */
const USED = new Set(['exchanged_trigger_id', 'trigger_exchanged']);
/** What views.update answers where there is nothing left to be updated: https://docs.slack.dev/reference/methods/views.update */
const OVER = new Set(['not_found', 'hash_conflict']);

export function createScreens({ views }: webApi.WebClient): Screens {
  return {
    async open(triggerId, view) {
      try {
        const { view: opened } = await views.open({ trigger_id: triggerId, view });
        return { kind: 'open', viewId: opened?.id ?? '' };
      } catch (error) {
        // Whoever waits for a dialog is told all the same, and nobody can wait for the reason.
        const code = error instanceof webApi.WebAPIPlatformError ? error.data.error : String(error);
        return USED.has(code) ? { kind: 'repeated' } : { kind: 'refused', error: code };
      }
    },
    async update(viewId, view, hash) {
      try {
        const { view: shown } = await views.update({ view_id: viewId, view, ...(hash === undefined ? {} : { hash }) });
        return shown?.hash ?? '';
      } catch (error) {
        if (error instanceof webApi.WebAPIPlatformError && OVER.has(error.data.error)) return undefined;
        throw error;
      }
    },
  };
}
