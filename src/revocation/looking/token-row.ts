import type { Token, TokenId } from '../token.ts';

const CUT = 75;

/** A token to choose from: not revoked when it was listed. Its words come from the cluster, untrusted, and may be cut. */
export interface IndexedToken {
  readonly id: TokenId;
  /** At most 75 code units. */
  readonly description: string;
  /** `write metrics, read *`; at most 75 code units. */
  readonly permissions: string;
}

/** One text for a token, made anew: a part of a text would keep all of it in memory. At most 190 characters. */
export function rowOf({ id, description, permissions }: Token): string {
  const all = permissions.map(({ action, resource }) => `${action} ${resource}`);
  return [id, cut(description), cut(all.join(', '))].join('\t');
}

/** What was made a row. */
export function tokenOf(row: string): IndexedToken {
  const [id = '', description = '', permissions = ''] = row.split('\t');
  return { id, description, permissions };
}

/** Whether every word, in lower case, stands in the description or the permissions, or begins the ID. */
export function fits(row: string, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = row.toLowerCase();
  const afterId = text.indexOf('\t');
  return words.every((word) => text.startsWith(word) || text.indexOf(word, afterId) > 0);
}

function cut(text: string): string {
  const line = text.slice(0, CUT + 1).replaceAll('\t', ' ');
  return line.length <= CUT ? line : `${line.slice(0, CUT - 1).toWellFormed()}…`;
}
