import type { Generated, Selectable } from 'kysely';
import type { KeptNews } from '../revocation/announcer.ts';
import type { PlanState } from '../revocation/plan.ts';
import type { Item, Outcome, Revocation } from '../revocation/revocation.ts';

/**
 * The tables, one schema for every engine: text and integers only. Times are milliseconds of the epoch, truths 0 or 1,
 * and whatever nobody searches for is JSON.
 */
export interface Tables {
  plan: PlanTable;
  revocation: RevocationTable;
  item: ItemTable;
  announcement: AnnouncementTable;
  audit: AuditTable;
  seen: { key: string; at: number };
}

export interface PlanTable {
  id: string;
  profile: string;
  operator: string;
  team: string;
  channel: string;
  reason: string;
  /** Equal for the same operator, profile, channel and set of tokens. */
  twin_key: string;
  /** What was asked for and what the cluster said: see `payload.ts`. */
  payload: string;
  state: PlanState;
  created_at: number;
  expires_at: number;
  decided_by: string | null;
  decided_at: number | null;
  response_url: string | null;
  response_url_uses: number;
  response_url_at: number | null;
  response_url_replaces: number;
}

export interface RevocationTable {
  /** The plan's ID. */
  id: string;
  state: Revocation['state'];
  created_at: number;
  finished_at: number | null;
  stopped_by: string | null;
}

export interface ItemTable {
  id: Generated<number>;
  revocation_id: string;
  profile: string;
  token_id: string;
  state: Item['state'];
  attempt: number;
  fence: number;
  run_at: number;
  lease_owner: string | null;
  lease_until: number | null;
  started_at: number | null;
  sent: number;
  lost: number;
  outcome: Outcome | null;
  note: string;
  status: string;
  revoked_at: number | null;
  done_at: number | null;
}

export interface AnnouncementTable {
  plan_id: string;
  about: KeptNews['about'];
  attempt: number;
  run_at: number;
  done_at: number | null;
}

/** A chain: each entry's hash covers its own columns and the hash before it. */
export interface AuditTable {
  seq: number;
  at: number;
  actor: string;
  action: string;
  subject: string;
  detail: string;
  prev_hash: string;
  hash: string;
}

export type PlanRow = Selectable<PlanTable>;
export type ItemRow = Selectable<ItemTable>;
export type RevocationRow = Selectable<RevocationTable>;
