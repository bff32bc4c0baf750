import { setImmediate as turn } from 'node:timers/promises';
import { type FoundIds, findBrokenIds, findTokenIds } from './find-token-ids.ts';

/** What is read in one go takes some 20 ms where it is nothing but IDs. */
const PIECE = 64 * 1024;
/** A piece ends between two words if there is a gap so close to its end. */
const NEAR = 4 * 1024;
const LAST_GAP = /[\s"',;][^\s"',;]*$/;
/** Longer than an ID in any spelling. */
const OVERLAP = 256;

/** What texts of any length hold. */
export interface FoundInPieces extends FoundIds {
  /** Words that are nearly token IDs, such as one with a digit missing, each once; a hundred at most. */
  readonly broken: readonly string[];
}

const MOST_BROKEN = 100;

/**
 * Every token ID in texts of any length, as `findTokenIds` finds them. All else that waits has its turn after each piece of
 * 64 KiB. Looks no further once it has found more than `most`: then what it returns is not all.
 */
export async function findInPieces(texts: readonly string[], most: number): Promise<FoundInPieces> {
  const tokenIds = new Set<string>();
  const broken = new Set<string>();
  let secrets = false;
  // Where there are no gaps a piece may end in the middle of an ID, which the next one holds whole.
  const result = () => ({ secrets, broken: [...broken].filter((word) => !isBeginning(word, tokenIds)) });
  for (const text of texts) {
    for (const piece of piecesOf(text)) {
      const found = findTokenIds(piece);
      for (const id of found.tokenIds) tokenIds.add(id);
      for (const word of findBrokenIds(piece).slice(0, MOST_BROKEN - broken.size)) broken.add(word);
      secrets ||= found.secrets;
      if (tokenIds.size > most) return { tokenIds: [...tokenIds].slice(0, most + 1), ...result() };
      await turn();
    }
  }
  return { tokenIds: [...tokenIds], ...result() };
}

function isBeginning(word: string, tokenIds: ReadonlySet<string>): boolean {
  const beginning = word.toLowerCase();
  return [...tokenIds].some((id) => id.startsWith(beginning));
}

/** The text in pieces: each word whole in one of them, and an ID also where there are no words. */
function* piecesOf(text: string): Generator<string> {
  let start = 0;
  while (text.length - start > PIECE) {
    const end = start + PIECE;
    const gap = text.slice(end - NEAR, end).search(LAST_GAP);
    const next = gap < 0 ? end : end - NEAR + gap + 1;
    yield text.slice(start, next);
    start = gap < 0 ? end - OVERLAP : next;
  }
  yield text.slice(start);
}
