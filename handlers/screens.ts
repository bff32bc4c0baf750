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
  /** Shows this in the dialog; says whether it is still there to show it. Throws when Slack does not take it, or did not answer. */
  update(viewId: string, view: View): Promise<boolean>;
}

/** `exchanged_trigger_id` in Slack's reference, `trigger_exchanged` in its guides. */
const USED = new Set(['exchanged_trigger_id', 'trigger_exchanged']);

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
    async update(viewId, view) {
      try {
        await views.update({ view_id: viewId, view });
        return true;
      } catch (error) {
        // It was closed.
        if (error instanceof webApi.WebAPIPlatformError && error.data.error === 'not_found') return false;
        throw error;
      }
    },
  };
}
