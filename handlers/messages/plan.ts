import type { Freeze } from '../../src/revocation/freeze.ts';
import { reference } from '../../src/revocation/ids.ts';
import { liveTokens, type Plan } from '../../src/revocation/plan.ts';
import { freezeNote } from './freeze.ts';
import { buttons, compose, lines, list, type Message, type Part, paragraph } from './parts.ts';
import { compactTokenRow, countsByPermission, tokenRow, untouchedRow } from './token-rows.ts';
import { count, profileHeading, reasonOf, type ShownProfile } from './words.ts';

/** Above this many tokens, the rest is shown in short lines under a summary. */
const SHOWN_IN_FULL = 20;

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
  const live = liveTokens(plan);
  const untouched = plan.tokens.filter(({ found }) => found !== 'live').map(untouchedRow);
  return compose(
    profileHeading(profile),
    again === undefined ? undefined : paragraph(again),
    paragraph({
      bold: live.length > 0 ? `${count(live.length, 'token')} will be revoked` : 'There is nothing to revoke.',
    }),
    ...tokenParts(plan, now),
    ...(untouched.length > 0
      ? [paragraph({ bold: `${count(untouched.length, 'token')} will not be touched` }), lines(untouched)]
      : []),
    ...(live.length > 0 ? [warning(), budgetNote(plan, live.length)] : []),
    ...plan.notes.map((note) => paragraph(note)),
    asked(plan),
    ...(plan.state === 'pending' ? decision(plan, live.length, freeze) : []),
  );
}

function tokenParts(plan: Plan, now: Date): Part[] {
  const live = liveTokens(plan);
  const full = list(live.slice(0, SHOWN_IN_FULL).map((token) => tokenRow(token, now)));
  if (live.length <= SHOWN_IN_FULL) return [full];
  const rest = live.slice(SHOWN_IN_FULL).map((token) => compactTokenRow(token, now));
  return [lines(countsByPermission(live)), full, lines(rest)];
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
  const revoke = {
    action: 'revoke_plan',
    text: `Revoke ${tokens}`,
    value: plan.id,
    danger: true,
    label: `Revoke ${tokens} on ${plan.profile}. This cannot be undone.`.slice(0, 75),
  };
  const cancel = { action: 'cancel_plan', text: 'Cancel', value: plan.id, label: 'Cancel. Nothing will be revoked.' };
  return freeze ? [freezeNote(freeze), buttons(cancel)] : [buttons(revoke, cancel)];
}
