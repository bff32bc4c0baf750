import { expect } from 'vitest';
import { fitted } from '../../../handlers/messages/fitted.ts';
import type { Message } from '../../../handlers/messages/parts.ts';
import { areTooLong, parseBlocks } from '../../../sandbox/slack/block-kit.ts';
import type { Block } from '../../../sandbox/slack/block-kit-blocks.ts';
import { reachOf } from '../../../sandbox/slack/mentions.ts';

/** Whom a message pings and where it leads, on purpose. */
export interface Meant {
  readonly mentions?: readonly string[];
  readonly links?: readonly string[];
}

const NEW_TOKEN_PAGE = 'https://docs.influxdata.com/influxdb3/clustered/admin/tokens/database/create/';
/** What the result of a revocation leads to. */
export const ROTATION: Meant = { links: [NEW_TOKEN_PAGE] };

/** Line breaks of ours aside, nothing invisible and nothing that reorders what is around it. */
const NOT_TEXT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u3164\uFFA0\u115F\u1160\u2800]/u;

/**
 * Slack takes the message, at a response URL and as a direct message; its fallback text is within bounds; no block is read
 * as mark-up; and it pings and links what was meant, as often as it was meant: once in the blocks, once in the text.
 */
export function expectTaken(message: Message, { mentions = [], links = [] }: Meant = {}): void {
  expect(message.text.length).toBeLessThanOrEqual(40_000);
  expect(message.text.isWellFormed()).toBe(true);
  expect(message.text).not.toBe('');
  const blocks = blocksOf(message);
  const reach = reachOf(message.text, blocks);
  expect(reach.mentions.toSorted()).toEqual([...mentions, ...mentions].toSorted());
  expect(reach.links).toEqual([...links, ...links]);
  for (const text of textsIn(blocks)) {
    expect(text.replaceAll('\n', '')).not.toMatch(NOT_TEXT);
    expect(text.isWellFormed()).toBe(true);
  }
  expect(JSON.stringify(blocks)).not.toContain('"mrkdwn"');

  const direct = fitted(message);
  expect(areTooLong(blocksOf(direct))).toBe(false);
  expect(direct.text.length).toBeLessThanOrEqual(40_000);
  // Either every row is there, or nothing can be decided: what is not shown cannot be confirmed.
  const rows = direct.blocks.filter(({ type }) => type === 'section').length;
  const isWhole = rows === message.blocks.filter(({ type }) => type === 'section').length;
  const actions = message.blocks.filter(({ type }) => type === 'actions');
  const safe = actions.filter((block) => !JSON.stringify(block).includes('"danger"'));
  expect(direct.blocks.filter(({ type }) => type === 'actions')).toEqual(
    isWhole && !direct.text.includes('nothing can be confirmed') ? actions : safe,
  );
}

/** The blocks as Slack would take them; throws what it would say instead. */
export function blocksOf({ blocks }: Message): readonly Block[] {
  const parsed = parseBlocks(blocks, 'message');
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.blocks;
}

/** What is read on the screen, block by block, in plain words. */
export function shownBy(message: Message): string {
  return blocksOf(message)
    .map((block) => textsIn(block).join(''))
    .join('\n');
}

/** The fallback text as it is spoken: without the marks that keep mark-up from being one. */
export function spoken({ text }: Message): string {
  return text.replaceAll('\u2060', '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Every text anywhere in a value. */
export function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    typeof one === 'string' ? (key === 'text' ? [one] : []) : textsIn(one),
  );
}
