import { UserError } from '../../src/errors.ts';
import type { Claimed } from '../../src/revocation/confirming/clicks.ts';
import { nameView } from '../messages/views.ts';
import { type Profiles, shownProfile } from '../profiles.ts';
import type { Screens } from './screens.ts';
import { metadataOfPlan } from './view-metadata.ts';

type NameNeeded = Extract<Claimed, { readonly kind: 'name needed' }>;

/** Opens the dialog in which the name of the profile is typed. The plan still waits, whatever becomes of the dialog. */
export async function askForName(
  { plan, why }: NameNeeded,
  triggerId: string,
  { screens, profiles }: { screens: Screens; profiles: Profiles },
): Promise<void> {
  const view = nameView(plan, shownProfile(profiles, plan.profile), why, metadataOfPlan(plan.id));
  const opened = await screens.open(triggerId, view);
  if (opened.kind === 'refused')
    throw new UserError(
      'Slack did not open the dialog in time. Nothing was revoked, and the plan still waits. Click again.',
    );
}
