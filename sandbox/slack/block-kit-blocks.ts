import { z } from 'zod';
import { actionsElement, inputElement, sectionAccessory } from './block-kit-elements.ts';
import { richText } from './block-kit-rich-text.ts';
import { blockId, imageBlock, imageElement, mrkdwn, plainText, textObject } from './block-kit-text.ts';

const block = { block_id: blockId.optional() };

const section = z
  .strictObject({
    type: z.literal('section'),
    text: textObject(3000).optional(),
    fields: z.array(textObject(2000)).min(1).max(10).optional(),
    accessory: sectionAccessory.optional(),
    expand: z.boolean().optional(),
    ...block,
  })
  .refine(({ text, fields }) => text !== undefined || fields !== undefined, {
    error: 'must define either `text` or `fields`',
  });

const cell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) }),
  z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: z.string() }),
  richText,
]);

const table = z.strictObject({
  type: z.literal('table'),
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z
    .array(
      z
        .strictObject({ align: z.enum(['left', 'center', 'right']).optional(), is_wrapped: z.boolean().optional() })
        .nullable(),
    )
    .max(20)
    .optional(),
  ...block,
});

const common = [
  section,
  z.strictObject({ type: z.literal('header'), text: plainText(150), ...block }),
  z.strictObject({ type: z.literal('divider'), ...block }),
  z.strictObject({
    type: z.literal('context'),
    elements: z
      .array(z.discriminatedUnion('type', [imageElement, plainText(3000), mrkdwn(3000)]))
      .min(1)
      .max(10),
    ...block,
  }),
  z.strictObject({ type: z.literal('actions'), elements: z.array(actionsElement).min(1).max(25), ...block }),
  z.strictObject({
    type: z.literal('input'),
    label: plainText(2000),
    element: inputElement,
    hint: plainText(2000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
    ...block,
  }),
  imageBlock,
  richText,
] as const;

const markdown = z.strictObject({ type: z.literal('markdown'), text: z.string().min(1).max(12_000), ...block });
const alert = z.strictObject({
  type: z.literal('alert'),
  text: textObject(200),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
  ...block,
});

/** The blocks each surface takes. Types that the bot has no use for (card, video, …) are unsupported here. */
export const surfaces = {
  message: z.array(z.discriminatedUnion('type', [...common, markdown, table])).max(50),
  modal: z.array(z.discriminatedUnion('type', [...common, alert])).max(100),
  home: z.array(z.discriminatedUnion('type', [...common, table])).max(100),
};

export type Surface = keyof typeof surfaces;
/** A block of any surface that has passed validation. */
export type Block = z.infer<(typeof surfaces)[Surface]>[number];
