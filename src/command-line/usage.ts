import type { CommandSpec, FlagSpec, HelpTopic } from './spec.ts';

/** The lines that explain a topic, for a block of code. */
export function helpLines(topic: HelpTopic): readonly string[] {
  return topic.about === 'command' ? usageOf(topic.spec) : overview(topic.specs);
}

/** How one command is written, what it does, and its flags, line by line. */
export function usageOf(spec: CommandSpec): readonly string[] {
  const aliases = (spec.aliases ?? []).map((words) => `/influx ${words.join(' ')}`);
  return [
    synopsis(spec),
    '',
    spec.summary,
    ...(aliases.length > 0 ? [`The same: ${aliases.join(', ')}`] : []),
    ...(spec.flags.length > 0 ? ['', ...columns(spec.flags.map((flag) => [formOf(flag), flag.description]))] : []),
  ];
}

/** The commands with what each does, a line each, and how to learn more. */
export function overview(specs: readonly CommandSpec[]): readonly string[] {
  const rows = specs.map((spec): [string, string] => [`/influx ${spec.words.join(' ')}`, spec.summary]);
  return [...columns(rows), '', '/influx help COMMAND, or -h after any command, tells more.'];
}

function synopsis(spec: CommandSpec): string {
  const flags = spec.flags.map((flag) => `[${formOf(flag)}]`);
  return ['/influx', ...spec.words, ...flags, ...(spec.takes ? [spec.takes.placeholder] : [])].join(' ');
}

function formOf(flag: FlagSpec): string {
  return flag.value ? `--${flag.name} ${flag.value.placeholder}` : `--${flag.name}`;
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
