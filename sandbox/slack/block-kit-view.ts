import { z } from 'zod';
import { inSlacksWords, parseBlocks } from './block-kit.ts';
import type { Block } from './block-kit-blocks.ts';
import { plainText } from './block-kit-text.ts';

const MAX_JSON = 250 * 1024;

const common = {
  blocks: z.array(z.unknown()),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
};

const shell = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('modal'),
    title: plainText(24),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
    ...common,
  }),
  z.strictObject({ type: z.literal('home'), ...common }),
]);

/** A modal or an App Home as an app writes it, once it has passed validation. */
export type ViewContent = Omit<z.infer<typeof shell>, 'blocks'> & {
  readonly blocks: readonly Block[];
  readonly title?: { readonly text: string };
  readonly submit?: { readonly text: string } | undefined;
  readonly close?: { readonly text: string } | undefined;
  readonly clear_on_close?: boolean | undefined;
  readonly notify_on_close?: boolean | undefined;
};

/** The view, typed, or what Slack would refuse in it, in its own words. */
export function parseView(input: unknown): { readonly view: ViewContent } | { readonly problems: readonly string[] } {
  const parsed = shell.safeParse(input, { reportInput: true });
  if (!parsed.success) return { problems: parsed.error.issues.flatMap((issue) => inSlacksWords(issue, ['view'])) };
  const { data } = parsed;
  const inside = parseBlocks(data.blocks, data.type);
  if ('problems' in inside) {
    return { problems: inside.problems.map((problem) => problem.replace('[json-pointer:/', '[json-pointer:/view/')) };
  }
  const view = { ...data, blocks: inside.blocks };
  if (JSON.stringify(view).length > MAX_JSON) return { problems: ['view_too_large'] };
  const asks = view.blocks.some(({ type }) => type === 'input');
  if (asks && view.type === 'modal' && !view.submit)
    return { problems: ['missing required field: submit [json-pointer:/view]'] };
  return { view };
}
