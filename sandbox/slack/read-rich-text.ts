import type { RichText, RichTextInline, RichTextPart } from './block-kit-rich-text.ts';
import { formatDate } from './dates.ts';
import { emoji } from './mrkdwn.ts';
import { clean, type Paper } from './paper.ts';

/** What a reader sees of a rich_text block: lists with their bullets, quotes with `>`, preformatted text indented. */
export function readRichText({ elements }: RichText, paper: Paper): string {
  return elements.map((part) => readPart(part, paper)).join('\n');
}

function readPart(part: RichTextPart, paper: Paper): string {
  switch (part.type) {
    case 'rich_text_section':
      return line(part.elements, paper).replace(/\n$/, '');
    case 'rich_text_list': {
      const indent = '  '.repeat(part.indent ?? 0);
      return part.elements
        .map(
          (item, index) => `${indent}${bullet(part.style, index + (part.offset ?? 0))} ${line(item.elements, paper)}`,
        )
        .join('\n');
    }
    case 'rich_text_preformatted':
      return prefixed('    ', line(part.elements, paper));
    case 'rich_text_quote':
      return prefixed('> ', line(part.elements, paper));
  }
}

function bullet(style: 'bullet' | 'ordered', index: number): string {
  return style === 'bullet' ? '•' : `${index + 1}.`;
}

function prefixed(prefix: string, text: string): string {
  return text.replace(/^/gm, prefix);
}

function line(elements: readonly RichTextInline[], paper: Paper): string {
  return elements.map((one) => (one.style?.bold ? paper.bold(words(one, paper)) : words(one, paper))).join('');
}

function words(one: RichTextInline, paper: Paper): string {
  switch (one.type) {
    case 'text':
      return clean(one.text);
    case 'link':
      return one.text ? `${clean(one.text)} (${clean(one.url)})` : clean(one.url);
    case 'user':
      return `@${paper.nameOf(one.user_id)}`;
    case 'usergroup':
      return `@${paper.nameOf(one.usergroup_id)}`;
    case 'channel':
      return `#${paper.nameOf(one.channel_id)}`;
    case 'broadcast':
      return `@${one.range}`;
    case 'team':
      return one.team_id;
    case 'color':
      return one.value;
    case 'emoji':
      return emoji(one.name);
    case 'date':
      return formatDate(one.timestamp, one.format, paper);
  }
}
