import type { FlagSpec } from './spec.ts';
import type { Word } from './words.ts';

/** A flag as it was typed. */
export interface FlagUse {
  /** Without dashes, lower case. */
  readonly name: string;
  /** With its dashes, as it was typed. */
  readonly typed: string;
  /** Undefined when no command knows it. */
  readonly flag: FlagSpec | undefined;
  /** Trimmed; undefined for a switch, and where the value is missing. */
  readonly value: string | undefined;
  /** Whether the value stood in quotation marks or after `=`, so that it is known to be all of it. */
  readonly whole: boolean;
}

/** A command's words and its flags, each in the order typed. */
export interface Sorted {
  readonly plain: readonly string[];
  readonly uses: readonly FlagUse[];
  /** `-h` or `--help` stands somewhere. */
  readonly help: boolean;
}

/**
 * Tells flags from words. Every word that starts with a dash is a flag, and takes the next word where it needs a value and
 * has none after `=`; in quotation marks that may start with a dash too. Dashes may be one, two or more: `—force` is `--force`.
 */
export function sortWords(words: readonly Word[], known: ReadonlyMap<string, FlagSpec>): Sorted {
  const plain: string[] = [];
  const uses: FlagUse[] = [];
  let help = false;
  for (let index = 0; index < words.length; index += 1) {
    const { text } = words[index] ?? { text: '' };
    if (!text.startsWith('-')) {
      plain.push(text);
      continue;
    }
    const { name, typed, assigned } = partsOf(text);
    const flag = known.get(name);
    help ||= name === 'h' || name === 'help';
    if (flag?.value && assigned === undefined) {
      const next = words[index + 1];
      const taken = next !== undefined && (next.quoted || !next.text.startsWith('-'));
      if (taken) index += 1;
      uses.push({ name, typed, flag, value: taken ? next.text.trim() : undefined, whole: taken && next.quoted });
    } else {
      uses.push({ name, typed, flag, value: assigned, whole: true });
    }
  }
  return { plain, uses, help };
}

function partsOf(text: string): Pick<FlagUse, 'name' | 'typed'> & { readonly assigned: string | undefined } {
  const start = text.search(/[^-]|$/);
  const equals = text.indexOf('=');
  const end = equals < 0 ? text.length : equals;
  return {
    name: text.slice(start, end).toLowerCase(),
    typed: text.slice(0, end),
    assigned: equals < 0 ? undefined : text.slice(equals + 1).trim(),
  };
}
