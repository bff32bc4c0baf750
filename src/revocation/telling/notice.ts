import type { PlanId } from '../ids.ts';
import type { Plan } from '../plan.ts';
import type { Item, Revocation } from '../revocation.ts';
import type { AuditHead } from '../store.ts';
import type { ProfileName, TokenId } from '../token.ts';

/** Something one person wanted and was not let do. */
export interface Refusal {
  readonly user: string;
  /** `revoke`, `revoke with --force`, `click`, or what the audit log calls it. */
  readonly wish: string;
  /** Empty where it was about none. */
  readonly profile: ProfileName | '';
  readonly tokenIds: readonly TokenId[];
  /** Why not, as the audit log has it. */
  readonly denial: string;
  /** What the audit log says it was about: a plan's ID, most of the time. */
  readonly subject: string;
}

/** The refusals of one person that are told together: the latest of them, and how many there were since then. */
export interface Refusals {
  readonly about: 'refusals';
  readonly latest: Refusal;
  readonly times: number;
  readonly since: Date;
}

/** The end of the audit log's chain, written down where whoever changes the store cannot reach. */
export interface Anchor {
  readonly about: 'anchor';
  readonly head: AuditHead;
}

/** The audit log is not what was written, from this entry on. */
export interface BrokenChain {
  readonly about: 'broken chain';
  readonly seq: number;
  readonly problem: string;
}

/** What those who watch over the bot are told, as it is kept until it was sent. */
export type Notice = { readonly about: 'result'; readonly planId: PlanId } | Refusals | Anchor | BrokenChain;

/** The same, with all it takes to say it. A result comes with the head of the chain, which it anchors, if it holds. */
export type ShownNotice =
  | {
      readonly about: 'result';
      readonly plan: Plan;
      readonly revocation: Revocation;
      readonly items: readonly Item[];
      readonly head: AuditHead | undefined;
    }
  | Refusals
  | Anchor
  | BrokenChain;

/** A notice in its queue. There is one of each ID. */
export interface QueuedNotice {
  readonly id: string;
  readonly notice: Notice;
  /** Not sent before then; and its place in the queue. */
  readonly at: Date;
  /** Sendings begun. */
  readonly attempt: number;
  /** When the next sending may begin. */
  readonly runAt: Date;
  readonly doneAt?: Date | undefined;
}

/** The steps of a transaction that keep notices. */
export interface NoticeSteps {
  /** The notice with this ID, sent or not, which nobody else changes until the transaction ends. */
  notice(id: string): Promise<QueuedNotice | undefined>;
  /** Writes it as it now is. */
  putNotice(notice: QueuedNotice): Promise<void>;
  /** The first in the queue of those that are not sent. */
  firstNotice(): Promise<QueuedNotice | undefined>;
  /** Forgets what was sent before then, but for what counts for good: see `CHAIN_NOTICES`. */
  forgetNotices(before: Date): Promise<void>;
}

/** Where those who watch over the bot read. */
export interface NoticeBoard {
  /** Throws when it is not known to have arrived. `repeated` says so in the message. */
  post(notice: ShownNotice, to: { readonly repeated: boolean }): Promise<void>;
}
