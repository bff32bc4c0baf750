import type { FlagUse } from './flags.ts';
import { named, problem } from './problem.ts';
import type { CommandSpec, Positionals, Problem } from './spec.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MOST_NAMED = 10;

/** Whether a word is a UUID in canonical form: lower case, with dashes. */
export function isTokenId(word: string): boolean {
  return UUID.test(word);
}

/** The IDs in canonical form, each once, in the order typed; and those that were typed again. */
export interface TokenIds {
  readonly tokenIds: readonly string[];
  readonly merged: readonly string[];
}

/** Reads the words after a command as token IDs. One bad word stops the command, and all bad words are named. */
export function readTokenIds(
  { words, uses, spec }: { words: readonly string[]; uses: readonly FlagUse[]; spec: CommandSpec },
  { maximum, beyond = 'Send them in several commands' }: Positionals,
): TokenIds | Problem {
  // `"id, id"`: quotation marks around several.
  const typed = words.flatMap((word) => word.split(/[\s,;`]+/)).filter((word) => word !== '');
  const bad = typed.filter((word) => !isTokenId(word.toLowerCase()));
  const usage = { about: 'command', spec } as const;
  if (bad.length > 0) return problem(notIds(bad), remedyFor(bad, uses, spec), usage);
  const merged = new Set<string>();
  const tokenIds = new Set<string>();
  for (const id of typed.map((word) => word.toLowerCase())) (tokenIds.has(id) ? merged : tokenIds).add(id);
  if (tokenIds.size > maximum) {
    const happened = `These are ${tokenIds.size} token IDs and one command takes at most ${maximum}.`;
    return problem(happened, `${beyond}.`, usage);
  }
  if (tokenIds.size === 0) return problem('No token ID was given.', 'Add the IDs of the tokens.', usage);
  return { tokenIds: [...tokenIds], merged: [...merged] };
}

function notIds(bad: readonly string[]): string {
  const shown = bad.slice(0, MOST_NAMED).map(named).join(', ');
  if (bad.length === 1) return `This is not a token ID: ${shown}.`;
  const rest = bad.length > MOST_NAMED ? ` and ${bad.length - MOST_NAMED} more` : '';
  return `These ${bad.length} words are not token IDs: ${shown}${rest}.`;
}

function remedyFor(bad: readonly string[], uses: readonly FlagUse[], spec: CommandSpec): string {
  const cut = uses.find((use) => use.flag?.value && !use.whole);
  const prose = bad.every((word) => /^[^\d]{1,30}$/.test(word));
  const reason = cut ?? (prose ? spec.flags.find((flag) => flag.value && flag.name === 'reason') : undefined);
  const beginning = bad.find((word) => /^[0-9a-f]{8}$/i.test(word))?.toLowerCase();
  if (beginning !== undefined)
    return `A token ID has 36 characters. To find the one that begins with ${beginning}: /influx token list ${beginning}`;
  const form = 'A token ID is a UUID: 36 characters, as in a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11.';
  if (!reason) return form;
  return `${form} If they belong to --${reason.name}, put all of it in quotation marks: --${reason.name} "leaked in a log".`;
}
