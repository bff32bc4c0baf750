import { findSecrets, looksSecret } from '../secrets.ts';
import { fold } from './fold.ts';

/** What a text holds. */
export interface FoundIds {
  /** Canonical, each once, in the order they stand there. */
  readonly tokenIds: readonly string[];
  /** Whether something in it looks like a secret. It is in no result. */
  readonly secrets: boolean;
}

/** Marks that a link is made of: its address may hold an ID as well as its label. */
const MARKUP = /[<>|]/g;
const ESCAPED_DASH = /%2d/gi;
/**
 * A UUID that is no part of a longer word. Right before it may stand a percent-encoded character, or one escaped in a JSON
 * text: their last letter is none of the word's.
 */
const ID =
  /(?:(?<![0-9a-z])|(?<=%[0-9a-f]{2}|\\(?:[bfnrt]|u[0-9a-f]{4})))[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])/gi;
const SEPARATORS = /[\s,.:;!?/&#`"'()[\]{}=]+/;
const GROUPS = /^[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+){3,5}$/u;
const MARKS = /["'`]/g;
const HEX_DIGIT = /[0-9a-f]/gi;
/** A UUID has 36 characters, 32 of them digits: with a few missing or too many it is still meant to be one. */
const NEARLY = { shortest: 28, longest: 44, digits: 22 };

/** Every token ID in any text: in URLs, JSON, CSV, mark-up, in any case, with dashes of any kind. Linear, never throws. */
export function findTokenIds(text: string): FoundIds {
  const { readable, secrets } = withoutSecrets(text);
  const tokenIds = new Set(readable.match(ID)?.map((id) => id.toLowerCase()));
  return { tokenIds: [...tokenIds], secrets };
}

/** The words in it that are nearly token IDs, such as one with a digit missing, each once; none where it holds a secret. Linear. */
export function findBrokenIds(text: string): readonly string[] {
  return wordsIn(text).filter(isBroken);
}

/** The words in it that are no token IDs, each once; none where it holds a secret, which may stand in several of them. Linear. */
export function wordsIn(text: string): readonly string[] {
  const { readable, secrets } = withoutSecrets(text);
  return secrets ? [] : [...new Set(readable.replace(ID, ' ').split(SEPARATORS).filter(Boolean))];
}

function isBroken(word: string): boolean {
  if (word.length < NEARLY.shortest || word.length > NEARLY.longest || !GROUPS.test(word)) return false;
  return (word.match(HEX_DIGIT)?.length ?? 0) >= NEARLY.digits;
}

function withoutSecrets(text: string): { readonly readable: string; readonly secrets: boolean } {
  const { text: folded } = fold(text.replace(MARKUP, ' '));
  const plain = folded.replace(ESCAPED_DASH, '-');
  const spans = findSecrets(plain);
  let readable = '';
  let end = 0;
  for (const span of spans) {
    readable += `${plain.slice(end, span.start)} `;
    end = span.end;
  }
  const secrets = spans.length > 0 || looksSecret(text) || looksSecret(plain.replace(MARKS, ''));
  return { readable: readable + plain.slice(end), secrets };
}
