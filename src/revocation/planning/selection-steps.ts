import type { Person } from '../looking/desk-steps.ts';
import type { Place } from '../plan.ts';
import type { TokenId } from '../token.ts';

/** What a dialog was opened with: where, and the token IDs found there. Only its owner's. */
export interface Selection {
  /** 128 random bits in hex: all that the dialog carries. */
  readonly id: string;
  readonly owner: Person;
  /** The channel or thread it was opened from; undefined where there is none. */
  readonly place: Place | undefined;
  readonly tokenIds: readonly TokenId[];
  /** What is worth saying of how they were found, in words for people. */
  readonly notes: readonly string[];
  readonly createdAt: Date;
}

/** The steps of a transaction that keep what dialogs were opened with. */
export interface SelectionSteps {
  addSelection(selection: Selection): Promise<void>;
  selection(id: string): Promise<Selection | undefined>;
  forgetSelections(before: Date): Promise<void>;
}
