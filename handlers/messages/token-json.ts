import type { Token } from '../../src/revocation/token.ts';
import { code, fitting, type Part } from './parts.ts';

/** So many blocks of code a message shows. */
const BLOCKS = 12;

/** Characters that show something else than they are: JSON can say them in plain letters. */
const NOT_PLAIN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u3164\uFFA0\u115F\u1160\u2800]/gu;

/** One token as JSON; undefined where it does not fit. */
export function jsonObject(token: Token): Part | undefined {
  const rows = tokenJson(token);
  return fitting(rows, BLOCKS) < rows.length ? undefined : code(rows);
}

/** One token as influxctl and the Management API write it, line by line. */
function tokenJson({ id, description, permissions, createdAt, expiresAt, revokedAt }: Token): string[] {
  const token = {
    ...{ id, description },
    permissions: permissions.map(({ action, resource }) => ({ action, resource })),
    ...{ createdAt, expiresAt, revokedAt },
  };
  return JSON.stringify(token, undefined, 2).replace(NOT_PLAIN, escaped).split('\n');
}

/** These tokens as one JSON array, as many of them as fit, and how many do not. */
export function jsonArray(tokens: readonly Token[]): { readonly part: Part; readonly left: number } {
  let rows: readonly string[] = ['[]'];
  let shown = 0;
  for (const count of tokens.keys()) {
    const all = arrayOf(tokens.slice(0, count + 1));
    if (fitting(all, BLOCKS) < all.length) break;
    rows = all;
    shown = count + 1;
  }
  return { part: code(rows), left: tokens.length - shown };
}

function arrayOf(tokens: readonly Token[]): readonly string[] {
  const last = tokens.length - 1;
  const rows = tokens.flatMap((token, index) => {
    const lines = tokenJson(token).map((line) => `  ${line}`);
    return index === last ? lines : [...lines.slice(0, -1), '  },'];
  });
  return ['[', ...rows, ']'];
}

/** Line breaks of the layout stay. */
function escaped(character: string): string {
  if (character === '\n') return character;
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
