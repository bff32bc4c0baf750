import { reference } from '../../src/revocation/ids.ts';
import { liveTokens, type Plan } from '../../src/revocation/plan.ts';
import { buttons, compose, lines, list, type Message, type Part, paragraph } from './parts.ts';
import { compactTokenRow, countsByPermission, tokenRow, untouchedRow } from './token-rows.ts';
import { count, profileHeading, reasonOf, type ShownProfile } from './words.ts';

/** Above this many tokens, the rest is shown in short lines under a summary. */
const SHOWN_IN_FULL = 20;

/** What the operator decides on. Without live tokens it has nothing to confirm, and says so. */
export function planMessage(plan: Plan, profile: ShownProfile, now: Date, again?: string): Message {
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
    plan.state === 'pending' ? decision(plan, live.length) : undefined,
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

function decision(plan: Plan, live: number): Part {
  const tokens = count(live, 'token');
  return buttons(
    {
      action: 'revoke_plan',
      text: `Revoke ${tokens}`,
      value: plan.id,
      danger: true,
      label: `Revoke ${tokens} on ${plan.profile}. This cannot be undone.`.slice(0, 75),
    },
    { action: 'cancel_plan', text: 'Cancel', value: plan.id, label: 'Cancel. Nothing will be revoked.' },
  );
}
