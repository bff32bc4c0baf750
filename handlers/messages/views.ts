import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import { liveTokens, type Plan } from '../../src/revocation/plan.ts';
import { type Part, paragraph } from './parts.ts';
import { count, profileHeading, type ShownProfile } from './words.ts';

/** Where the name of a profile is typed, in whatever view asks for it. */
export const TYPED_NAME = 'typed_name';
const BLOCKS_PER_VIEW = 100;
const YES = 'yes';

/** What a modal of this bot is made of. Without `submit` there is nothing to send. */
export interface ModalSpec {
  readonly callbackId: string;
  readonly title: string;
  readonly metadata: string;
  readonly blocks: readonly KnownBlock[];
  readonly submit?: string | undefined;
  readonly close: string;
  /** Whether Slack says when it is closed without being submitted. */
  readonly hearsClose?: boolean;
}

export function modal({
  callbackId,
  title,
  metadata,
  blocks,
  submit,
  close,
  hearsClose = false,
}: ModalSpec): ModalView {
  return {
    type: 'modal',
    callback_id: callbackId,
    title: plain(title),
    ...(submit === undefined ? {} : { submit: plain(submit) }),
    close: plain(close),
    private_metadata: metadata,
    notify_on_close: hearsClose,
    blocks: blocks.slice(0, BLOCKS_PER_VIEW),
  };
}

/** The parts as blocks of a view. What a view says has no text beside it: screen readers read the blocks. */
export function blocksOf(...parts: readonly (Part | undefined)[]): KnownBlock[] {
  return parts.flatMap((part) => part?.blocks ?? []);
}

export function plain(text: string) {
  return { type: 'plain_text' as const, text, emoji: false };
}

/** `Revoke 12 tokens` */
export function revokeText(plan: Plan): string {
  return `Revoke ${count(liveTokens(plan).length, 'token')}`;
}

/** The input in which the name of the profile confirms. */
export function nameInput(profile: string): InputBlock {
  return {
    type: 'input',
    block_id: TYPED_NAME,
    label: plain(`Type ${profile} to confirm`),
    element: { type: 'plain_text_input', action_id: TYPED_NAME, max_length: 200 },
  };
}

/** Asks for the name of the profile before a plan that reaches far is confirmed; the plan itself stands in its message. */
export function nameView(plan: Plan, profile: ShownProfile, why: string, metadata: string): ModalView {
  const blocks = blocksOf(
    profileHeading(profile),
    paragraph({ bold: why }, ' Revoking is immediate and cannot be undone.'),
  );
  return modal({
    callbackId: 'confirm_by_name',
    title: 'Type to confirm',
    metadata,
    blocks: [...blocks, nameInput(profile.name)],
    submit: revokeText(plan),
    close: 'Back',
  });
}

/** What people type into, over several lines. */
export interface TextField {
  readonly label: string;
  readonly longest: number;
  readonly hint: string;
  readonly initial?: string | undefined;
}

export function textInput(field: string, blockId: string, { label, longest, hint, initial }: TextField): InputBlock {
  const filled = initial === undefined ? {} : { initial_value: initial };
  const shape = { type: 'plain_text_input' as const, action_id: field, multiline: true, max_length: longest };
  const element = { ...shape, ...filled };
  return { type: 'input', block_id: blockId, label: plain(label), hint: plain(hint), optional: true, element };
}

/** One thing to tick. */
export function checkbox(
  field: string,
  label: string,
  { text, description, checked }: { readonly text: string; readonly description: string; readonly checked: boolean },
): InputBlock {
  const option = { text: plain(text), description: plain(description), value: YES };
  const initial = checked ? { initial_options: [option] } : {};
  const element = { type: 'checkboxes' as const, action_id: field, options: [option], ...initial };
  return { type: 'input', block_id: field, label: plain(label), optional: true, element };
}
