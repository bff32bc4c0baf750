import type { Block } from './slack/block-kit-blocks.ts';
import { readMrkdwn } from './slack/mrkdwn.ts';
import { clean, type Paper } from './slack/paper.ts';
import { readBlock } from './slack/read-blocks.ts';

export interface RenderOptions {
  /** The reader's time zone for dates; UTC unless given. */
  readonly timeZone?: string | undefined;
  /** What "today" is; the present unless given. */
  readonly now?: Date | undefined;
  /** Bold, red and dim by ANSI codes. Without it the result holds none. */
  readonly colour?: boolean | undefined;
  /** The name of a user, group or channel ID; the ID itself unless given. */
  readonly nameOf?: ((id: string) => string) | undefined;
}

/**
 * How a message looks in a terminal: the blocks in plain words, or the text where there are none.
 * Buttons read `[ Revoke 2 tokens ]`. Control characters in the message become `�`: they never reach the terminal.
 */
export function render(
  message: { readonly text: string; readonly blocks: readonly Block[] },
  options: RenderOptions = {},
): string {
  const paper = paperOf(options);
  if (message.blocks.length === 0) return readMrkdwn(clean(message.text), paper);
  return message.blocks.map((block) => readBlock(block, paper)).join('\n\n');
}

function paperOf({ timeZone = 'UTC', now = new Date(), colour = false, nameOf = (id) => id }: RenderOptions): Paper {
  const ansi = (code: number) => (text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { timeZone, now, nameOf, bold: ansi(1), dim: ansi(2), red: ansi(31) };
}
