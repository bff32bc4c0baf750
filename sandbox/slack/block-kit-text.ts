import { z } from 'zod';

/** `plain_text` of at most `max` characters. */
export function plainText(max: number) {
  return z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });
}

/** `mrkdwn` of at most `max` characters. */
export function mrkdwn(max: number) {
  return z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });
}

/** `plain_text` or `mrkdwn` of at most `max` characters. */
export function textObject(max: number) {
  return z.discriminatedUnion('type', [plainText(max), mrkdwn(max)]);
}

export const blockId = z.string().min(1).max(255);
export const actionId = z.string().min(1).max(255);
export const url = z.string().min(1).max(3000);

/** The question asked before an element acts. */
export const confirm = z.strictObject({
  title: plainText(100).optional(),
  text: textObject(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: z.enum(['primary', 'danger']).optional(),
});

/** An option of a select or an overflow menu. */
export const plainOption = z.strictObject({
  text: plainText(75),
  value: z.string().min(1).max(150),
  description: plainText(75).optional(),
  url: url.optional(),
});

/** An option of checkboxes and radio buttons, which may hold mrkdwn. */
export const richOption = z.strictObject({
  text: textObject(75),
  value: z.string().min(1).max(150),
  description: textObject(75).optional(),
});

const source = { image_url: url.optional(), slack_file: z.record(z.string(), z.string()).optional() };

function hasOneSource({ image_url, slack_file }: { image_url?: unknown; slack_file?: unknown }): boolean {
  return (image_url === undefined) !== (slack_file === undefined);
}

const oneSource = { error: 'must define either `image_url` or `slack_file`' };

/** An image among the elements of another block. */
export const imageElement = z
  .strictObject({ type: z.literal('image'), alt_text: z.string().min(1).max(2000), ...source })
  .refine(hasOneSource, oneSource);

/** A block that is an image. */
export const imageBlock = z
  .strictObject({
    type: z.literal('image'),
    block_id: blockId.optional(),
    alt_text: z.string().min(1).max(2000),
    title: plainText(2000).optional(),
    ...source,
  })
  .refine(hasOneSource, oneSource);
