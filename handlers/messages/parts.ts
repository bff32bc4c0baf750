import type { ActionsBlockElement, KnownBlock, RichTextElement } from '@slack/types';
import { escapeMrkdwn } from './untrusted.ts';

/** What Slack takes as a message. `text` says everything the blocks say: screen readers read it in their place. */
export interface Message {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** A run of words. Whatever is in them is text: nothing here is ever read as mark-up. */
export type Span =
  | string
  | { readonly bold: string }
  | { readonly code: string }
  /** In the reader's own time zone. */
  | { readonly time: Date; readonly format: string }
  | { readonly person: string }
  | { readonly link: string; readonly url: string };

/** One piece of a message, for the eye and for the ear. */
export interface Part {
  readonly blocks: readonly KnownBlock[];
  readonly text: string;
}

/** Text of one block stays below this, under Slack's 3,000. */
const BLOCK_TEXT = 2_900;
const BLOCKS_PER_MESSAGE = 50;
const HEADER_TEXT = 150;

/** The parts as one message. What would not fit into Slack's fifty blocks is left out from the first part that does not, except the last part, and said. */
export function compose(...parts: readonly (Part | undefined)[]): Message {
  const given = parts.filter((part) => part !== undefined);
  return {
    text: given
      .map(({ text }) => text)
      .filter(Boolean)
      .join('\n'),
    blocks: given.flatMap(({ blocks }) => blocks).slice(0, BLOCKS_PER_MESSAGE),
  };
}

export function heading(text: string): Part {
  const short = text.slice(0, HEADER_TEXT);
  return {
    blocks: [{ type: 'header', text: { type: 'plain_text', text: short, emoji: true } }],
    text: escapeMrkdwn(short),
  };
}

export function paragraph(...spans: readonly Span[]): Part {
  return {
    blocks: [
      { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: spans.filter(hasWords).map(element) }] },
    ],
    text: spans.map(spoken).join(''),
  };
}

/** Rows to read one by one: for few. */
export function list(rows: readonly (readonly Span[])[]): Part {
  if (rows.length === 0) return { blocks: [], text: '' };
  const elements = rows.map((row) => ({
    type: 'rich_text_section' as const,
    elements: row.filter(hasWords).map(element),
  }));
  return {
    blocks: [{ type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'bullet', elements }] }],
    text: rows.map((row) => `• ${row.map(spoken).join('')}`).join('\n'),
  };
}

/** Rows in little room: for many. */
export function lines(rows: readonly string[]): Part {
  const blocks = chunks(rows).map(
    (text): KnownBlock => ({ type: 'section', text: { type: 'plain_text', text, emoji: false } }),
  );
  return { blocks, text: rows.map(escapeMrkdwn).join('\n') };
}

/** Lines to be copied as they are. */
export function code(rows: readonly string[]): Part {
  const blocks = chunks(rows).map(
    (text): KnownBlock => ({
      type: 'rich_text',
      elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
    }),
  );
  return { blocks, text: rows.map(escapeMrkdwn).join('\n') };
}

/** A button. Its value is a plan's ID and nothing more. */
export interface ButtonSpec {
  readonly action: string;
  readonly text: string;
  readonly value: string;
  readonly danger?: boolean;
  /** What a screen reader says. */
  readonly label: string;
}

export function buttons(...specs: readonly ButtonSpec[]): Part {
  const elements = specs.map(
    ({ action, text, value, danger, label }): ActionsBlockElement => ({
      type: 'button',
      action_id: action,
      text: { type: 'plain_text', text, emoji: false },
      value,
      accessibility_label: label,
      ...(danger ? { style: 'danger' as const } : {}),
    }),
  );
  return { blocks: [{ type: 'actions', elements }], text: '' };
}

function chunks(rows: readonly string[]): string[] {
  const all: string[] = [];
  let chunk = '';
  for (const row of rows) {
    const line = row.slice(0, BLOCK_TEXT);
    if (chunk && chunk.length + 1 + line.length > BLOCK_TEXT) {
      all.push(chunk);
      chunk = line;
    } else chunk = chunk ? `${chunk}\n${line}` : line;
  }
  return chunk ? [...all, chunk] : all;
}

/** Slack refuses text without a character. */
const hasWords = (span: Span) => span !== '';

function element(span: Span): RichTextElement {
  if (typeof span === 'string') return { type: 'text', text: span };
  if ('bold' in span) return { type: 'text', text: span.bold, style: { bold: true } };
  if ('code' in span) return { type: 'text', text: span.code, style: { code: true } };
  if ('person' in span) return { type: 'user', user_id: span.person };
  if ('link' in span) return { type: 'link', url: span.url, text: span.link };
  return { type: 'date', timestamp: seconds(span.time), format: span.format, fallback: utc(span.time) };
}

function spoken(span: Span): string {
  if (typeof span === 'string') return escapeMrkdwn(span);
  if ('bold' in span) return escapeMrkdwn(span.bold);
  if ('code' in span) return escapeMrkdwn(span.code);
  if ('person' in span) return `<@${span.person}>`;
  if ('link' in span) return `<${span.url}|${escapeMrkdwn(span.link)}>`;
  return `<!date^${seconds(span.time)}^${span.format}|${utc(span.time)}>`;
}

const seconds = (time: Date) => Math.floor(time.getTime() / 1_000);

/** `2026-11-22 03:15 UTC` */
function utc(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The same message with a sentence before it. */
export function prefixed(sentence: string, message: Message): Message {
  const { blocks, text } = paragraph(sentence);
  return { text: `${text}\n${message.text}`, blocks: [...blocks, ...message.blocks].slice(0, BLOCKS_PER_MESSAGE) };
}

/** chat.postMessage refuses more than about this, measured as JSON: https://github.com/slackapi/bolt-js/issues/2867 */
const POSTED_BLOCKS = 15_000;

/** The message for chat.postMessage, which takes less than a response URL: the longest blocks give way, and it says so. */
export function fitted(message: Message): Message {
  const size = (blocks: readonly KnownBlock[]) => JSON.stringify(blocks).length;
  if (size(message.blocks) <= POSTED_BLOCKS) return message;
  const note = paragraph('Not all lines fit into a direct message.');
  const blocks = [...message.blocks];
  while (size(blocks) + size(note.blocks) > POSTED_BLOCKS) {
    const longest = blocks.reduce(
      (at, block, index) => (size([block]) > size(blocks.slice(at, at + 1)) ? index : at),
      0,
    );
    blocks.splice(longest, 1);
  }
  return { text: `${message.text}\n${note.text}`, blocks: [...blocks, ...note.blocks] };
}
