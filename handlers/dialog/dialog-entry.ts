import { findBrokenIds, findTokenIds, wordsIn } from '../../src/command-line/find-token-ids.ts';
import { named } from '../../src/command-line/problem.ts';
import { isTokenId } from '../../src/command-line/token-ids.ts';
import type { Place } from '../../src/revocation/plan.ts';
import type { Selection } from '../../src/revocation/planning/selection-steps.ts';
import { looksSecret } from '../../src/secrets.ts';
import { FIELDS } from '../messages/dialog.ts';
import { clean } from '../messages/untrusted.ts';
import { count } from '../messages/words.ts';
import type { IncomingView } from '../wire/view-state.ts';
import type { DialogMetadata } from './dialog-metadata.ts';

/** A plan takes no more. */
export const MOST_TOKENS = 1_000;
const MOST_NAMED = 5;

/** What is said under which field. */
export interface EntryErrors {
  readonly profile?: string;
  readonly channel?: string;
  readonly tokens?: string;
  readonly pasted?: string;
}

/** What somebody entered in the dialog. */
export type DialogEntry =
  | {
      readonly kind: 'complete';
      readonly profile: string;
      readonly tokenIds: readonly string[];
      readonly reason: string;
      readonly notes: readonly string[];
      readonly share: Place | undefined;
    }
  | { readonly kind: 'incomplete'; readonly errors: EntryErrors };

/** A field in which people type what they want. */
export type TypedField = 'pasted' | 'reason';

/** The fields that hold something that looks like a secret: they are emptied, and nothing is done with them. */
export function secretsIn(view: IncomingView): readonly TypedField[] {
  const { secrets } = findTokenIds(view.entered(FIELDS.pasted).text);
  const reason = view.entered(FIELDS.reason).text;
  return [...(secrets ? (['pasted'] as const) : []), ...(looksSecret(reason) ? (['reason'] as const) : [])];
}

/** Reads a dialog without secrets. Pure: asks nobody what the person may do. */
export function readEntry(view: IncomingView, metadata: DialogMetadata, selection: Selection): DialogEntry {
  const pasted = view.entered(FIELDS.pasted).text;
  const reason = view.entered(FIELDS.reason).text;
  const found = findTokenIds(pasted);
  const [profile = ''] = view.entered(FIELDS.profile).chosen;
  const chosen = view.entered(FIELDS.tokens).chosen.filter(isTokenId);
  const given = [...(isChecked(view, FIELDS.found) ? selection.tokenIds : []), ...chosen, ...found.tokenIds];
  const tokenIds = [...new Set(given)];
  const share = isChecked(view, FIELDS.share) ? placeFor(selection, metadata) : undefined;
  const errors: EntryErrors = {
    ...pasteErrors(pasted, found.tokenIds.length),
    ...numberErrors(tokenIds.length, selection),
    ...(isChecked(view, FIELDS.share) && !share ? { channel: 'Choose the channel to share the result in.' } : {}),
  };
  if (Object.keys(errors).length > 0) return { kind: 'incomplete', errors };
  const notes = noteOnMerged(given.length - tokenIds.length);
  return { kind: 'complete', profile, tokenIds, reason: reason.trim(), notes, share };
}

/** Where what is asked for in this dialog belongs; undefined where no channel was chosen. */
export function placeFor({ place }: Selection, { channel }: DialogMetadata): Place | undefined {
  return place ?? (channel === undefined ? undefined : { channel });
}

function isChecked(view: IncomingView, field: string): boolean {
  return view.entered(field).chosen.length > 0;
}

function pasteErrors(pasted: string, found: number): EntryErrors {
  const broken = findBrokenIds(pasted);
  if (broken.length > 0) return { pasted: `No token ID: ${namedWords(broken)}. A token ID has 36 characters.` };
  const words = found === 0 ? wordsIn(pasted) : [];
  return words.length > 0 ? { pasted: `There is no token ID in this: ${namedWords(words)}.` } : {};
}

function numberErrors(number: number, { tokenIds }: Selection): EntryErrors {
  if (number === 0) return { tokens: 'Choose at least one token, or paste its ID.' };
  if (number <= MOST_TOKENS) return {};
  const from = tokenIds.length > 0 ? ` ${tokenIds.length} are from the message.` : '';
  return { tokens: `These are ${number} tokens, and a plan takes at most ${MOST_TOKENS}.${from}` };
}

/** The first of these words as they may be repeated, and how many more there are. */
export function namedWords(words: readonly string[]): string {
  const shown = words.slice(0, MOST_NAMED).map((word) => clean(named(word), 100));
  return words.length > MOST_NAMED ? `${shown.join(', ')} and ${words.length - MOST_NAMED} more` : shown.join(', ');
}

function noteOnMerged(merged: number): string[] {
  return merged === 0 ? [] : [`${count(merged, 'ID')} given more than once count${merged === 1 ? 's' : ''} once.`];
}
