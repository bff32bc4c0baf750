import type { KeptNews, Posted } from './announcer.ts';
import type { AuditReadingSteps } from './auditing/audit-search.ts';
import type { ChainSteps } from './auditing/chain-watch.ts';
import type { Freeze } from './freeze.ts';
import type { PlanId } from './ids.ts';
import type { DeskSteps } from './looking/desk-steps.ts';
import type { Plan, PlanState, ReplyAddress } from './plan.ts';
import type { SelectionSteps } from './planning/selection-steps.ts';
import type { Item, Revocation } from './revocation.ts';
import type { RotationSteps } from './rotating/rotation-steps.ts';
import type { NoticeSteps } from './telling/notice.ts';
import type { ProfileName, TokenId } from './token.ts';

/** One line of the audit log. `detail` is JSON and holds no secret. */
export interface AuditEntry {
  readonly at: Date;
  /** A Slack user ID, or `bot`. */
  readonly actor: string;
  readonly action: string;
  /** The plan or token it is about. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Something people must still be told. Kept until it was sent at least once. */
export interface Announcement {
  readonly planId: PlanId;
  readonly about: KeptNews['about'];
  /** Sendings begun. */
  readonly attempt: number;
  readonly runAt: Date;
  readonly queuedAt: Date;
}

/** There is one of each. */
export type AnnouncementKey = Pick<Announcement, 'planId' | 'about'>;

/** How much is not over yet. */
export interface OpenWork {
  /** Plans nobody decided, or whose decision is being checked. */
  readonly plans: number;
  /** Running revocations. */
  readonly revocations: number;
  /** Tokens of theirs without an outcome. */
  readonly items: number;
  /** What people must still be told. */
  readonly announcements: number;
  /** Revoked tokens whose clients may still need a new one. */
  readonly rotations: number;
}

/** The end of the audit log's chain. */
export interface AuditHead {
  /** The number of its last entry, which is also how many there are. */
  readonly seq: number;
  readonly hash: string;
}

/** A work item claimed for one attempt, with what the attempt needs to know. */
export interface ClaimedItem {
  readonly item: Item;
  readonly plan: Plan;
  readonly revocation: Revocation;
  /** Nothing may be sent later: from then on another process may have it. */
  readonly leaseUntil: Date;
}

/** Which work to claim: what is due, oldest first, and what others left behind when their lease ran out. */
export interface ItemClaim {
  readonly profile: ProfileName;
  readonly limit: number;
  readonly now: Date;
  readonly leaseUntil: Date;
}

/**
 * Where plans, revocations and the audit log are kept. Every implementation passes `test/store/contract.ts`.
 * Whatever changes something takes its audit entry along: if that cannot be written, nothing happens.
 */
export interface Store {
  /**
   * Runs the work in one durable transaction, all or nothing. With `withinMs`, throws `StoreBusyError` instead of
   * committing later than that. The work must touch nothing but its `Transaction`: it may be run again. Should it not be
   * known at the end whether it was written, throws `StoreUnsureError`.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>, options?: { readonly withinMs?: number }): Promise<T>;
  close(): Promise<void>;
}

/** The steps a transaction is made of. */
export interface Transaction
  extends AuditReadingSteps,
    ChainSteps,
    DeskSteps,
    NoticeSteps,
    RotationSteps,
    SelectionSteps {
  /** Remembers a delivery of Slack's; false when it was seen before. */
  firstDelivery(key: string, now: Date): Promise<boolean>;
  audit(entries: readonly AuditEntry[]): Promise<void>;

  plan(id: PlanId): Promise<Plan | undefined>;
  addPlan(plan: Plan, entry: AuditEntry): Promise<void>;
  /** Writes the plan as it now is, only if it is still in `from`; says whether it was. */
  movePlan(plan: Plan, from: PlanState, entry: AuditEntry): Promise<boolean>;
  /** A draft or pending plan with this twin key, made since then. */
  twin(key: string, since: Date): Promise<Plan | undefined>;
  plansIn(states: readonly PlanState[]): Promise<Plan[]>;
  /** The plans whose revocations are running, in the order of their IDs. */
  runningPlans(): Promise<Plan[]>;
  /** Sets where people are told of a plan, or erases it. */
  setReply(id: PlanId, reply: ReplyAddress | undefined): Promise<void>;
  /** Counts one use of the plan's reply address, if fewer than `limit` were made and this process keeps the plan; says whether it did. */
  useReply(id: PlanId, url: string, limit: number): Promise<boolean>;

  /** Starts the work. Tokens that another running revocation has must not be among the items that are not done. */
  addRevocation(revocation: Revocation, items: readonly Item[]): Promise<void>;
  revocation(id: PlanId): Promise<Revocation | undefined>;
  /** In the order the operator gave. */
  items(id: PlanId): Promise<Item[]>;
  /** How many of its items have no outcome yet. */
  openItems(id: PlanId): Promise<number>;
  /** Which of these tokens, or of all, running revocations have and are not done with, and which revocation. */
  held(profile: ProfileName, tokenIds?: readonly TokenId[]): Promise<ReadonlyMap<TokenId, PlanId>>;
  setRevocation(revocation: Revocation): Promise<void>;
  /** Leases what is due: counts the attempt and the fence up. An item whose lease ran out comes back as sent and lost. */
  claimItems(claim: ItemClaim): Promise<ClaimedItem[]>;
  /** Writes an item as it now is, only where its fence and, unless it is ready, its lease still stand; says whether they did. */
  writeItem(item: Item): Promise<boolean>;
  /** When, after now, the next item is due or a lease ends; undefined when none will be. */
  nextItemAt(now: Date): Promise<Date | undefined>;

  /** Why nothing may start; undefined when it may. */
  freeze(): Promise<Freeze | undefined>;
  /** Says whether it did: there is one freeze at most, and the first one stays. */
  addFreeze(freeze: Freeze): Promise<boolean>;
  removeFreeze(): Promise<void>;

  /** Queues what people must be told, and says whether it did; a second time for the same is no error and changes nothing. */
  announce(planId: PlanId, about: KeptNews['about'], now: Date): Promise<boolean>;
  /** Only of the plans that this process keeps; so does `nextAnnouncementAt`. */
  dueAnnouncements(now: Date, limit: number): Promise<Announcement[]>;
  nextAnnouncementAt(now: Date): Promise<Date | undefined>;
  /** Counts a sending that begins, and sets when the next one would, only if nobody else did; says whether it did. */
  postponeAnnouncement(announcement: Omit<Announcement, 'queuedAt'>): Promise<boolean>;
  /** `posted` is what of it can be found again. */
  finishAnnouncement(announcement: AnnouncementKey, now: Date, posted?: Posted): Promise<void>;
  /** Forgets it as if it had never been queued. */
  withdrawAnnouncement(announcement: AnnouncementKey): Promise<void>;
  /** The shared result of this plan, below which more can be said; undefined where there is none or it cannot be named. */
  sharedMessage(planId: PlanId): Promise<Posted | undefined>;

  /**
   * At a start: gives back the items that a process before this one had leased, due at once, as sent and lost, and the
   * plans it kept. Of a store that several processes use, nothing that another one has.
   */
  releaseLeases(now: Date): Promise<number>;
  /**
   * Makes this process the keeper of the plans that are not over and whose keeper is gone, and returns them. A plan is
   * kept by the process that wrote it down, that moved it last, or that was given its newest reply address.
   */
  adopt(): Promise<Plan[]>;
  /** The drafts and claimed plans that this process keeps, oldest first. */
  undecided(): Promise<Plan[]>;
  openWork(): Promise<OpenWork>;
  /** Tokens whose outcome is unknown, and became so since then; the latest first. */
  unknownItems(since: Date): Promise<Item[]>;
  /** Undefined while the audit log is empty. */
  auditHead(): Promise<AuditHead | undefined>;
  /** Writes something that means nothing, to see whether the store can be written. */
  heartbeat(now: Date): Promise<void>;
  /** Appends an entry to the audit log and takes it back. Throws where nothing can be audited. */
  tryAudit(now: Date): Promise<void>;

  /** Forgets deliveries and erases reply addresses from before then. */
  forget(before: { readonly deliveries: Date; readonly replies: Date }): Promise<void>;
}

/** The store did not say whether it did it, and cannot be asked. */
export class StoreUnsureError extends Error {
  override readonly name = 'StoreUnsureError';
}

/** The store could not do it in time; nothing was changed. */
export class StoreBusyError extends Error {
  override readonly name = 'StoreBusyError';
}
