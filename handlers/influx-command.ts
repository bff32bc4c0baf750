import type { CommandSpec, Problem } from '../src/command-line/spec.ts';
import { helpLines } from '../src/command-line/usage.ts';
import { parse } from '../src/command-line.ts';
import type { Command } from './commands/command.ts';
import { HELP, helpMessage } from './commands/help.ts';
import { withCode } from './messages/answers.ts';
import type { IncomingCommand } from './payloads.ts';
import type { Reaction } from './reaction.ts';
import type { Responder } from './response-url.ts';

/** `/influx`: finds the subcommand, reads its words, runs it. */
export function influxCommand({ commands, responder }: { commands: readonly Command[]; responder: Responder }) {
  const specs = [...commands.map(({ spec }) => spec), HELP];

  const commandOf = (wanted: CommandSpec) => commands.find(({ spec }) => spec === wanted);

  return async ({ text, who, key, replyUrl, triggerId }: IncomingCommand): Promise<Reaction> => {
    const parsed = parse(text, specs);
    if (parsed.kind === 'problem') return { answer: withCode(parsed.text, usageWith(parsed)) };
    if (parsed.kind === 'help') {
      const { topic } = parsed;
      const bare = parsed.bare && topic.about === 'command' ? commandOf(topic.spec)?.runBare : undefined;
      return {
        after: async () => {
          if (await bare?.({ who, triggerId })) return;
          await responder.respond(replyUrl, await helpMessage(topic, commands, who), 'beside');
        },
      };
    }
    const command = commandOf(parsed.spec);
    if (!command) throw new Error(`no command runs ${parsed.spec.words.join(' ')}`);
    return command.run({ run: parsed, who, delivery: { key, replyUrl } });
  };
}

function usageWith({ usage }: Problem): readonly string[] {
  return usage ? helpLines(usage) : [];
}
