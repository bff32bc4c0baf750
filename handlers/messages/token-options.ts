import type { Option } from '@slack/types';
import { shortId, type Token } from '../../src/revocation/token.ts';
import { clean } from './untrusted.ts';
import { plain } from './views.ts';

const LONGEST = 75;
const DESCRIPTION = 36;
const LONGEST_NAME = 50;

/** A token as a list offers it: what it is called, its short ID and what it may do, each as far as there is room. */
export function tokenOption({ id, description, permissions }: OfferedToken): Option {
  const name = cut(clean(description, DESCRIPTION), LONGEST_NAME) || '(no description)';
  const words = `${name} · ${shortId(id)} · ${clean(permissions, LONGEST) || 'no permissions'}`;
  return { text: plain(cut(words, LONGEST)), value: id };
}

/** What is known of a token where many are listed. */
export interface OfferedToken extends Pick<Token, 'id' | 'description'> {
  readonly permissions: string;
}

/** Slack counts code units, and so a character may have to go whole. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  let short = '';
  for (const character of text) {
    if (short.length + character.length > longest - 1) break;
    short += character;
  }
  return `${short}…`;
}
