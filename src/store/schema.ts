import type { Generated, Selectable } from 'kysely';
import type { KeptNews } from '../revocation/announcer.ts';
import type { PlanState } from '../revocation/plan.ts';
import type { Item, Outcome, Revocation } from '../revocation/revocation.ts';
import type { RotationState } from '../revocation/rotating/rotation.ts';

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
  freeze: FreezeTable;
  seen: { key: string; at: number };
  home: HomeTable;
  selection: SelectionTable;
  notice: NoticeTable;
  rotation: RotationTable;
  reminder: ReminderTable;
  bot: BotTable;
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
  /** Where messages for all to see appear, sent to the address; null where that is not known. */
  response_url_channel: string | null;
  /** The process that looks after the plan; null when none does. */
  keeper: string | null;
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
  queued_at: number;
  /** Where it was posted and by which name, of what can be found again. */
  posted_channel: Generated<string | null>;
  posted_ts: Generated<string | null>;
}

/** One row, with the ID 1, while the bot is frozen; none otherwise. */
export interface FreezeTable {
  id: number;
  frozen_by: string;
  reason: string;
  frozen_at: number;
}

/** What those who watch over the bot are told, in the order of `at`. */
export interface NoticeTable {
  id: string;
  /** See `notice-payload.ts`. */
  payload: string;
  at: number;
  attempt: number;
  run_at: number;
  done_at: number | null;
}

/** Who opened the App Home, and when last. */
export interface HomeTable {
  user: string;
  team: string;
  opened_at: number;
}

/** The clients of a revoked token need a new one. */
export interface RotationTable {
  id: string;
  revocation_id: string;
  profile: string;
  token_id: string;
  /** Among those of the same revocation, from 0. */
  position: number;
  state: RotationState;
  opened_at: number;
  closed_by: string | null;
  closed_at: number | null;
  /** What decides who looks after it, as JSON; null where the cluster had not described the token. */
  described: string | null;
}

/** When people are told next of the rotations of a revocation; never, where `run_at` is null. */
export interface ReminderTable {
  revocation_id: string;
  /** Who had it revoked, as the plan says: theirs are found without reading plans. */
  operator: string;
  team: string;
  opened_at: number;
  round: number;
  attempt: number;
  run_at: number | null;
  refused: number;
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

/** The living processes of a store that several use. */
export interface BotTable {
  id: string;
  /** By the database's clock. */
  alive_until: number;
}

/** What a dialog was opened with. */
export interface SelectionTable {
  id: string;
  user: string;
  team: string;
  payload: string;
  created_at: number;
}

export type PlanRow = Selectable<PlanTable>;
export type ItemRow = Selectable<ItemTable>;
export type RevocationRow = Selectable<RevocationTable>;
