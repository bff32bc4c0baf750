import type { Block } from './block-kit-blocks.ts';
import type { Directory } from './directory.ts';
import type { Message } from './message.ts';
import { actionBase, type Interaction, stateOf, VERIFICATION_TOKEN } from './payloads.ts';
import type { View } from './views.ts';
import { asSlackShows } from './web-api-chat.ts';
import type { Person } from './workspace.ts';

/** What somebody entered, by block and action: `selected_option`, `value` and so on. */
export type Values = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** Who does it, and the trigger ID it brings. */
export interface Doing {
  readonly directory: Directory;
  readonly person: Person;
  readonly triggerId: string;
  readonly now: Date;
}

/** A view as API replies and payloads show it. */
export function viewAsSlackShows({ app, team }: Directory, view: View, values: Values = {}) {
  const { id, hash, content, rootId, previousId } = view;
  return {
    ...{ id, team_id: team.id, app_id: app.id, app_installed_team_id: team.id, bot_id: app.botId, hash },
    ...{ private_metadata: '', callback_id: '', external_id: '', title: null, submit: null, close: null },
    ...{ clear_on_close: false, notify_on_close: false, root_view_id: rootId, previous_view_id: previousId ?? null },
    ...content,
    state: { values: valuesIn(content.blocks, values) },
  };
}

/** What the inputs of these blocks hold: what was entered, else what they began with. */
export function valuesIn(blocks: readonly Block[], entered: Values): Values {
  const initial = stateOf(blocks);
  const merged = Object.entries(initial).map(([block, actions]) => [
    block,
    Object.fromEntries(
      Object.entries(actions).map(([action, began]) => [action, { ...began, ...entered[block]?.[action] }]),
    ),
  ]);
  return Object.fromEntries(merged);
}

/** `shortcut`: it has no channel and no response URL. */
export function globalShortcut(doing: Doing, callbackId: string) {
  return { type: 'shortcut', ...common(doing), callback_id: callbackId, action_ts: actionTs(doing.now) };
}

/** `message_action` */
export function messageShortcut(interaction: Interaction, message: Message, callbackId: string, now: Date) {
  const { type: _, ...base } = actionBase(interaction);
  return {
    type: 'message_action',
    ...base,
    callback_id: callbackId,
    message_ts: message.ts,
    message: asSlackShows(interaction.directory, message),
    action_ts: actionTs(now),
  };
}

/** `block_actions` in a modal or App Home: no channel, no response URL. */
export function viewActions(doing: Doing, view: View, action: Readonly<Record<string, unknown>>, values: Values) {
  return {
    type: 'block_actions',
    ...common(doing),
    api_app_id: doing.directory.app.id,
    container: { type: 'view', view_id: view.id },
    view: viewAsSlackShows(doing.directory, view, values),
    actions: [{ ...action, action_ts: actionTs(doing.now) }],
  };
}

/** `view_submission` */
export function viewSubmission(doing: Doing, view: View, values: Values, responseUrls: readonly unknown[]) {
  return {
    type: 'view_submission',
    ...common(doing),
    api_app_id: doing.directory.app.id,
    view: viewAsSlackShows(doing.directory, view, values),
    response_urls: responseUrls,
  };
}

/** `view_closed`: it brings no trigger ID. */
export function viewClosed(doing: Doing, view: View, isCleared: boolean) {
  const { trigger_id: _, ...base } = common(doing);
  return {
    type: 'view_closed',
    ...base,
    api_app_id: doing.directory.app.id,
    view: viewAsSlackShows(doing.directory, view),
    is_cleared: isCleared,
  };
}

/** `block_suggestion`, for an external select: it brings no trigger ID. */
export function blockSuggestion(
  doing: Doing,
  asked: { blockId: string; actionId: string; value: string },
  place: { readonly view: View } | { readonly message: Message },
) {
  const { trigger_id: _, ...base } = common(doing);
  const container =
    'view' in place
      ? { container: { type: 'view', view_id: place.view.id }, view: viewAsSlackShows(doing.directory, place.view) }
      : { container: { type: 'message', message_ts: place.message.ts, channel_id: place.message.channel } };
  return {
    type: 'block_suggestion',
    ...base,
    api_app_id: doing.directory.app.id,
    ...container,
    ...{ block_id: asked.blockId, action_id: asked.actionId, value: asked.value },
  };
}

/** The event when somebody opens the app's Home. */
export function appHomeOpened({ directory, person, now }: Doing, channel: string, home: View | undefined) {
  const { team, app } = directory;
  const seconds = Math.floor(now.getTime() / 1000);
  const event = { type: 'app_home_opened', user: person.id, channel, tab: 'home', event_ts: actionTs(now) };
  return {
    ...{ token: VERIFICATION_TOKEN, team_id: team.id, api_app_id: app.id, type: 'event_callback' },
    event: home ? { ...event, view: viewAsSlackShows(directory, home) } : event,
    ...{ event_id: `Ev${now.getTime().toString(36).toUpperCase()}`, event_time: seconds, is_ext_shared_channel: false },
    authorizations: [{ enterprise_id: null, team_id: team.id, user_id: app.botUserId, is_bot: true }],
  };
}

function common({ directory, person, triggerId }: Doing) {
  const { team } = directory;
  return {
    team: { id: team.id, domain: team.domain },
    user: { id: person.id, username: person.name, name: person.name, team_id: person.teamId },
    token: VERIFICATION_TOKEN,
    trigger_id: triggerId,
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** The time as Slack writes it into actions and events. */
export function actionTs(now: Date): string {
  return `${Math.floor(now.getTime() / 1000)}.${String(Math.floor(Math.random() * 1e6)).padStart(6, '0')}`;
}
