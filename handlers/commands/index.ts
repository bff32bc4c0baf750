import type { Command } from './command.ts';
import { type TokenRevokeDependencies, tokenRevoke } from './token-revoke.ts';
import { version } from './version.ts';
import { type WhoamiDependencies, whoami } from './whoami.ts';

export type CommandDependencies = TokenRevokeDependencies & WhoamiDependencies & { readonly version: string };

/** Every subcommand, in the order help lists them. */
export function allCommands(dependencies: CommandDependencies): readonly Command[] {
  return [tokenRevoke(dependencies), whoami(dependencies), version(dependencies)];
}
