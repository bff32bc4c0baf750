import type { Insertable } from 'kysely';
import { type Plan, twinKey } from '../revocation/plan.ts';
import type { Item, Revocation } from '../revocation/revocation.ts';
import { planPayload } from './payload.ts';
import type { ItemRow, ItemTable, PlanRow, RevocationRow } from './schema.ts';

const date = (at: number | null): Date | undefined => (at === null ? undefined : new Date(Number(at)));
const time = (at: Date | undefined): number | null => at?.getTime() ?? null;

/** A plan as the table holds it, without its keeper. */
export function planRow(plan: Plan): Omit<PlanRow, 'keeper'> {
  const { tokenIds, tokens, force, debug, timeoutMs, notes, ending, share, dialog, requester, reply } = plan;
  const { revocationsLeft, blastRadius, elsewhere, rotates } = plan;
  const request = { tokenIds, force, debug, timeoutMs, notes, share, dialog };
  return {
    id: plan.id,
    profile: plan.profile,
    operator: requester.user,
    team: requester.team,
    channel: requester.channel,
    reason: plan.reason,
    twin_key: twinKey(plan),
    payload: JSON.stringify({ ...request, tokens, revocationsLeft, blastRadius, elsewhere, ending, rotates }),
    state: plan.state,
    created_at: plan.createdAt.getTime(),
    expires_at: plan.expiresAt.getTime(),
    decided_by: plan.decidedBy ?? null,
    decided_at: time(plan.decidedAt),
    response_url: reply?.url ?? null,
    response_url_uses: reply?.uses ?? 0,
    response_url_at: time(reply?.openedAt),
    response_url_replaces: reply?.replaces ? 1 : 0,
    response_url_channel: reply?.channel ?? null,
  };
}

/** The plan a row holds. */
export function planOf(row: PlanRow): Plan {
  return {
    ...planPayload.parse(JSON.parse(row.payload)),
    id: row.id,
    profile: row.profile,
    requester: { user: row.operator, team: row.team, channel: row.channel },
    reason: row.reason,
    state: row.state,
    createdAt: new Date(Number(row.created_at)),
    expiresAt: new Date(Number(row.expires_at)),
    decidedBy: row.decided_by ?? undefined,
    decidedAt: date(row.decided_at),
    reply:
      row.response_url === null
        ? undefined
        : {
            url: row.response_url,
            uses: row.response_url_uses,
            openedAt: new Date(Number(row.response_url_at)),
            replaces: row.response_url_replaces === 1,
            channel: row.response_url_channel ?? undefined,
          },
  };
}

/** A work item as the table holds it, without its lease. */
export function itemRow(item: Item): Insertable<ItemTable> {
  return {
    revocation_id: item.revocationId,
    profile: item.profile,
    token_id: item.tokenId,
    state: item.state,
    attempt: item.attempt,
    fence: item.fence,
    run_at: item.runAt.getTime(),
    lease_owner: null,
    lease_until: null,
    started_at: time(item.startedAt),
    sent: item.sent ? 1 : 0,
    lost: item.lost ? 1 : 0,
    outcome: item.outcome ?? null,
    note: item.note,
    status: item.status,
    revoked_at: time(item.revokedAt),
    done_at: time(item.doneAt),
  };
}

/** The work item a row holds. */
export function itemOf(row: ItemRow): Item {
  return {
    revocationId: row.revocation_id,
    profile: row.profile,
    tokenId: row.token_id,
    state: row.state,
    attempt: row.attempt,
    fence: row.fence,
    runAt: new Date(Number(row.run_at)),
    startedAt: date(row.started_at),
    sent: row.sent === 1,
    lost: row.lost === 1,
    outcome: row.outcome ?? undefined,
    note: row.note,
    status: row.status,
    revokedAt: date(row.revoked_at),
    doneAt: date(row.done_at),
  };
}

/** A revocation as the table holds it. */
export function revocationRow(revocation: Revocation): RevocationRow {
  return {
    id: revocation.id,
    state: revocation.state,
    created_at: revocation.createdAt.getTime(),
    finished_at: time(revocation.finishedAt),
    stopped_by: revocation.stoppedBy ?? null,
  };
}

/** The revocation a row holds. */
export function revocationOf(row: RevocationRow): Revocation {
  return {
    id: row.id,
    state: row.state,
    createdAt: new Date(Number(row.created_at)),
    finishedAt: date(row.finished_at),
    stoppedBy: row.stopped_by ?? undefined,
  };
}
