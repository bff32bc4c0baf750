import { type CommandSpec, DEBUG_FLAG } from '../src/command-line/spec.ts';
import { helpLines } from '../src/command-line/usage.ts';
import { parse } from '../src/command-line.ts';
import type { Command } from './commands/command.ts';
import { allowed, HELP, helpMessage } from './commands/help.ts';
import { plain, withCode } from './messages/answers.ts';
import { prefixed } from './messages/parts.ts';
import type { IncomingCommand } from './wire/payloads.ts';
import type { Reaction } from './wire/reaction.ts';
import type { Responder } from './wire/response-url.ts';

/** `/influx`: finds the subcommand, reads its words, runs it. */
export function influxCommand({ commands, responder }: { commands: readonly Command[]; responder: Responder }) {
  const specs = [...commands.map(({ spec }) => spec), HELP];

  const commandOf = (wanted: CommandSpec) => commands.find(({ spec }) => spec === wanted);

  return async ({ text, who, key, replyUrl, triggerId }: IncomingCommand): Promise<Reaction> => {
    const parsed = parse(text, specs);
    if (parsed.kind === 'problem') {
      const usage = parsed.usage;
      if (usage?.about !== 'commands') return { answer: withCode(parsed.text, usage ? helpLines(usage) : []) };
      return {
        after: async () => {
          const answer = withCode(parsed.text, helpLines(await allowed(usage, commands, who)));
          await responder.respond(replyUrl, answer, 'beside');
        },
      };
    }
    if (parsed.kind === 'help') {
      const { topic, bare: flags } = parsed;
      const runBare = topic.about === 'command' ? commandOf(topic.spec)?.runBare : undefined;
      return {
        after: async () => {
          if (flags && (await runBare?.({ who, triggerId, flags }))) return;
          await responder.respond(replyUrl, await helpMessage(topic, commands, who), 'beside');
        },
      };
    }
    const command = commandOf(parsed.spec);
    if (!command) throw new Error(`no command runs ${parsed.spec.words.join(' ')}`);
    const reaction = await command.run({ run: parsed, who, delivery: { key, replyUrl } });
    return parsed.debug && !parsed.spec.flags.includes(DEBUG_FLAG) ? withoutDebug(reaction) : reaction;
  };
}

const NO_DEBUG = '--debug changes nothing here: it adds to the result of a revocation how each request went.';

/** Said at once, and so beside whatever follows. */
function withoutDebug({ answer, ...reaction }: Reaction): Reaction {
  return { ...reaction, answer: answer ? prefixed(NO_DEBUG, answer) : plain(NO_DEBUG) };
}
