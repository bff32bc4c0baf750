import { nearest } from '../nearest.ts';
import { named, problem } from './problem.ts';
import type { CommandSpec, HelpTopic, Problem } from './spec.ts';
import { isTokenId } from './token-ids.ts';

/** The command that the first words name, with the words after them; a topic where they name no whole command. */
export type Found =
  | { readonly spec: CommandSpec; readonly rest: readonly string[] }
  | { readonly topic: HelpTopic }
  | Problem;

/** Finds the command by its words or an alias, in any case; of two that fit, the one with more words. */
export function findCommand(plain: readonly string[], specs: readonly CommandSpec[]): Found {
  const names = specs
    .flatMap((spec) => [spec.words, ...(spec.aliases ?? [])].map((words) => ({ spec, words })))
    .sort((one, other) => other.words.length - one.words.length);
  const typed = plain.slice(0, names[0]?.words.length ?? 0).map((word) => word.toLowerCase());
  const found = names.find(({ words }) => words.every((word, index) => word === typed[index]));
  if (found) return { spec: found.spec, rest: plain.slice(found.words.length) };
  const topic = topicOf(typed, specs);
  if (plain.length === 0 || (topic.group !== undefined && plain.length === 1)) return { topic };
  return unknown(plain, topic, names);
}

/** What to show to somebody who asked for help on these words. */
export function helpOn(plain: readonly string[], specs: readonly CommandSpec[]): HelpTopic | Problem {
  const found = findCommand(plain, specs);
  if ('spec' in found) return { about: 'command', spec: found.spec };
  return 'topic' in found ? found.topic : found;
}

function topicOf(typed: readonly string[], specs: readonly CommandSpec[]): HelpTopic & { about: 'commands' } {
  const group = specs.filter((spec) => spec.words.length > 1 && spec.words[0] === typed[0]);
  return group.length > 0 ? { about: 'commands', group: typed[0], specs: group } : { about: 'commands', specs };
}

function unknown(
  plain: readonly string[],
  topic: HelpTopic & { about: 'commands' },
  names: readonly { readonly words: readonly string[] }[],
): Problem {
  const [first = '', second = ''] = plain;
  if (isTokenId(first.toLowerCase())) {
    const remedy = `To revoke tokens write /influx token revoke ${first.toLowerCase()}`;
    return problem('A token ID stands where a command is expected.', remedy, topic);
  }
  const group = topic.group;
  const happened = `There is no command ${group === undefined ? named(first) : `“${group}” with ${named(second)}`}.`;
  const meant = group === undefined ? meantBy(first, second, names) : meantIn(group, second, names);
  const remedy = meant === undefined ? 'See the commands below.' : `Did you mean /influx ${meant}?`;
  return problem(happened, remedy, topic);
}

/** Of a group only what is near by itself: `token revok` means `token revoke`, and `token show` nothing. */
function meantIn(group: string, second: string, names: readonly { readonly words: readonly string[] }[]) {
  const seconds = names.flatMap(({ words }) => (words[0] === group ? (words[1] ?? []) : []));
  const meant = nearest(second, seconds);
  return meant === undefined ? undefined : `${group} ${meant}`;
}

/** `toekn revoke`, `tokenrevoke`, and `revoke` alone are all near `token revoke`; the beginning of a group is near none. */
function meantBy(first: string, second: string, names: readonly { readonly words: readonly string[] }[]) {
  const beginsGroup = names.some(({ words }) => words.length > 1 && words[0]?.startsWith(first.toLowerCase()));
  const whole = names.map(({ words }) => words.join(' '));
  const ofTwo = whole.filter((name) => name.includes(' '));
  const lastWords = names.map(({ words }) => words.at(-1) ?? '');
  const lastWord = nearest(first, lastWords);
  const byLastWord = lastWord === undefined ? undefined : whole[lastWords.indexOf(lastWord)];
  return nearest(`${first} ${second}`, ofTwo) ?? (beginsGroup ? undefined : (nearest(first, whole) ?? byLastWord));
}
