import type { TokenListDependencies } from '../token-lists.ts';
import { type AuditCommandDependencies, audit } from './audit.ts';
import type { Command } from './command.ts';
import { type FreezeDependencies, freeze } from './freeze.ts';
import { type PendingDependencies, pending } from './pending.ts';
import { type StatusCommandDependencies, status } from './status.ts';
import { tokenGet } from './token-get.ts';
import { tokenList } from './token-list.ts';
import { type TokenRevokeDependencies, tokenRevoke } from './token-revoke.ts';
import { unfreeze } from './unfreeze.ts';
import { version } from './version.ts';
import { type WhoamiDependencies, whoami } from './whoami.ts';

export type CommandDependencies = AuditCommandDependencies &
  PendingDependencies &
  TokenListDependencies &
  TokenRevokeDependencies &
  WhoamiDependencies &
  StatusCommandDependencies &
  FreezeDependencies & { readonly version: string };

/** Every subcommand, in the order help lists them. */
export function allCommands(dependencies: CommandDependencies): readonly Command[] {
  const of = [tokenRevoke, tokenList, tokenGet, pending, status, audit, freeze, unfreeze, whoami, version];
  return of.map((command) => command(dependencies));
}
