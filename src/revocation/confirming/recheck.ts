import { type PlanId, reference } from '../ids.ts';
import { difference, type Plan, type PlannedToken } from '../plan.ts';
import type { Item, Outcome } from '../revocation.ts';
import type { Token, TokenId } from '../token.ts';

/** Which tokens are not as they were shown, and how. */
export function changesSince(shown: readonly Token[], now: readonly PlannedToken[]): { id: TokenId; change: string }[] {
  const found = new Map(now.map((planned) => [planned.id, planned]));
  return shown.flatMap((token) => {
    const planned = found.get(token.id);
    const change = planned?.found === 'live' ? difference(token, planned.token) : undefined;
    return change === undefined ? [] : [{ id: token.id, change }];
  });
}

/** Why a token could not be read, in words for people. */
export function problemOf(planned: PlannedToken | undefined): string {
  return planned?.found === 'unreadable' ? planned.problem : 'the cluster did not answer';
}

/** The work for a token that was live when it was shown, given what the cluster says of it now. */
export function itemFor(
  plan: Plan,
  tokenId: TokenId,
  now: PlannedToken | undefined,
  held: PlanId | undefined,
  at: Date,
): Item {
  const { id: revocationId, profile } = plan;
  const ready: Item = {
    revocationId,
    profile,
    tokenId,
    state: 'ready',
    attempt: 0,
    fence: 0,
    runAt: at,
    sent: false,
    lost: false,
    note: '',
    status: '',
  };
  const done = (outcome: Outcome, note: string, revokedAt?: Date): Item => ({
    ...ready,
    state: 'done',
    outcome,
    note,
    revokedAt,
    doneAt: at,
  });
  if (held !== undefined) return done('not sent', `revocation ${reference(held)} has it`);
  switch (now?.found) {
    case 'live':
      return ready;
    case 'already revoked':
      return done('already revoked', 'revoked since the plan was shown', now.token.revokedAt);
    case 'not found':
      return done('already revoked', 'no longer active');
    default:
      return done('not sent', `could not be checked again: ${problemOf(now)}`);
  }
}
