import { type CommandSpec, GLOBAL_FLAGS, type HelpTopic } from '../../src/command-line/spec.ts';
import { helpLines } from '../../src/command-line/usage.ts';
import type { Requester } from '../../src/revocation/people.ts';
import { withCode } from '../messages/answers.ts';
import type { Message } from '../messages/parts.ts';
import type { Command } from './command.ts';

/** What help is called where commands are listed. It is answered from the specs of all others. */
export const HELP: CommandSpec = {
  words: ['help'],
  summary: 'What you can do here.',
  takes: { kind: 'words', placeholder: '[COMMAND]', maximum: 3 },
  flags: [],
};

/** Explains what this person may run: a command that is not for them is left out of lists, and said where it was asked for. */
export async function helpMessage(topic: HelpTopic, commands: readonly Command[], who: Requester): Promise<Message> {
  if (topic.about === 'command') {
    const refusal = (await mayRun(topic.spec, commands, who))
      ? ''
      : 'You may not run this here. /influx whoami says why.';
    return withCode(refusal, helpLines(topic));
  }
  const { specs } = await allowed(topic, commands, who);
  if (specs.length === 0) return withCode('You may not run any of these here. /influx whoami says why.', []);
  const flags = GLOBAL_FLAGS.map(({ name, value }) => `--${name}${value ? ` ${value.placeholder}` : ''}`).join(', ');
  return withCode('Revoke leaked InfluxDB tokens from here.', [
    ...helpLines({ ...topic, specs }),
    `Every command also takes ${flags}.`,
  ]);
}

type Commands = Extract<HelpTopic, { readonly about: 'commands' }>;

/** Those of some commands that this person may run. */
export async function allowed(topic: Commands, commands: readonly Command[], who: Requester): Promise<Commands> {
  const may = await Promise.all(topic.specs.map((spec) => mayRun(spec, commands, who)));
  return { ...topic, specs: topic.specs.filter((_spec, index) => may[index]) };
}

async function mayRun(spec: CommandSpec, commands: readonly Command[], who: Requester): Promise<boolean> {
  return (await commands.find((command) => command.spec === spec)?.isFor?.(who)) ?? true;
}
