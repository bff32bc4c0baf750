import { checkFlags } from './command-line/check-flags.ts';
import { findCommand, helpOn } from './command-line/find-command.ts';
import { type FlagUse, sortWords } from './command-line/flags.ts';
import { fold } from './command-line/fold.ts';
import { named, problem } from './command-line/problem.ts';
import { type CommandSpec, GLOBAL_FLAGS, type ParseResult, type Problem, type Run } from './command-line/spec.ts';
import { readTokenIds } from './command-line/token-ids.ts';
import { splitWords } from './command-line/words.ts';
import { looksSecret } from './secrets.ts';

const MAXIMUM_LENGTH = 100_000;

/**
 * What a text typed after `/influx` means. Pure, linear in the text, never throws, and no result repeats a secret.
 * A command is found and checked as a whole: one thing wrong, and nothing of it runs.
 */
export function parse(text: string, specs: readonly CommandSpec[]): ParseResult {
  if (text.length > MAXIMUM_LENGTH) {
    const happened = `The command has ${text.length} characters; at most ${MAXIMUM_LENGTH} are read.`;
    return problem(happened, 'Send fewer token IDs at a time.');
  }
  const { text: folded, reordered } = fold(text);
  if (holdsSecret(text, folded)) return secretProblem(specs);
  if (reordered) {
    const { position, character } = reordered;
    const happened = `Character ${position} of the command is ${character}, which shows text in another order than it is read.`;
    return problem(happened, 'Type the command by hand, or paste it without that character.');
  }
  const split = splitWords(folded);
  if ('unclosed' in split) {
    const before = split.unclosed === '' ? 'at the end' : `before ${named(split.unclosed)}`;
    const happened = `The quotation mark ${before} is never closed.`;
    return problem(happened, 'Close it at the end of the text, or leave it out.');
  }
  return understand(sortWords(split.words, flagsOf(specs)), specs);
}

function understand({ plain, uses, help }: ReturnType<typeof sortWords>, specs: readonly CommandSpec[]): ParseResult {
  const asked = plain.slice(0, 2).findIndex((word) => word.toLowerCase() === 'help');
  const helpWord = asked === 0 || (asked === 1 && isGroup(plain[0] ?? '', specs));
  if (help || helpWord) {
    const words = helpWord ? plain.toSpliced(asked, 1) : plain;
    const topic = helpOn(words, specs);
    return 'about' in topic ? { kind: 'help', topic } : topic;
  }
  const found = findCommand(plain, specs);
  if ('kind' in found) return found;
  if ('topic' in found) return { kind: 'help', topic: found.topic };
  return check(found.spec, found.rest, uses);
}

function check(spec: CommandSpec, rest: readonly string[], uses: readonly FlagUse[]): ParseResult {
  const flags = checkFlags(uses, spec);
  if ('kind' in flags) return flags;
  const topic = { about: 'command', spec } as const;
  if (spec.takes?.kind === 'token IDs') {
    if (rest.length === 0) {
      const { profile, values, switches } = flags;
      return { kind: 'help', topic, bare: { profile, values, switches } };
    }
    const ids = readTokenIds({ words: rest, uses, spec }, spec.takes);
    return 'kind' in ids ? ids : run({ spec, ...flags, ...ids, words: [] });
  }
  const maximum = spec.takes?.maximum ?? 0;
  if (rest.length > maximum) {
    const happened = `/influx ${spec.words.join(' ')} takes ${maximum === 0 ? 'no words' : maximum === 1 ? 'one word' : `at most ${maximum} words`} after it, and ${named(rest[maximum] ?? '')} is one too many.`;
    return problem(happened, 'Leave it out, or put words that belong together in quotation marks.', topic);
  }
  return run({ spec, ...flags, tokenIds: [], merged: [], words: rest });
}

function run(parts: Omit<Run, 'kind'>): Run {
  return { kind: 'run', ...parts };
}

function flagsOf(specs: readonly CommandSpec[]) {
  return new Map([...specs.flatMap((spec) => spec.flags), ...GLOBAL_FLAGS].map((flag) => [flag.name, flag]));
}

function isGroup(word: string, specs: readonly CommandSpec[]): boolean {
  return specs.some((spec) => spec.words.length > 1 && spec.words[0] === word.toLowerCase());
}

/** As typed, because a link hides its address; and as folded, without the marks that may stand inside it. */
function holdsSecret(text: string, folded: string): boolean {
  return looksSecret(text) || looksSecret(folded.replace(/["'`]/g, ''));
}

function secretProblem(specs: readonly CommandSpec[]): Problem {
  const canList = specs.some((spec) => spec.words.join(' ') === 'token list');
  const list = canList ? '/influx token list SEARCH' : 'influxctl token list';
  const happened =
    'This holds something that looks like a secret: a token itself, not its ID. The bot has neither kept nor repeated it, but the command is now in the Slack history and logs of whoever typed it.';
  return problem(
    happened,
    `Treat the secret as leaked. Find the token's ID with ${list} and revoke the token by its ID.`,
  );
}
