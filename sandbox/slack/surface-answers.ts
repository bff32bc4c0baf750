import { z } from 'zod';
import type { Block } from './block-kit-blocks.ts';
import { plainOption, plainText } from './block-kit-text.ts';
import type { Ack } from './delivery.ts';
import { fromJson } from './json.ts';
import { type Values, valuesIn } from './surface-payloads.ts';
import type { View, Views } from './views.ts';
import { viewIn } from './web-api-views.ts';

/** What follows a submission: nothing more to say, an error per block, or Slack's own complaint. */
export type Answered =
  | { readonly errors?: undefined; readonly problem?: undefined }
  | { readonly errors: Readonly<Record<string, string>>; readonly problem?: undefined }
  | { readonly errors?: undefined; readonly problem: string };

const response = z.discriminatedUnion('response_action', [
  z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.object({ response_action: z.literal('update'), view: z.unknown() }),
  z.object({ response_action: z.literal('push'), view: z.unknown() }),
  z.object({ response_action: z.literal('clear') }),
]);

/** Does with the modals what the acknowledgement of a submission asks for. Throws a `Refusal` for a view Slack does not take. */
export function answerToSubmission(views: Views, view: View, ack: Ack): Answered {
  if (ack.error) return { problem: ack.error };
  const body = ack.body.trim();
  if (body === '' || body === '{}') {
    views.close(view);
    return {};
  }
  const parsed = response.safeParse(fromJson(body));
  if (!parsed.success) return { problem: 'invalid_response' };
  const { data } = parsed;
  switch (data.response_action) {
    case 'errors':
      return errorsOn(view, data.errors);
    case 'update':
      views.update({ viewId: view.id }, viewIn(data.view));
      return {};
    case 'push':
      views.push(view.person, viewIn(data.view));
      return {};
    case 'clear':
      views.clear(view.person);
      return {};
  }
}

/** Slack shows errors under input blocks only; for anything else it says that it cannot go on. */
function errorsOn({ content }: View, errors: Readonly<Record<string, string>>): Answered {
  const inputs = content.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id);
  const known = Object.keys(errors).every((id) => inputs.includes(id));
  return known ? { errors } : { problem: 'invalid_response: errors for blocks that are no inputs' };
}

const options = z.array(plainOption).max(100);
const suggestions = z.union([
  z.strictObject({ options }),
  z.strictObject({ option_groups: z.array(z.strictObject({ label: plainText(75), options })).max(100) }),
]);

/** What an external select offers, or Slack's complaint about the answer. */
export type Suggestions = z.infer<typeof suggestions> | { readonly problem: string };

/** The options in the acknowledgement of a `block_suggestion`. */
export function suggestionsIn({ error, body }: Ack): Suggestions {
  if (error) return { problem: error };
  const parsed = suggestions.safeParse(fromJson(body));
  return parsed.success ? parsed.data : { problem: 'invalid_options' };
}

/** What Slack asks for by itself, by block: required inputs without a value, and texts too short or too long. */
export function missingIn(blocks: readonly Block[], entered: Values): Readonly<Record<string, string>> {
  const values = valuesIn(blocks, entered);
  const found = blocks.flatMap((block) => {
    if (block.type !== 'input' || block.block_id === undefined) return [];
    const value = enteredIn(values[block.block_id]?.[block.element.action_id ?? '']);
    const complaint = isEmpty(value)
      ? !block.optional && 'Please complete this required field.'
      : wrongLength(block, value);
    return complaint ? [[block.block_id, complaint]] : [];
  });
  return Object.fromEntries(found);
}

function enteredIn(state: Readonly<Record<string, unknown>> = {}): unknown {
  return Object.entries(state).find(([key]) => key === 'value' || key.startsWith('selected_'))?.[1];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function wrongLength({ element }: Extract<Block, { type: 'input' }>, value: unknown): string | undefined {
  if (element.type !== 'plain_text_input' || typeof value !== 'string') return undefined;
  const { min_length: min = 0, max_length: max = 3000 } = element;
  if (value.length < min) return `This entry must be at least ${min} characters.`;
  return value.length > max ? `This entry must be less than ${max + 1} characters.` : undefined;
}
