import type { KnownBlock } from '@slack/types';
import { type Message, paragraph } from './parts.ts';

/**
 * chat.postMessage refuses more than about this, in text; measured as JSON, which holds the text and more:
 * https://github.com/slackapi/bolt-js/issues/2867
 */
const POSTED_BLOCKS = 10_900;
/** Room for the note. */
const SPARE = 400;

const NOT_WHOLE =
  'Not all lines fit into a direct message, so nothing can be confirmed in this one. Type the command again to see all of it.';

/**
 * The message for chat.postMessage, which takes less than a response URL: lines to copy give way first, then what is
 * longest, buttons last, and it says so. Where rows give way a red button does too: what is not shown cannot be confirmed.
 */
export function fitted(message: Message): Message {
  if (size(message.blocks) <= POSTED_BLOCKS) return message;
  const rows = message.blocks.filter((block) => !isCode(block));
  const isWhole = size(rows) + SPARE <= POSTED_BLOCKS;
  const isSafe = isWhole || !message.blocks.some(isDangerous);
  const note = paragraph(isSafe ? 'Not all lines fit into a direct message.' : NOT_WHOLE);
  let blocks = isSafe ? message.blocks : message.blocks.filter((block) => !isDangerous(block));
  while (size(blocks) + size(note.blocks) > POSTED_BLOCKS) {
    const [code, others] = [blocks.filter(isCode), blocks.filter(({ type }) => type !== 'actions')];
    const first = code.length > 0 ? code : others.length > 0 ? others : blocks;
    const longest = first.reduce((a, b) => (size([b]) > size([a]) ? b : a));
    blocks = blocks.filter((block) => block !== longest);
  }
  return { text: `${message.text}\n${note.text}`, blocks: [...blocks, ...note.blocks] };
}

const size = (blocks: readonly KnownBlock[]) => JSON.stringify(blocks).length;

function isCode(block: KnownBlock): boolean {
  return block.type === 'rich_text' && block.elements.some(({ type }) => type === 'rich_text_preformatted');
}

function isDangerous(block: KnownBlock): boolean {
  return block.type === 'actions' && block.elements.some((one) => one.type === 'button' && one.style === 'danger');
}
