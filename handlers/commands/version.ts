import { plain } from '../messages/answers.ts';
import type { Command } from './command.ts';

/** `/influx version` */
export function version({ version }: { version: string }): Command {
  return {
    spec: { words: ['version'], summary: 'The version of this bot.', flags: [] },
    run: async () => ({ answer: plain(`influx-chatops ${version}, on Node ${process.versions.node}`) }),
  };
}
