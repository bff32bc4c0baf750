import { z } from 'zod';
import { actionId, confirm, imageElement, plainOption, plainText, richOption, url } from './block-kit-text.ts';

const action = { action_id: actionId.optional(), confirm: confirm.optional() };
const focusable = { ...action, focus_on_load: z.boolean().optional() };
const placeholder = { placeholder: plainText(150).optional() };
const typed = {
  action_id: actionId.optional(),
  focus_on_load: z.boolean().optional(),
  dispatch_action_config: z
    .strictObject({
      trigger_actions_on: z
        .array(z.enum(['on_enter_pressed', 'on_character_entered']))
        .min(1)
        .max(2)
        .optional(),
    })
    .optional(),
  ...placeholder,
};
const many = { ...focusable, ...placeholder, max_selected_items: z.number().int().min(1).optional() };

const groups = z
  .array(z.strictObject({ label: plainText(75), options: z.array(plainOption).min(1).max(100) }))
  .min(1)
  .max(100);
const choices = { options: z.array(plainOption).min(1).max(100).optional(), option_groups: groups.optional() };
const eitherChoices = { error: 'must define either `options` or `option_groups`' };

function hasOneKindOfChoice({ options, option_groups }: { options?: unknown; option_groups?: unknown }): boolean {
  return (options === undefined) !== (option_groups === undefined);
}

const conversationFilter = z
  .strictObject({
    include: z
      .array(z.enum(['im', 'mpim', 'private', 'public']))
      .min(1)
      .optional(),
    exclude_external_shared_channels: z.boolean().optional(),
    exclude_bot_users: z.boolean().optional(),
  })
  .optional();
const conversation = { default_to_current_conversation: z.boolean().optional(), filter: conversationFilter };
const respondable = { response_url_enabled: z.boolean().optional() };

/** A button; its `value` comes back with the click. */
const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: url.optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: z.string().min(1).max(75).optional(),
  ...action,
});

const overflow = z.strictObject({
  type: z.literal('overflow'),
  options: z.array(plainOption).min(1).max(5),
  ...action,
});

const selects = [
  z
    .strictObject({
      type: z.literal('static_select'),
      initial_option: plainOption.optional(),
      ...choices,
      ...focusable,
      ...placeholder,
    })
    .refine(hasOneKindOfChoice, eitherChoices),
  z
    .strictObject({
      type: z.literal('multi_static_select'),
      initial_options: z.array(plainOption).min(1).optional(),
      ...choices,
      ...many,
    })
    .refine(hasOneKindOfChoice, eitherChoices),
  z.strictObject({
    type: z.literal('external_select'),
    initial_option: plainOption.optional(),
    min_query_length: z.number().int().min(0).optional(),
    ...focusable,
    ...placeholder,
  }),
  z.strictObject({
    type: z.literal('multi_external_select'),
    initial_options: z.array(plainOption).min(1).optional(),
    min_query_length: z.number().int().min(0).optional(),
    ...many,
  }),
  z.strictObject({
    type: z.literal('users_select'),
    initial_user: z.string().optional(),
    ...focusable,
    ...placeholder,
  }),
  z.strictObject({ type: z.literal('multi_users_select'), initial_users: z.array(z.string()).optional(), ...many }),
  z.strictObject({
    type: z.literal('conversations_select'),
    initial_conversation: z.string().optional(),
    ...conversation,
    ...respondable,
    ...focusable,
    ...placeholder,
  }),
  z.strictObject({
    type: z.literal('multi_conversations_select'),
    initial_conversations: z.array(z.string()).optional(),
    ...conversation,
    ...many,
  }),
  z.strictObject({
    type: z.literal('channels_select'),
    initial_channel: z.string().optional(),
    ...respondable,
    ...focusable,
    ...placeholder,
  }),
  z.strictObject({
    type: z.literal('multi_channels_select'),
    initial_channels: z.array(z.string()).optional(),
    ...many,
  }),
] as const;

const checkboxes = z.strictObject({
  type: z.literal('checkboxes'),
  options: z.array(richOption).min(1).max(10),
  initial_options: z.array(richOption).min(1).optional(),
  ...focusable,
});
const radioButtons = z.strictObject({
  type: z.literal('radio_buttons'),
  options: z.array(richOption).min(1).max(10),
  initial_option: richOption.optional(),
  ...focusable,
});
const datepicker = z.strictObject({
  type: z.literal('datepicker'),
  initial_date: z.iso.date().optional(),
  ...focusable,
  ...placeholder,
});
const timepicker = z.strictObject({
  type: z.literal('timepicker'),
  initial_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .optional(),
  timezone: z.string().optional(),
  ...focusable,
  ...placeholder,
});
const datetimepicker = z.strictObject({
  type: z.literal('datetimepicker'),
  initial_date_time: z.number().int().optional(),
  ...focusable,
});

const plainTextInput = z.strictObject({
  type: z.literal('plain_text_input'),
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.number().int().min(0).max(3000).optional(),
  max_length: z.number().int().min(1).max(3000).optional(),
  ...typed,
});

const choosers = [...selects, checkboxes, radioButtons, datepicker, timepicker] as const;

/** What an `actions` block may hold. */
export const actionsElement = z.discriminatedUnion('type', [button, overflow, datetimepicker, ...choosers]);
/** What may stand at the right of a `section`. */
export const sectionAccessory = z.discriminatedUnion('type', [button, overflow, imageElement, ...choosers]);
/** What an `input` block may ask for. */
export const inputElement = z.discriminatedUnion('type', [plainTextInput, datetimepicker, ...choosers]);

export type Element = z.infer<typeof actionsElement> | z.infer<typeof sectionAccessory> | z.infer<typeof inputElement>;
