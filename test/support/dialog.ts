import type { Slack } from '../../sandbox/slack/slack.ts';
import type { Answered } from '../../sandbox/slack/surface-answers.ts';
import type { Values } from '../../sandbox/slack/surface-payloads.ts';
import type { View } from '../../sandbox/slack/views.ts';

/** What somebody enters in the dialog; what is left out stays as the dialog shows it. */
export interface Entered {
  readonly tokens?: readonly string[];
  readonly pasted?: string;
  readonly reason?: string;
  readonly profile?: string;
  readonly channel?: string;
  readonly share?: boolean;
  readonly found?: boolean;
}

/** The words on a view. */
export function wordsOf({ content }: View): string {
  const texts: string[] = [content.title?.text ?? '', content.submit?.text ?? ''];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) walk(one);
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) {
        if (key === 'text' && typeof one === 'string') texts.push(one);
        else walk(one);
      }
  };
  walk(content.blocks);
  return texts.join(' ');
}

/** The dialog on this person's screen once these words are on it. */
export function dialogSaying(slack: Slack, words: string, user = 'alice'): Promise<View> {
  return slack.surfaces.modal(user, (view) => wordsOf(view).includes(words));
}

/** The block in which this field stands now. */
export function blockOf({ content }: View, field: string): string {
  const block = content.blocks.find((one) => one.type === 'input' && one.element.action_id === field);
  if (block?.block_id === undefined) throw new Error(`no field ${field} in ${JSON.stringify(content.blocks)}`);
  return block.block_id;
}

const option = (value: string) => ({ text: { type: 'plain_text', text: value }, value });

/** What was entered, as Slack sends it. */
export function valuesIn(view: View, entered: Entered): Values {
  const { tokens, pasted, reason, profile, channel, share, found } = entered;
  const values: (readonly [string, Readonly<Record<string, unknown>> | undefined])[] = [
    ['choose_tokens', tokens && { selected_options: tokens.map(option) }],
    ['pasted', pasted === undefined ? undefined : { value: pasted }],
    ['reason', reason === undefined ? undefined : { value: reason }],
    ['choose_profile', profile === undefined ? undefined : { selected_option: option(profile) }],
    ['choose_channel', channel === undefined ? undefined : { selected_conversation: channel }],
    ['share', share === undefined ? undefined : { selected_options: share ? [option('yes')] : [] }],
    ['found', found === undefined ? undefined : { selected_options: found ? [option('yes')] : [] }],
  ];
  const set = values.flatMap(([field, value]) => (value ? [[blockOf(view, field), { [field]: value }] as const] : []));
  return Object.fromEntries(set);
}

/** Submits the dialog with this in it. */
export function submit(slack: Slack, view: View, entered: Entered): Promise<Answered> {
  return slack.surfaces.submit(view, valuesIn(view, entered));
}
