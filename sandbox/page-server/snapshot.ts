import type {
  ChannelState,
  MachineState,
  MessageState,
  PageState,
  PersonState,
  RefusalState,
  TokenState,
  ViewState,
  WorkspaceState,
} from '../page/state.ts';
import type { Sandbox } from '../sandbox.ts';
import type { RecordEntry } from '../slack/record.ts';
import type { View } from '../slack/views.ts';
import type { Channel, Person } from '../slack/workspace.ts';
import type { Writers } from '../writers.ts';
import type { Manifest } from './manifest.ts';
import type { Troubles } from './troubles.ts';

const MESSAGES_SHOWN = 200;

/** What the page is made of. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly manifest: Manifest;
  readonly writers: Writers;
  readonly troubles: Troubles;
  readonly audit: () => PageState['audit'];
  /** What Slack refused so far. */
  readonly refusals: readonly RecordEntry[];
  /** Whether the bot is just being started or stopped. */
  readonly machine: { readonly isBusy: boolean };
}

/** Everything the page shows to this person now. */
export function snapshot(stage: Stage, user: string): PageState {
  const { slack } = stage.sandbox;
  const person = slack.workspace.person(user);
  const home = slack.surfaces.home(person.id);
  return {
    workspace: workspaceFor(stage, person),
    messages: messagesFor(stage, person),
    refusals: stage.refusals.flatMap((entry, index) => refusalFor(stage, person, entry, index)),
    modals: slack.surfaces.modals(person.id).map(viewState),
    home: home ? viewState(home) : null,
    tokens: tokensOf(stage),
    machine: machineOf(stage),
    audit: stage.audit(),
  };
}

function workspaceFor({ sandbox: { slack, aheadMs }, manifest }: Stage, person: Person): WorkspaceState {
  const { workspace } = slack;
  if (person.teamId === workspace.team.id) workspace.directMessages(person.id);
  const named = [...workspace.people, ...workspace.channels].map(({ id, name }) => [id, name]);
  return {
    team: workspace.team.name,
    appName: manifest.appName,
    people: workspace.people.filter(isSomebody).map((one) => personState(slack, one)),
    channels: workspace.channels
      .filter(({ members }) => members.includes(person.id))
      .map((one) => channelState(slack, one)),
    commands: manifest.commands,
    shortcuts: manifest.shortcuts,
    hasHome: manifest.hasHome,
    names: Object.fromEntries([...named, ...workspace.groups.map(({ id, handle }) => [id, handle])]),
    aheadMs,
  };
}

function isSomebody({ kind, isDeactivated }: Person): boolean {
  return !isDeactivated && (kind === 'member' || kind === 'guest');
}

function personState({ workspace }: Sandbox['slack'], person: Person): PersonState {
  const { id, name, realName, timeZone, kind, teamId } = person;
  const groups = workspace.groups.filter(({ members }) => members.includes(id)).map(({ handle }) => `@${handle}`);
  const role = teamId !== workspace.team.id ? 'other company' : kind === 'guest' ? 'guest' : groups.join(', ');
  return { id, name, realName, timeZone, role: role || 'in no group' };
}

function channelState({ workspace }: Sandbox['slack'], channel: Channel): ChannelState {
  const { id, kind, isArchived, members } = channel;
  const hasApp = members.includes(workspace.app.botUserId);
  const other = members.filter((member) => member !== workspace.app.botUserId).at(-1) ?? '';
  const name = kind !== 'direct' ? channel.name : hasApp ? 'app' : (workspace.findPerson(other)?.name ?? other);
  return { id, name, kind, isArchived, hasApp };
}

function messagesFor({ sandbox: { slack } }: Stage, person: Person): readonly MessageState[] {
  return slack
    .visibleTo(person.id)
    .slice(-MESSAGES_SHOWN)
    .map(({ ts, channel, author, ephemeralFor, threadTs, history, text, blocks, files }) => ({
      ...{ ts, channel, author, threadTs, text, blocks },
      files: files.map(({ id, name, size }) => ({ id, name, size })),
      isEphemeral: ephemeralFor !== undefined,
      isEdited: history.length > 0,
    }));
}

/** A refusal is seen by whom the message was meant for. */
function refusalFor({ sandbox: { slack } }: Stage, person: Person, entry: RecordEntry, index: number): RefusalState[] {
  const url = entry.responseUrl === undefined ? undefined : slack.surfaces.responseUrl(entry.responseUrl);
  if (url && url.person.id !== person.id) return [];
  const channel = url?.channel.id ?? fieldOf(entry.body, 'channel');
  const messages = listOf(fieldsOf(fieldsOf(entry.reply).response_metadata).messages);
  return [
    {
      key: `refused-${index}`,
      ts: `${Math.floor(entry.at.getTime() / 1000)}.999999`,
      channel,
      method: entry.method,
      error: fieldOf(entry.reply, 'error') ?? `HTTP ${entry.status}`,
      problems: messages,
    },
  ];
}

/** Whether this is a message or view that Slack did not take. */
export function isRefusal({ direction, method, status, reply }: RecordEntry): boolean {
  const shows = /^(chat|views)\.|^response_url$/.test(method);
  return direction === 'from bot' && shows && (status === 200 || status === 404) && fieldsOf(reply).ok === false;
}

function viewState({ id, content }: View): ViewState {
  const { title, submit, close, blocks } = content;
  return { id, title: title?.text ?? '', submit: submit?.text, close: close?.text, blocks };
}

/** Live ones first. */
function tokensOf({ sandbox: { cluster }, writers, troubles }: Stage): readonly TokenState[] {
  const all = cluster.tokens.map(({ id, description, permissions, revokedAt }) => ({
    ...{ id, description, revokedAt },
    permissions: permissions.map(({ action, resource }) => `${action}:${resource}`).join(' '),
    isTroubled: troubles.hits(id),
    clients: writers.all
      .filter(({ tokenId }) => tokenId === id)
      .map(({ name, database, status, written }) => ({ name, database, status, written })),
  }));
  return [...all.filter(({ revokedAt }) => !revokedAt), ...all.filter(({ revokedAt }) => revokedAt)];
}

function machineOf({ sandbox: { bot, slack }, machine, troubles }: Stage): MachineState {
  const { isBusy } = machine;
  return { isRunning: bot.isRunning, isBusy, transport: slack.transport, pid: bot.pid, troubles: troubles.states };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function fieldOf(value: unknown, name: string): string | undefined {
  const field = fieldsOf(value)[name];
  return typeof field === 'string' ? field : undefined;
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
