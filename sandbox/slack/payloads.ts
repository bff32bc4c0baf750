import { randomBytes } from 'node:crypto';
import type { Block } from './block-kit-blocks.ts';
import type { Element } from './block-kit-elements.ts';
import type { Directory } from './directory.ts';
import type { Button, Message } from './message.ts';
import { asSlackShows } from './web-api-chat.ts';
import type { Channel, Person } from './workspace.ts';

/** The deprecated verification token, the same in every payload. */
export const VERIFICATION_TOKEN = 'sandboxVerificationToken';

export interface Interaction {
  readonly directory: Directory;
  readonly person: Person;
  readonly channel: Channel;
  readonly triggerId: string;
  readonly responseUrl: string;
}

/** A trigger ID of Slack's shape; never the same twice. */
export function newTriggerId(now: Date): string {
  return `${now.getTime()}.${Math.floor(Math.random() * 1e9)}.${randomBytes(16).toString('hex')}`;
}

/** The fields of a slash command. */
export function commandFields(
  { directory, person, channel, ...interaction }: Interaction,
  command: string,
  text: string,
) {
  const { team, app } = directory;
  const names = { public: channel.name, private: 'privategroup', direct: 'directmessage' };
  return {
    token: VERIFICATION_TOKEN,
    team_id: person.teamId,
    team_domain: person.teamId === team.id ? team.domain : 'partner',
    channel_id: channel.id,
    channel_name: names[channel.kind],
    user_id: person.id,
    user_name: person.name,
    command,
    text,
    api_app_id: app.id,
    is_enterprise_install: 'false',
    response_url: interaction.responseUrl,
    trigger_id: interaction.triggerId,
  };
}

/** The payload of a click. One on an ephemeral message holds no `message`. */
export function blockActions(interaction: Interaction, message: Message, button: Button, now: Date) {
  return messageActions(interaction, message, actionOf(button, now));
}

/** The payload of any action on a message. */
export function messageActions(
  interaction: Interaction,
  message: Message,
  action: Readonly<Record<string, unknown>>,
  values = stateOf(message.blocks),
) {
  const isEphemeral = message.ephemeralFor !== undefined;
  const thread = message.threadTs === undefined ? {} : { thread_ts: message.threadTs };
  return {
    ...actionBase(interaction),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: isEphemeral,
      ...thread,
    },
    ...(isEphemeral ? {} : { message: asSlackShows(interaction.directory, message) }),
    state: { values },
    actions: [action],
  };
}

/** The parts of a click that do not depend on what was clicked. */
export function actionBase({ directory, person, channel, triggerId, responseUrl }: Interaction) {
  const { team, app } = directory;
  return {
    type: 'block_actions',
    user: { id: person.id, username: person.name, name: person.name, team_id: person.teamId },
    api_app_id: app.id,
    token: VERIFICATION_TOKEN,
    trigger_id: triggerId,
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel.id, name: channel.kind === 'private' ? 'privategroup' : channel.name },
    response_url: responseUrl,
  };
}

function actionOf({ text, actionId, blockId, value, style }: Button, now: Date) {
  return {
    action_id: actionId,
    block_id: blockId,
    text: { type: 'plain_text', text, emoji: true },
    ...(value === undefined ? {} : { value }),
    ...(style === undefined ? {} : { style }),
    type: 'button',
    action_ts: `${Math.floor(now.getTime() / 1000)}.${String(Math.floor(Math.random() * 1e6)).padStart(6, '0')}`,
  };
}

/** The values of a message's inputs as nobody has changed them yet. */
export function stateOf(blocks: readonly Block[]): Record<string, Record<string, Record<string, unknown>>> {
  const values: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const block of blocks) {
    for (const element of elementsIn(block)) {
      if (element.type === 'button' || element.type === 'overflow' || element.type === 'image') continue;
      if (!element.action_id || !block.block_id) continue;
      values[block.block_id] = { ...values[block.block_id], [element.action_id]: stateOfElement(element) };
    }
  }
  return values;
}

/** What people can use in this block. */
export function elementsIn(block: Block): readonly Element[] {
  if (block.type === 'actions') return block.elements;
  if (block.type === 'input') return [block.element];
  return block.type === 'section' && block.accessory ? [block.accessory] : [];
}

/** `initial_option` comes back as `selected_option`, and `initial_value` as `value`. */
function stateOfElement(element: { readonly type: string }): Record<string, unknown> {
  const initial = Object.entries(element).filter(([key]) => key.startsWith('initial_'));
  const named = initial.map(([key, value]) => [
    key.replace(/^initial_(value$)?/, (_, plain) => plain ?? 'selected_'),
    value,
  ]);
  return { type: element.type, ...Object.fromEntries(named) };
}
