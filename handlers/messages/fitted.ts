import type { KnownBlock } from '@slack/types';
import { type Message, paragraph } from './parts.ts';

/**
 * chat.postMessage refuses more than about this, in text; measured as JSON, which holds the text and more:
 * https://github.com/slackapi/bolt-js/issues/2867
 */
const POSTED_BLOCKS = 10_900;

/**
 * The message for chat.postMessage, which takes less than a response URL: lines to copy give way first, then what is
 * longest, and it says so.
 */
export function fitted(message: Message): Message {
  if (size(message.blocks) <= POSTED_BLOCKS) return message;
  const note = paragraph('Not all lines fit into a direct message.');
  let blocks = message.blocks;
  while (size(blocks) + size(note.blocks) > POSTED_BLOCKS) {
    const code = blocks.filter(isCode);
    const longest = (code.length > 0 ? code : blocks).reduce((a, b) => (size([b]) > size([a]) ? b : a));
    blocks = blocks.filter((block) => block !== longest);
  }
  return { text: `${message.text}\n${note.text}`, blocks: [...blocks, ...note.blocks] };
}

const size = (blocks: readonly KnownBlock[]) => JSON.stringify(blocks).length;

function isCode(block: KnownBlock): boolean {
  return block.type === 'rich_text' && block.elements.some(({ type }) => type === 'rich_text_preformatted');
}
