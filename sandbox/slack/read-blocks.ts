import type { Block } from './block-kit-blocks.ts';
import type { Element } from './block-kit-elements.ts';
import { readMrkdwn, readPlain } from './mrkdwn.ts';
import { clean, type Paper } from './paper.ts';
import { readRichText } from './read-rich-text.ts';

interface Text {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
}

type BlockOf<Type extends Block['type']> = Extract<Block, { type: Type }>;

/** What a reader sees of one block. */
export function readBlock(block: Block, paper: Paper): string {
  switch (block.type) {
    case 'header':
      return paper.bold(readText(block.text, paper));
    case 'section':
      return section(block, paper);
    case 'context':
      return paper.dim(
        block.elements.map((one) => (one.type === 'image' ? image(one) : readText(one, paper))).join('  '),
      );
    case 'divider':
      return paper.dim('─'.repeat(40));
    case 'actions':
      return block.elements.map((one) => element(one, paper)).join('  ');
    case 'input':
      return `${paper.bold(readText(block.label, paper))}\n${element(block.element, paper)}`;
    case 'image':
      return [block.title && readText(block.title, paper), image(block)].filter(Boolean).join('\n');
    case 'rich_text':
      return readRichText(block, paper);
    case 'markdown':
      return clean(block.text);
    case 'alert':
      return readText(block.text, paper);
    case 'table':
      return table(block, paper);
  }
}

function readText({ type, text }: Text, paper: Paper): string {
  return type === 'mrkdwn' ? readMrkdwn(clean(text), paper) : readPlain(clean(text));
}

function section({ text, fields = [], accessory }: BlockOf<'section'>, paper: Paper): string {
  const lines = [text, ...fields].filter((one) => one !== undefined).map((one) => readText(one, paper));
  return [...lines, ...(accessory ? [element(accessory, paper)] : [])].join('\n');
}

function element(one: Element, paper: Paper): string {
  switch (one.type) {
    case 'button': {
      const words = `[ ${readText(one.text, paper)} ]`;
      return one.style === 'danger' ? paper.red(words) : paper.bold(words);
    }
    case 'image':
      return image(one);
    case 'overflow':
    case 'checkboxes':
    case 'radio_buttons':
      return one.options.map(({ text }) => `( ${readText(text, paper)} )`).join('  ');
    default: {
      const hint =
        'placeholder' in one && one.placeholder ? readText(one.placeholder, paper) : one.type.replaceAll('_', ' ');
      return `[ ${hint} … ]`;
    }
  }
}

function image({ alt_text }: { readonly alt_text: string }): string {
  return `(image: ${clean(alt_text)})`;
}

function table({ rows }: BlockOf<'table'>, paper: Paper): string {
  const cells = rows.map((row) =>
    row.map((cell) => (cell.type === 'rich_text' ? readRichText(cell, paper) : clean(cell.text))),
  );
  const columns = Math.max(...cells.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
