import type { Option } from '@slack/types';
import { shortId, type Token } from '../../src/revocation/token.ts';
import { clean } from './untrusted.ts';
import { plain } from './views.ts';

const LONGEST = 75;
const DESCRIPTION = 36;

/** A token as a list offers it: what it is called, its short ID and what it may do, each as far as there is room. */
export function tokenOption({ id, description, permissions }: OfferedToken): Option {
  const name = clean(description, DESCRIPTION) || '(no description)';
  return {
    text: plain(cut(`${name} · ${shortId(id)} · ${clean(permissions, LONGEST) || 'no permissions'}`)),
    value: id,
  };
}

/** What is known of a token where many are listed. */
export interface OfferedToken extends Pick<Token, 'id' | 'description'> {
  readonly permissions: string;
}

/** Slack counts code units, and so a character may have to go whole. */
function cut(text: string): string {
  if (text.length <= LONGEST) return text;
  let short = '';
  for (const character of text) {
    if (short.length + character.length > LONGEST - 1) break;
    short += character;
  }
  return `${short}…`;
}
