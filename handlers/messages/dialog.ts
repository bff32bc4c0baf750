import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import type { Selection } from '../../src/revocation/planning/selection-steps.ts';
import { shortId } from '../../src/revocation/token.ts';
import { list, paragraph } from './parts.ts';
import { blocksOf, checkbox, modal, plain, textInput } from './views.ts';
import { count, type ShownProfile } from './words.ts';

/** What is entered where in the dialog. */
export const FIELDS = {
  found: 'found',
  profile: 'choose_profile',
  channel: 'choose_channel',
  tokens: 'choose_tokens',
  pasted: 'pasted',
  reason: 'reason',
  share: 'share',
} as const;

const CALLBACK = 'revoke_dialog';
const TITLE = 'Revoke tokens';
const OPTIONS = 100;
const LONGEST_PASTE = 3_000;
const LONGEST_REASON = 500;
const MOST_CHOSEN = 100;

/** The blocks of the fields. A field under another block ID is a new and empty one for Slack. */
export interface FieldBlocks {
  readonly tokens: string;
  readonly pasted: string;
  readonly reason: string;
}

/** What somebody said before the dialog opened. Slack keeps it, like what was entered, while the dialog is open. */
export interface Filled {
  readonly reason: string | undefined;
  readonly share: boolean;
}

/** What the dialog shows. */
export interface DialogContent {
  readonly metadata: string;
  readonly blockIds: FieldBlocks;
  readonly selection: Selection;
  /** The profiles its person may start on from here; without one there is nothing to choose but a channel. */
  readonly profiles: readonly ShownProfile[];
  readonly profile: ShownProfile | undefined;
  /** Chosen, where the dialog was opened in none. */
  readonly channel: string | undefined;
  /** Whether other profiles can be used once a channel is chosen, or another one. */
  readonly others: boolean;
  /** What went wrong with what was entered. */
  readonly problem?: string | undefined;
  readonly filled?: Filled | undefined;
}

/** Shown at once, until there is something to show. */
export function loadingView(metadata: string, what: string): ModalView {
  const blocks = blocksOf(paragraph({ bold: `Loading ${what} …` }));
  return modal({ callbackId: CALLBACK, title: TITLE, metadata, blocks, close: 'Close' });
}

/** Which tokens, on which profile, why, and where the result is shared. */
export function dialogView(content: DialogContent): ModalView {
  const { metadata, profile, selection, problem } = content;
  const blocks: KnownBlock[] = [
    ...blocksOf(problem === undefined ? undefined : paragraph('⚠️ ', { bold: problem })),
    ...foundBlocks(selection),
    ...(profile ? [] : channelFirst(content)),
    ...(selection.place ? [] : [channelInput(content)]),
    ...(profile ? [profileInput(content.profiles, profile), ...tokenInputs(content)] : []),
  ];
  return modal({
    ...{ callbackId: CALLBACK, title: TITLE, metadata, blocks, close: 'Close' },
    ...(profile ? { submit: 'Show the plan' } : {}),
  });
}

function channelFirst({ channel }: DialogContent): KnownBlock[] {
  const first = paragraph('Your profiles work only in some channels. Choose the channel first.');
  if (channel === undefined) return blocksOf(first);
  return blocksOf(
    paragraph('None of your profiles works in ', { channel }, '. Choose another channel, one that a policy names.'),
  );
}

function foundBlocks({ tokenIds, notes }: Selection): KnownBlock[] {
  const said = blocksOf(notes.length > 0 ? list(notes.map((note) => [note])) : undefined);
  if (tokenIds.length === 0) return said;
  const text = `Revoke the ${count(tokenIds.length, 'ID')} from the message`;
  const first = tokenIds.slice(0, 5).map(shortId).join(', ');
  const description = tokenIds.length > 5 ? `${first} and ${tokenIds.length - 5} more` : first;
  return [...said, checkbox(FIELDS.found, 'Found in the message', { text, description, checked: true })];
}

function channelInput({ others, profile, channel }: DialogContent): KnownBlock {
  const element = {
    type: 'conversations_select' as const,
    action_id: FIELDS.channel,
    placeholder: plain('Choose a channel'),
    filter: { include: ['public' as const, 'private' as const] },
    ...(channel === undefined ? {} : { initial_conversation: channel }),
  };
  // An input asks for something to be submitted, and there is nothing to submit yet.
  if (!profile) return { type: 'actions', block_id: FIELDS.channel, elements: [element] };
  const needed = others ? ' Some profiles work only in the channels their policy names.' : '';
  return {
    type: 'input',
    block_id: FIELDS.channel,
    label: plain('Channel'),
    hint: plain(`Where this belongs, and where the result can be shared.${needed}`),
    optional: true,
    dispatch_action: true,
    // With its submission Slack sends a response URL, if this person can post in what was chosen.
    element: { ...element, response_url_enabled: true },
  };
}

function profileInput(profiles: readonly ShownProfile[], profile: ShownProfile): InputBlock {
  const options = [profile, ...profiles.filter((one) => one !== profile)].slice(0, OPTIONS).map(profileOption);
  const others =
    profiles.length > OPTIONS ? { hint: plain(`${OPTIONS} of ${profiles.length} profiles are here.`) } : {};
  return {
    type: 'input',
    block_id: FIELDS.profile,
    label: plain('Profile'),
    ...others,
    dispatch_action: true,
    element: { type: 'static_select', action_id: FIELDS.profile, options, initial_option: profileOption(profile) },
  };
}

function profileOption({ name, production }: ShownProfile) {
  const text = production ? `🔴 ${name} (production)` : name;
  return { text: plain(text.length > 75 ? `${text.slice(0, 74)}…` : text), value: name };
}

function tokenInputs(content: DialogContent): InputBlock[] {
  const { blockIds, profile, filled } = content;
  return [
    {
      type: 'input',
      block_id: blockIds.tokens,
      label: plain('Tokens'),
      hint: plain(`Those of ${profile?.name}. Type a part of a description, a database, or the beginning of an ID.`),
      optional: true,
      element: {
        type: 'multi_external_select',
        action_id: FIELDS.tokens,
        placeholder: plain('Search and choose'),
        min_query_length: 0,
        max_selected_items: MOST_CHOSEN,
      },
    },
    textInput(FIELDS.pasted, blockIds.pasted, {
      label: 'Or paste token IDs',
      longest: LONGEST_PASTE,
      hint: 'One per line, or mixed with anything. Never a token itself.',
    }),
    textInput(FIELDS.reason, blockIds.reason, {
      label: 'Reason',
      longest: LONGEST_REASON,
      hint: 'For the audit log and for whoever reads the result.',
      initial: filled?.reason,
    }),
    ...shareInput(content),
  ];
}

/** Nobody else reads direct messages: nothing is shared there. */
function shareInput({ selection: { place }, filled }: DialogContent): InputBlock[] {
  if (place?.channel.startsWith('D')) return [];
  const inChannel = place ? 'in this channel' : 'in the channel chosen above';
  const where = place?.thread === undefined ? inChannel : 'in the thread of the message';
  return [
    checkbox(FIELDS.share, 'Result', {
      text: `Share the result ${where}`,
      description: 'Short IDs and outcomes, for all who read there.',
      // Who starts from a message answers those who wrote and read it.
      checked: place?.thread !== undefined || filled?.share === true,
    }),
  ];
}
