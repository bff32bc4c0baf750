/** A text as it was meant, and the first bidirectional control in it, with its place in what was typed, counted from 1. */
export interface Folded {
  readonly text: string;
  readonly reordered?: { readonly position: number; readonly character: string } | undefined;
}

/** Embeddings, overrides and isolates: they show a text in another order than it is read. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/u;
/** `<https://…|label>`: a link is what it shows, where it shows something. `<@U…|name>`: a person is their ID. */
const MARKUP = /<([@#!][^<>|]*|(?:https?|mailto|tel):[^<>|]*)(?:\|([^<>]*))?>/gi;
const ENTITIES = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
]);
const FULL_WIDTH = /[\uff01-\uff5e]/g;
const BLANK = /[\u115f\u1160\u2800\u3164\uffa0]/g;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
const SPACE = /[\s\p{Z}\p{Cc}]/gu;
const DASH = /[\p{Dash}\u02d7\u2043\u2500\u2796]/gu;
const SINGLE_QUOTE = /[‘’‚‛‹›′‵ʼʹ´❛❜❟]/gu;
const DOUBLE_QUOTE = /[″‶ˮ❝❞❠[\p{Quotation_Mark}--[']]]/gv;

/**
 * Undoes what phones, word processors and Slack do to a command: every dash becomes `-`, every quotation mark `"` or `'`,
 * every space and control one space each, full-width characters plain ones; mark-up, entities and invisible characters go.
 * Letters that only look like Latin ones stay, so that whoever reads a word refuses them. Linear.
 */
export function fold(text: string): Folded {
  const wellFormed = text.toWellFormed();
  return {
    text: wellFormed
      .replace(MARKUP, (_, target: string, label: string | undefined) =>
        target.startsWith('@') ? target : label || target,
      )
      .replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES.get(entity) ?? entity)
      .replace(FULL_WIDTH, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
      .replace(BLANK, ' ')
      .replace(INVISIBLE, '')
      .replace(SPACE, ' ')
      .replace(DASH, '-')
      .replace(SINGLE_QUOTE, "'")
      .replace(DOUBLE_QUOTE, '"')
      .replaceAll('、', ','),
    reordered: reordered(wellFormed),
  };
}

function reordered(text: string): Folded['reordered'] {
  const index = text.search(BIDI);
  return index < 0 ? undefined : { position: [...text.slice(0, index)].length + 1, character: nameOf(text, index) };
}

/** The first character of a folded word that is not plain ASCII, with its place in the word, counted from 1. */
export function strangeCharacter(word: string): { readonly position: number; readonly character: string } | undefined {
  const index = word.search(/[^ -~]/);
  // Everything before it is ASCII: its index is its place.
  return index < 0 ? undefined : { position: index + 1, character: nameOf(word, index) };
}

function nameOf(text: string, index: number): string {
  return `U+${(text.codePointAt(index) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
