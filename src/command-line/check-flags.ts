import { parseDuration } from '../duration.ts';
import { nearest } from '../nearest.ts';
import type { FlagUse } from './flags.ts';
import { named, problem } from './problem.ts';
import { type CommandSpec, DEFAULT_TIMEOUT_MS, GLOBAL_FLAGS, type Problem, type Run } from './spec.ts';

/** influxctl's global flags that say where a cluster is: a bot is told that by its configuration. */
const OF_THE_PROFILE = new Set(['account', 'cluster', 'config', 'trace']);
const SHORTEST_TIMEOUT_MS = 1_000;
const LONGEST_TIMEOUT_MS = 5 * 60_000;

/** What the flags of a command that can run say. */
export type CheckedFlags = Pick<Run, 'profile' | 'timeoutMs' | 'debug' | 'values' | 'switches'>;

/** The flags of a command, or the first thing wrong with them. */
export function checkFlags(uses: readonly FlagUse[], spec: CommandSpec): CheckedFlags | Problem {
  const values = new Map<string, string>();
  const switches = new Set<string>();
  for (const use of uses) {
    const wrong = wrongWith(use, spec);
    if (wrong) return wrong;
    if (values.has(use.name) || switches.has(use.name)) return repeated(use, uses, spec);
    if (use.flag?.value) values.set(use.name, valueIn(use));
    else switches.add(use.name);
  }
  const timeoutMs = timeoutOf(values.get('timeout'));
  if (timeoutMs === undefined) {
    const happened = `--timeout takes a duration from 1s to 5m, not ${named(values.get('timeout') ?? '')}.`;
    return problem(happened, 'Write for example --timeout 30s or --timeout 1m30s.', { about: 'command', spec });
  }
  const profile = values.get('profile');
  const debug = switches.has('debug');
  for (const { name } of GLOBAL_FLAGS) if (!values.delete(name)) switches.delete(name);
  return { profile, timeoutMs, debug, values, switches };
}

function wrongWith(use: FlagUse, spec: CommandSpec): Problem | undefined {
  const { name, flag, value } = use;
  const taken = [...spec.flags, ...GLOBAL_FLAGS].some((one) => one.name === name);
  if (!flag || !taken) return notTaken(use, spec);
  const usage = { about: 'command', spec } as const;
  if (!flag.value) {
    if (value === undefined) return undefined;
    return problem(`--${name} is a switch and takes no value.`, `Write --${name} alone, or leave it out.`, usage);
  }
  const { placeholder, maximumLength, choices } = flag.value;
  if (!value) {
    const remedy = `Write --${name} ${placeholder}: ${flag.description}. A value of several words, or one that begins with a dash, stands in quotation marks.`;
    return problem(`--${name} has no value.`, remedy, usage);
  }
  if (choices && !choices.includes(value.toLowerCase())) return notAChoice(name, value, choices, spec);
  const length = [...value].length;
  if (length <= maximumLength) return undefined;
  const happened = `The value of --${name} has ${length} characters and at most ${maximumLength} fit.`;
  return problem(happened, 'Shorten it and send the command again.', usage);
}

function notAChoice(name: string, value: string, choices: readonly string[], spec: CommandSpec): Problem {
  const happened = `--${name} takes ${choices.join(' or ')}, not ${named(value)}.`;
  const remedy = `Write --${name} ${nearest(value, choices) ?? choices[0]}, or leave it out.`;
  return problem(happened, remedy, { about: 'command', spec });
}

/** Of a closed set in the case of the set. */
function valueIn({ flag, value = '' }: FlagUse): string {
  return flag?.value?.choices ? value.toLowerCase() : value;
}

function notTaken({ name, typed, flag }: FlagUse, spec: CommandSpec): Problem {
  const usage = { about: 'command', spec } as const;
  if (OF_THE_PROFILE.has(name)) {
    const happened = `--${name} belongs to the profile in the bot's configuration and cannot be given here.`;
    return problem(happened, 'Leave it out; --profile NAME chooses among the profiles.', usage);
  }
  const command = `/influx ${spec.words.join(' ')}`;
  const names = [...new Set([...spec.flags, ...GLOBAL_FLAGS].map((flag) => flag.name))];
  const all = `Its flags are ${names.map((one) => `--${one}`).join(', ')}.`;
  if (flag) return problem(`${command} does not take --${name}.`, `Leave it out. ${all}`, usage);
  if (name === '') {
    return problem('A dash stands alone.', 'Put it right before the name of a flag, or leave it out.', usage);
  }
  const meant = nearest(name, names);
  const remedy = meant === undefined ? all : `Did you mean --${meant}?`;
  return problem(`${command} knows no flag ${named(typed)}.`, remedy, usage);
}

function repeated({ name }: FlagUse, uses: readonly FlagUse[], spec: CommandSpec): Problem {
  const times = uses.filter((use) => use.name === name).length;
  return problem(`--${name} was given ${times} times.`, 'Give it once.', { about: 'command', spec });
}

function timeoutOf(text: string | undefined): number | undefined {
  const timeoutMs = text === undefined ? DEFAULT_TIMEOUT_MS : parseDuration(text);
  const fits = timeoutMs !== undefined && timeoutMs >= SHORTEST_TIMEOUT_MS && timeoutMs <= LONGEST_TIMEOUT_MS;
  return fits ? timeoutMs : undefined;
}
