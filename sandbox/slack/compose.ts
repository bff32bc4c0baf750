import { areTooLong, parseBlocks } from './block-kit.ts';
import type { Block } from './block-kit-blocks.ts';
import { fromJson } from './json.ts';

const MAX_TEXT = 40_000;

/** Slack's refusal of a request: `{"ok":false,"error":…}` and whatever else belongs to it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly error: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(error: string, details: Readonly<Record<string, unknown>> = {}) {
    super(error);
    this.error = error;
    this.details = details;
  }
}

/** A message that Slack takes. `warning` is set when its text was cut at 40,000 characters. */
export interface Composed {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly warning?: 'message_truncated';
}

/** The message in these arguments of an app. Throws a `Refusal`: `no_text`, `invalid_blocks`, … */
export function compose({ text, blocks }: { readonly text?: unknown; readonly blocks?: unknown }): Composed {
  const parsed = blocksIn(blocks);
  if (text !== undefined && typeof text !== 'string') throw new Refusal('invalid_arguments');
  if (!text && parsed.length === 0) throw new Refusal('no_text');
  const words = text ?? '';
  if (words.length <= MAX_TEXT) return { text: words, blocks: parsed };
  return { text: words.slice(0, MAX_TEXT), blocks: parsed, warning: 'message_truncated' };
}

/**
 * The same for a method of the Web API, which takes less than a response URL does
 * (https://github.com/slackapi/bolt-js/issues/2867): also throws `msg_blocks_too_long`.
 */
export function composeForMethod(request: Parameters<typeof compose>[0]): Composed {
  const composed = compose(request);
  if (areTooLong(composed.blocks)) throw new Refusal('msg_blocks_too_long');
  return composed;
}

function blocksIn(input: unknown): readonly Block[] {
  if (input === undefined || input === null) return [];
  const blocks = typeof input === 'string' ? fromJson(input) : input;
  if (!Array.isArray(blocks)) throw new Refusal('invalid_blocks_format');
  const parsed = parseBlocks(blocks, 'message');
  if ('problems' in parsed) {
    throw new Refusal('invalid_blocks', {
      errors: parsed.problems,
      response_metadata: { messages: parsed.problems.map((problem) => `[ERROR] ${problem}`) },
    });
  }
  return parsed.blocks;
}
