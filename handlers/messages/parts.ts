import type { ActionsBlockElement, KnownBlock, RichTextElement } from '@slack/types';
import { briefRows, type Spoken, spokenTogether } from './brief.ts';
import { escapeEntities, escapeMrkdwn, isMarkUp } from './untrusted.ts';

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
  | { readonly usergroup: string }
  | { readonly channel: string }
  | { readonly link: string; readonly url: string };

/** One piece of a message, for the eye and for the ear. */
export interface Part extends Spoken {
  readonly blocks: readonly KnownBlock[];
}

/** Text of one block stays below this, under Slack's 3,000. */
const BLOCK_TEXT = 2_900;
const BLOCKS_PER_MESSAGE = 50;
const HEADER_TEXT = 150;

/** The parts as one message. Each part keeps itself so short that Slack's fifty blocks are enough. */
export function compose(...parts: readonly (Part | undefined)[]): Message {
  const given = parts.filter((part) => part !== undefined);
  return {
    text: spokenTogether(given),
    blocks: fewEnough(given.flatMap(({ blocks }) => blocks)),
  };
}

/** As many as Slack takes: the last words are left out, and never a button. */
function fewEnough(blocks: readonly KnownBlock[]): KnownBlock[] {
  const isButtons = ({ type }: KnownBlock) => type === 'actions';
  let room = BLOCKS_PER_MESSAGE - blocks.filter(isButtons).length;
  return blocks.filter((block) => isButtons(block) || room-- > 0);
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

/** Rows to read one by one: for few. In brief they begin with their code, where they have one. */
export function list(rows: readonly (readonly Span[])[]): Part {
  if (rows.length === 0) return { blocks: [], text: '' };
  const elements = rows.map((row) => ({
    type: 'rich_text_section' as const,
    elements: row.filter(hasWords).map(element),
  }));
  return {
    blocks: [{ type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'bullet', elements }] }],
    text: rows.map((row) => `• ${row.map(spoken).join('')}`).join('\n'),
    brief: briefRows(rows.map(fromCode)),
  };
}

/** Rows in little room: for many. */
export function lines(rows: readonly string[]): Part {
  const blocks = chunks(rows).map(
    (chunk): KnownBlock => ({ type: 'section', text: { type: 'plain_text', text: chunk.join('\n'), emoji: false } }),
  );
  return { blocks, text: rows.map(escapeMrkdwn).join('\n'), brief: briefRows(rows) };
}

const LEFT_OUT = 'The lines to copy are in the message itself.';

/** Lines to be copied as they are: said without a character more, or not at all. */
export function code(rows: readonly string[]): Part {
  const blocks = chunks(rows).map(
    (chunk): KnownBlock => ({
      type: 'rich_text',
      elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: chunk.join('\n') }] }],
    }),
  );
  const text = rows.some(isMarkUp) ? LEFT_OUT : rows.map(escapeEntities).join('\n');
  return { blocks, text, brief: LEFT_OUT };
}

/** How many of these rows fit into so many blocks. */
export function fitting(rows: readonly string[], blocks: number): number {
  return chunks(rows).slice(0, blocks).flat().length;
}

/** A button. Its value is an ID, or a question; it comes back from a client, so nothing is believed of it. */
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

/** The rows of each block. A row longer than a block goes on in the next one. */
function chunks(rows: readonly string[]): string[][] {
  const all: string[][] = [];
  let room = 0;
  for (const row of rows.flatMap(pieces)) {
    if (row.length > room) {
      all.push([]);
      room = BLOCK_TEXT;
    }
    all.at(-1)?.push(row);
    room -= row.length + 1;
  }
  return all.filter((chunk) => chunk.some((row) => row !== ''));
}

/** A row in pieces that each fit into a block: so many characters, of which each may count twice. */
function pieces(row: string): readonly string[] {
  return row.length <= BLOCK_TEXT ? [row] : (row.match(/[\s\S]{1,1450}/gu) ?? []);
}

/** Slack refuses text without a character. */
const hasWords = (span: Span) => span !== '';

function element(span: Span): RichTextElement {
  if (typeof span === 'string') return { type: 'text', text: span };
  if ('bold' in span) return { type: 'text', text: span.bold, style: { bold: true } };
  if ('code' in span) return { type: 'text', text: span.code, style: { code: true } };
  if ('person' in span) return { type: 'user', user_id: span.person };
  if ('usergroup' in span) return { type: 'usergroup', usergroup_id: span.usergroup };
  if ('channel' in span) return { type: 'channel', channel_id: span.channel };
  if ('link' in span) return { type: 'link', url: span.url, text: span.link };
  return { type: 'date', timestamp: seconds(span.time), format: span.format, fallback: utc(span.time) };
}

/** The words of a row from its first code on; of a row without one, all. */
function fromCode(row: readonly Span[]): string {
  const at = row.findIndex((span) => typeof span !== 'string' && 'code' in span);
  return row.slice(Math.max(at, 0)).map(words).join('');
}

function words(span: Span): string {
  if (typeof span === 'string') return span;
  if ('bold' in span) return span.bold;
  return 'code' in span ? span.code : '';
}

function spoken(span: Span): string {
  if (typeof span === 'string') return escapeMrkdwn(span);
  if ('bold' in span) return escapeMrkdwn(span.bold);
  if ('code' in span) return escapeMrkdwn(span.code);
  if ('person' in span) return `<@${span.person}>`;
  if ('usergroup' in span) return `<!subteam^${span.usergroup}>`;
  if ('channel' in span) return `<#${span.channel}>`;
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
  return { text: `${text}\n${message.text}`, blocks: fewEnough([...blocks, ...message.blocks]) };
}
