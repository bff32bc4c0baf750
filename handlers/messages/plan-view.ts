import type { ModalView } from '@slack/types';
import type { Freeze } from '../../src/revocation/freeze.ts';
import { reference } from '../../src/revocation/ids.ts';
import { liveTokens, type Plan } from '../../src/revocation/plan.ts';
import { freezeNote } from './freeze.ts';
import { type Message, paragraph } from './parts.ts';
import { planParts } from './plan.ts';
import { wholeRows } from './plan-rows.ts';
import { blocksOf, modal, nameInput, revokeText } from './views.ts';
import { count, profileHeading, type ShownProfile } from './words.ts';

const CALLBACK = 'revoke_dialog_plan';
const TITLE = 'Revoke tokens';

/** What a view of a plan needs besides the plan. */
export interface PlanViewCircumstances {
  readonly metadata: string;
  readonly freeze: Freeze | undefined;
  /** Why the name of the profile is typed; undefined where the button is enough. */
  readonly why: string | undefined;
  /** Whether the plan was asked for in this dialog: then closing it cancels the plan. */
  readonly own: boolean;
  /** Why the same plan is shown again. */
  readonly again?: string | undefined;
}

/** The whole plan, with the button that revokes. While nothing can be revoked it has none, and says why. */
export function planView(
  plan: Plan,
  profile: ShownProfile,
  now: Date,
  { metadata, freeze, why, own, again }: PlanViewCircumstances,
): ModalView {
  const canRevoke = plan.state === 'pending' && liveTokens(plan).length > 0 && !freeze;
  const blocks = blocksOf(
    ...planParts(plan, profile, { again, rows: wholeRows(plan, now) }),
    plan.state === 'pending' && freeze ? freezeNote(freeze) : undefined,
    canRevoke && own ? paragraph('Closing this dialog cancels the plan.') : undefined,
    canRevoke && why !== undefined ? paragraph({ bold: why }) : undefined,
  );
  return modal({
    callbackId: CALLBACK,
    title: TITLE,
    metadata,
    blocks: canRevoke && why !== undefined ? [...blocks, nameInput(profile.name)] : blocks,
    ...(canRevoke ? { submit: revokeText(plan) } : {}),
    close: canRevoke && own ? 'Cancel' : 'Close',
    hearsClose: canRevoke && own,
  });
}

/** While the tokens of a plan are read. */
export function readingView(plan: Plan, profile: ShownProfile, metadata: string): ModalView {
  const blocks = blocksOf(
    profileHeading(profile),
    paragraph({ bold: `Reading ${count(plan.tokenIds.length, 'token')} …` }, ' ', { code: reference(plan.id) }),
    paragraph(
      'The plan appears here, and nothing is revoked before you confirm it. Should you close this dialog, it comes by direct message.',
    ),
  );
  return modal({ callbackId: CALLBACK, title: TITLE, metadata, blocks, close: 'Close' });
}

/** Once the plan was confirmed here: what happens now, and where its end is told. */
export function startedView(plan: Plan, profile: ShownProfile, metadata: string): ModalView {
  const blocks = blocksOf(
    profileHeading(profile),
    paragraph({ bold: `Checking ${count(liveTokens(plan).length, 'token')} once more, then revoking …` }, ' ', {
      code: reference(plan.id),
    }),
    paragraph(...resultComes(plan)),
  );
  return modal({ callbackId: CALLBACK, title: TITLE, metadata, blocks, close: 'Close' });
}

/** Something said of a plan in the dialog that showed it: all of it stands elsewhere too, with its buttons where it is over. */
export function newsView(plan: Plan, { blocks }: Message, isOver: boolean, metadata: string): ModalView {
  const words = isOver ? ['You find this, with what is left to do, in your direct messages.'] : resultComes(plan);
  const shown = isOver ? blocks.filter(({ type }) => type !== 'actions') : blocks;
  const where = blocksOf(paragraph(...words));
  return modal({ callbackId: CALLBACK, title: TITLE, metadata, blocks: [...shown, ...where], close: 'Close' });
}

/** A plan that ended before it was confirmed, in the dialog it was asked for in. */
export function endedView({ blocks }: Message, metadata: string): ModalView {
  return modal({ callbackId: CALLBACK, title: TITLE, metadata, blocks, close: 'Close' });
}

function resultComes({ share }: Plan): string[] {
  const shared = share?.thread === undefined ? 'and is shared in the channel' : 'and is shared in the thread';
  return [`The result comes to you by direct message${share ? `, ${shared}` : ''}. You can close this dialog.`];
}
