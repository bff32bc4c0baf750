import { Refusal } from './compose.ts';
import type { Directory } from './directory.ts';
import type { Arguments, Reply } from './web-api-chat.ts';
import { conversationInfo, openConversation, postEphemeral, postMessage, updateMessage } from './web-api-chat.ts';
import { completeUpload, type FilesApi, uploadUrl } from './web-api-files.ts';
import { openView, publishView, pushView, updateView, type ViewsApi } from './web-api-views.ts';
import type { Person } from './workspace.ts';

export interface WebApiOptions extends ViewsApi, FilesApi {
  readonly botToken: string;
  readonly appToken: string;
  readonly scopes: readonly string[];
  /** A new, single-use URL for a Socket Mode connection. */
  readonly openConnection: () => string;
}

interface Method {
  readonly token: 'bot' | 'app';
  /** Any one of these is enough; none is needed when it is empty. */
  readonly scopes: readonly string[];
  call(api: WebApiOptions, request: Arguments): Reply;
}

const METHODS: Readonly<Record<string, Method>> = {
  'auth.test': { token: 'bot', scopes: [], call: ({ directory, url }) => authTest(directory, url()) },
  'apps.connections.open': { token: 'app', scopes: [], call: ({ openConnection }) => ({ url: openConnection() }) },
  'users.info': { token: 'bot', scopes: ['users:read'], call: userInfo },
  'usergroups.users.list': { token: 'bot', scopes: ['usergroups:read'], call: groupMembers },
  'usergroups.list': { token: 'bot', scopes: ['usergroups:read'], call: listGroups },
  'chat.postMessage': { token: 'bot', scopes: ['chat:write'], call: postMessage },
  'chat.postEphemeral': { token: 'bot', scopes: ['chat:write'], call: postEphemeral },
  'chat.update': { token: 'bot', scopes: ['chat:write'], call: updateMessage },
  'conversations.info': {
    token: 'bot',
    scopes: ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
    call: conversationInfo,
  },
  'conversations.open': {
    token: 'bot',
    scopes: ['im:write', 'mpim:write', 'channels:manage', 'groups:write'],
    call: openConversation,
  },
  'files.getUploadURLExternal': { token: 'bot', scopes: ['files:write'], call: uploadUrl },
  'files.completeUploadExternal': { token: 'bot', scopes: ['files:write'], call: completeUpload },
  'views.open': { token: 'bot', scopes: [], call: openView },
  'views.push': { token: 'bot', scopes: [], call: pushView },
  'views.update': { token: 'bot', scopes: [], call: updateView },
  'views.publish': { token: 'bot', scopes: [], call: publishView },
};

/** Slack's answer to one call of the Web API: the JSON body and the headers that belong to it. Never throws. */
export function callWebApi(api: WebApiOptions, method: string, token: string | undefined, request: Arguments) {
  const known = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  const isBot = token === api.botToken;
  const headers: Record<string, string> = isBot ? { 'x-oauth-scopes': api.scopes.join(',') } : {};
  if (known && known.scopes.length > 0) headers['x-accepted-oauth-scopes'] = known.scopes.join(',');
  try {
    if (!known) throw new Refusal('unknown_method', { req_method: method });
    checkToken(api, known, token);
    return { headers, body: { ok: true, ...known.call(api, request) } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { headers, body: { ok: false, error: error.error, ...error.details } };
  }
}

function checkToken({ botToken, appToken, scopes }: WebApiOptions, method: Method, token: string | undefined): void {
  if (!token) throw new Refusal('not_authed');
  if (token !== botToken && token !== appToken) throw new Refusal('invalid_auth');
  if (token !== (method.token === 'bot' ? botToken : appToken)) throw new Refusal('not_allowed_token_type');
  if (method.scopes.length === 0 || method.scopes.some((scope) => scopes.includes(scope))) return;
  throw new Refusal('missing_scope', { needed: method.scopes.join(','), provided: scopes.join(',') });
}

function authTest({ team, app }: Directory, url: string): Reply {
  const ids = { team_id: team.id, user_id: app.botUserId, bot_id: app.botId };
  return { url: `${url}/`, team: team.name, user: 'influx', ...ids, is_enterprise_install: false };
}

function userInfo({ directory }: WebApiOptions, { user }: Arguments): Reply {
  const person = directory.people.find(({ id }) => id === user);
  if (!person) throw new Refusal('user_not_found');
  return { user: asSlackDescribes(person) };
}

function asSlackDescribes({ id, name, realName, teamId, timeZone, kind, isDeactivated }: Person): Reply {
  const profile = { real_name: realName, display_name: name, team: teamId };
  const common = {
    id,
    team_id: teamId,
    name,
    deleted: isDeactivated,
    profile,
    is_bot: kind === 'bot',
    is_app_user: false,
    updated: 1_700_000_000,
  };
  // Slack leaves these out for people who were deactivated.
  if (isDeactivated) return common;
  return {
    ...common,
    real_name: realName,
    tz: timeZone,
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: kind === 'guest' || kind === 'single-channel guest',
    is_ultra_restricted: kind === 'single-channel guest',
  };
}

function groupMembers({ directory }: WebApiOptions, { usergroup }: Arguments): Reply {
  const group = typeof usergroup === 'string' ? directory.findGroup(usergroup) : undefined;
  if (!group || group.id !== usergroup) throw new Refusal('no_such_subteam');
  return { users: group.members };
}

function listGroups({ directory }: WebApiOptions): Reply {
  return {
    usergroups: directory.groups.map(({ id, handle }) => ({ id, handle, name: handle, team_id: directory.team.id })),
  };
}
