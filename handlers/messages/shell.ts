import type { Token, TokenId } from '../../src/revocation/token.ts';
import { isPlain } from './untrusted.ts';

/** A line longer than this is of no use in a message. */
const LONGEST_LINE = 2_800;

/** One argument, quoted for a POSIX shell: nothing in it means anything there. */
function quoted(argument: string): string {
  return `'${argument.replaceAll("'", "'\\''")}'`;
}

/**
 * The influxctl line that makes a token with the same permissions. Descriptions are untrusted, and the line is pasted into
 * a terminal: one that is not plain text, or that influxctl would read as a flag, becomes `<description>`. Undefined
 * where no such line can be written.
 */
export function createLine(profile: string, token: Token, now: Date): string | undefined {
  const words = ['influxctl', '--profile', quoted(profile), 'token', 'create'];
  for (const { action, resource } of token.permissions) {
    if ((action !== 'read' && action !== 'write') || !isPlain(resource)) return undefined;
    words.push(`--${action}-database`, quoted(resource));
  }
  if (token.expiresAt && token.expiresAt > now) words.push('--expires-at', quoted(token.expiresAt.toISOString()));
  const { description } = token;
  words.push(quoted(isPlain(description) && !description.startsWith('-') ? description : '<description>'));
  const line = words.join(' ');
  return line.length > LONGEST_LINE ? undefined : line;
}

/** The influxctl lines that do by hand what the bot could not, fifty IDs each. */
export function revokeLines(profile: string, tokenIds: readonly TokenId[]): string[] {
  const lines: string[] = [];
  for (let from = 0; from < tokenIds.length; from += 50) {
    lines.push(`influxctl --profile ${quoted(profile)} token revoke ${tokenIds.slice(from, from + 50).join(' ')}`);
  }
  return lines;
}
