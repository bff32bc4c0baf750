import { randomUUID } from 'node:crypto';
import type { Chat } from './chat.ts';
import { composeForMethod, Refusal } from './compose.ts';
import type { Directory } from './directory.ts';
import type { SlackFile } from './files.ts';
import type { Message } from './message.ts';
import type { Channel } from './workspace.ts';

export type Arguments = Readonly<Record<string, unknown>>;
export type Reply = Record<string, unknown>;

export interface ChatApi {
  readonly directory: Directory;
  readonly chat: Chat;
}

const MAX_UPDATE_TEXT = 4_000;

/** `chat.postMessage`: to a channel the app is in, or to a user, which opens the direct messages with them. */
export function postMessage(api: ChatApi, request: Arguments): Reply {
  const channel = writableChannel(api, request.channel);
  const composed = composeForMethod(request);
  const threadTs = typeof request.thread_ts === 'string' ? request.thread_ts : undefined;
  const message = api.chat.post({ ...composed, channel, threadTs, cause: 'web api' });
  const warning = composed.warning && {
    warning: composed.warning,
    response_metadata: { warnings: [composed.warning] },
  };
  return { channel: channel.id, ts: message.ts, message: asSlackShows(api.directory, message), ...warning };
}

/** `chat.postEphemeral`: both the app and the user must be in the channel. */
export function postEphemeral(api: ChatApi, request: Arguments): Reply {
  const channel = writableChannel(api, request.channel);
  const user = typeof request.user === 'string' ? api.directory.findPerson(request.user) : undefined;
  if (!user || user.id !== request.user || !channel.members.includes(user.id)) throw new Refusal('user_not_in_channel');
  const composed = composeForMethod(request);
  const message = api.chat.post({ ...composed, channel, ephemeralFor: user.id, cause: 'web api' });
  return { message_ts: message.ts };
}

/** `chat.update`: the app's own messages, never an ephemeral one; text without blocks removes the blocks. */
export function updateMessage(api: ChatApi, request: Arguments): Reply {
  const channel = writableChannel(api, request.channel);
  const old = typeof request.ts === 'string' ? api.chat.find(channel.id, request.ts) : undefined;
  if (!old || old.ephemeralFor !== undefined) throw new Refusal('message_not_found');
  if (old.author !== 'app') throw new Refusal('cant_update_message');
  const composed = composeForMethod(request);
  if (composed.text.length > MAX_UPDATE_TEXT) throw new Refusal('msg_too_long');
  const message = api.chat.replace(old, composed, 'web api');
  return { channel: channel.id, ts: message.ts, text: message.text, message: asSlackShows(api.directory, message) };
}

/** `conversations.open` with one user. */
export function openConversation({ directory }: ChatApi, request: Arguments): Reply {
  const users = typeof request.users === 'string' ? request.users.split(',') : [];
  const [id] = users;
  if (id === undefined) throw new Refusal('users_list_not_supplied');
  const person = directory.findPerson(id);
  if (!person || person.id !== id || users.length > 1) throw new Refusal('user_not_found');
  if (person.isDeactivated) throw new Refusal('user_disabled');
  return { channel: { id: directory.directMessages(id).id } };
}

function fileAsSlackShows({ id, name, title, mimetype, size, url, author }: SlackFile): Reply {
  const about = { id, name, title, mimetype, size, user: author, mode: 'hosted', is_external: false };
  return { ...about, url_private: url, url_private_download: url };
}

/** `conversations.info`: private places do not exist for an app that is not in them. */
export function conversationInfo({ directory }: ChatApi, request: Arguments): Reply {
  const channel = typeof request.channel === 'string' ? directory.findChannel(request.channel) : undefined;
  const isMember = channel?.members.includes(directory.app.botUserId) ?? false;
  if (!channel || channel.id !== request.channel || (channel.kind !== 'public' && !isMember))
    throw new Refusal('channel_not_found');
  const { id, name, kind, isArchived } = channel;
  return {
    channel: {
      id,
      name,
      is_channel: true,
      is_private: kind !== 'public',
      is_archived: isArchived,
      is_member: isMember,
    },
  };
}

/** A message as API replies and click payloads show it. */
export function asSlackShows({ app, team }: Directory, message: Message): Reply {
  const isApps = message.author === 'app';
  return {
    type: 'message',
    // What people write has a UUID that is no token's.
    ...(isApps
      ? { user: app.botUserId, bot_id: app.botId, app_id: app.id }
      : { user: message.author, client_msg_id: randomUUID() }),
    team: team.id,
    ts: message.ts,
    text: message.text,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.files.length > 0 ? { files: message.files.map(fileAsSlackShows) } : {}),
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.history.length > 0 ? { edited: { user: app.botUserId, ts: message.ts } } : {}),
  };
}

/** The channel where the app may write, or a user's direct messages with it. Throws a `Refusal`. */
export function writableChannel({ directory }: Pick<ChatApi, 'directory'>, asked: unknown): Channel {
  if (typeof asked !== 'string' || asked === '') throw new Refusal('channel_not_found');
  const user = directory.people.find(({ id }) => id === asked);
  if (user) return directory.directMessages(user.id);
  const channel = directory.findChannel(asked);
  if (!channel) throw new Refusal('channel_not_found');
  const isMember = channel.members.includes(directory.app.botUserId);
  // Private places do not exist for an app that is not in them.
  if (!isMember) throw new Refusal(channel.kind === 'public' ? 'not_in_channel' : 'channel_not_found');
  if (channel.isArchived) throw new Refusal('is_archived');
  return channel;
}
