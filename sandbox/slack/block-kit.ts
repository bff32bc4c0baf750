import type { z } from 'zod';
import { type Block, type Surface, surfaces } from './block-kit-blocks.ts';

const MAX_MARKDOWN = 12_000;
const MAX_BLOCKS_JSON = 16_000;
const MAX_BLOCKS_TEXT = 11_000;

/** Blocks that Slack would take, or what it would say of them. */
export type Parsed = { readonly blocks: readonly Block[] } | { readonly problems: readonly string[] };

/**
 * What Slack would refuse in these blocks, in its own words; empty when it would take them.
 * Each line reads `must be less than 151 characters [json-pointer:/blocks/0/text/text]`.
 */
export function problemsOf(blocks: unknown, surface: Surface): readonly string[] {
  const parsed = parseBlocks(blocks, surface);
  return 'problems' in parsed ? parsed.problems : [];
}

/** The blocks, typed, or what Slack would refuse in them. */
export function parseBlocks(input: unknown, surface: Surface): Parsed {
  const result = surfaces[surface].safeParse(input, { reportInput: true });
  if (!result.success) return { problems: result.error.issues.flatMap((issue) => inSlacksWords(issue, ['blocks'])) };
  const problems = problemsAcross(result.data);
  return problems.length > 0 ? { problems } : { blocks: result.data };
}

/**
 * Whether Slack refuses a message as a whole with `msg_blocks_too_long` though every block is within its limits.
 * Slack publishes no number. The two used here, 16,000 characters of JSON and 11,000 of text, are what other apps
 * report to have passed.
 */
export function areTooLong(blocks: readonly Block[]): boolean {
  return JSON.stringify(blocks).length > MAX_BLOCKS_JSON || textLength(blocks) > MAX_BLOCKS_TEXT;
}

function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + textLength(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, one]) => sum + (key === 'text' && typeof one === 'string' ? one.length : textLength(one)),
    0,
  );
}

/** How Slack words what is wrong; `root` is the argument in which it was found. */
export function inSlacksWords(issue: z.core.$ZodIssue, root: readonly string[]): readonly string[] {
  const at = pointer(issue.path, root);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => `invalid additional property: ${key} ${at}`);
    case 'too_big':
      return [`${tooMany(issue.origin, Number(issue.maximum))} ${at}`];
    case 'too_small':
      return [`${tooFew(issue.origin, Number(issue.minimum))} ${at}`];
    case 'invalid_type':
      if (issue.input === undefined)
        return [`missing required field: ${String(issue.path.at(-1))} ${pointer(issue.path.slice(0, -1), root)}`];
      return [
        `must provide ${issue.expected === 'array' || issue.expected === 'object' ? 'an' : 'a'} ${issue.expected} ${at}`,
      ];
    case 'invalid_union':
      return [`unsupported type: ${typeOf(issue.input)} ${at}`];
    default:
      return [`${issue.message} ${at}`];
  }
}

function tooMany(origin: string, maximum: number): string {
  if (origin === 'string') return `must be less than ${maximum + 1} characters`;
  return origin === 'array' ? `no more than ${maximum} items allowed` : `must be no more than ${maximum}`;
}

function tooFew(origin: string, minimum: number): string {
  if (origin === 'string') return `must be more than ${minimum - 1} characters`;
  return origin === 'array' ? `no fewer than ${minimum} items allowed` : `must be no less than ${minimum}`;
}

function typeOf(input: unknown): string {
  if (typeof input !== 'object' || input === null || !('type' in input)) return 'none';
  return String(input.type);
}

function pointer(path: readonly PropertyKey[], root: readonly string[] = ['blocks']): string {
  return `[json-pointer:/${[...root, ...path].map(String).join('/')}]`;
}

function problemsAcross(blocks: readonly Block[]): readonly string[] {
  return [...repeatedBlockIds(blocks), ...blocks.flatMap(repeatedActionIds), ...perMessageLimits(blocks)];
}

function repeatedBlockIds(blocks: readonly Block[]): readonly string[] {
  const ids = blocks.map(({ block_id }) => block_id);
  return ids.flatMap((id, index) =>
    id !== undefined && ids.indexOf(id) < index
      ? [`block_id \`${id}\` already exists ${pointer([index, 'block_id'])}`]
      : [],
  );
}

function repeatedActionIds(block: Block, blockIndex: number): readonly string[] {
  if (block.type !== 'actions') return [];
  const ids = block.elements.map(({ action_id }) => action_id);
  return ids.flatMap((id, index) =>
    id !== undefined && ids.indexOf(id) < index
      ? [`action_id \`${id}\` already exists for this block ${pointer([blockIndex, 'elements', index, 'action_id'])}`]
      : [],
  );
}

function perMessageLimits(blocks: readonly Block[]): readonly string[] {
  const problems: string[] = [];
  const markdown = blocks.reduce((sum, block) => sum + (block.type === 'markdown' ? block.text.length : 0), 0);
  if (markdown > MAX_MARKDOWN)
    problems.push(`markdown text must be less than ${MAX_MARKDOWN + 1} characters in all ${pointer([])}`);
  if (blocks.filter(({ type }) => type === 'table').length > 1) problems.push(`only_one_table_allowed ${pointer([])}`);
  return problems;
}
