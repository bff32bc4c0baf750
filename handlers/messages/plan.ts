import type { Freeze } from '../../src/revocation/freeze.ts';
import { reference } from '../../src/revocation/ids.ts';
import { liveTokens, type Plan } from '../../src/revocation/plan.ts';
import { blastRadiusNote, elsewhereNote } from './around-plan.ts';
import { freezeNote } from './freeze.ts';
import { buttons, compose, type Message, type Part, paragraph } from './parts.ts';
import { isLong, messageRows, type PlanRows, shortRows } from './plan-rows.ts';
import { count, profileHeading, reasonOf, type ShownProfile } from './words.ts';

/** Whoever asks the same again may have typed something else besides the IDs. */
export const THAT_PLAN_AGAIN =
  'This is that plan again, with its reason and options as they were. Cancel it to start anew.';

/** What stands in a plan besides the plan itself. */
export interface PlanCircumstances {
  /** Why the same plan is shown again. */
  readonly again?: string | undefined;
  /** While nothing can be revoked. */
  readonly freeze?: Freeze | undefined;
}

/** What the operator decides on. Without live tokens, and while all is frozen, it has no red button, and says why. */
export function planMessage(
  plan: Plan,
  profile: ShownProfile,
  now: Date,
  { again, freeze }: PlanCircumstances = {},
): Message {
  return compose(
    ...planParts(plan, profile, { again, rows: isLong(plan) ? shortRows(plan, now) : messageRows(plan, now) }),
    ...(plan.state === 'pending' ? decision(plan, liveTokens(plan).length, freeze) : []),
  );
}

/** What a plan says wherever it is shown. `rows` are its tokens: those that will be revoked, and those that will not. */
export function planParts(
  plan: Plan,
  profile: ShownProfile,
  { again, rows }: { readonly again?: string | undefined; readonly rows: PlanRows },
): (Part | undefined)[] {
  const live = liveTokens(plan).length;
  const untouched = plan.tokens.length - live;
  return [
    profileHeading(profile),
    again === undefined ? undefined : paragraph(again),
    paragraph({ bold: live > 0 ? `${count(live, 'token')} will be revoked` : 'There is nothing to revoke.' }),
    ...rows.live,
    ...(untouched > 0
      ? [paragraph({ bold: `${count(untouched, 'token')} will not be touched` }), ...rows.untouched]
      : []),
    elsewhereNote(plan),
    ...(live > 0 ? [warning(), blastRadiusNote(plan), budgetNote(plan, live)] : []),
    ...plan.notes.map((note) => paragraph(note)),
    asked(plan),
  ];
}

function warning(): Part {
  return paragraph(
    '⚠️ ',
    { bold: 'Revoking is immediate and cannot be undone.' },
    ' Clients using these tokens stop working at once and need a new token.',
  );
}

function budgetNote({ revocationsLeft }: Plan, live: number): Part | undefined {
  if (revocationsLeft === undefined || revocationsLeft >= live) return undefined;
  return paragraph(
    `The hourly budget of this profile allows ${revocationsLeft} more now. The others will wait for it.`,
  );
}

function asked(plan: Plan): Part {
  const until = { time: plan.expiresAt, format: '{time}' };
  return paragraph(
    'Asked by ',
    { person: plan.requester.user },
    `: ${reasonOf(plan)} · `,
    ...(plan.state === 'pending' ? ['can be confirmed until ', until, ' · '] : []),
    { code: reference(plan.id) },
  );
}

function decision(plan: Plan, live: number, freeze: Freeze | undefined): Part[] {
  const tokens = count(live, 'token');
  const cancel = { action: 'cancel_plan', text: 'Cancel', value: plan.id, label: 'Cancel. Nothing will be revoked.' };
  // What is not shown cannot be confirmed: the red button stands below the whole list.
  if (isLong(plan)) return [...(freeze ? [freezeNote(freeze)] : []), buttons(wholePlan(plan), cancel)];
  const revoke = {
    action: 'revoke_plan',
    text: `Revoke ${tokens}`,
    value: plan.id,
    danger: true,
    label: `Revoke ${tokens} on ${plan.profile}. This cannot be undone.`.slice(0, 75),
  };
  return freeze ? [freezeNote(freeze), buttons(cancel)] : [buttons(revoke, cancel)];
}

function wholePlan(plan: Plan) {
  const text = `Show all ${count(plan.tokens.length, 'token')}`;
  return { action: 'open_dialog', text, value: plan.id, label: `${text}, and revoke them from there` };
}
