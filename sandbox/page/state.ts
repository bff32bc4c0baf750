import type { Block } from '../slack/block-kit-blocks.ts';

/** Somebody to act as. */
export interface PersonState {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly timeZone: string;
  /** Who that is to the bot's policy: `@oncall`, `guest`, … */
  readonly role: string;
}

export interface ChannelState {
  readonly id: string;
  /** Without the `#`. */
  readonly name: string;
  readonly kind: 'public' | 'private' | 'direct';
  readonly isArchived: boolean;
  /** Whether the app was invited. */
  readonly hasApp: boolean;
}

/** A slash command, as the app's manifest describes it. */
export interface CommandState {
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
}

export interface ShortcutState {
  readonly type: 'message' | 'global';
  readonly name: string;
  readonly callbackId: string;
}

/** What one person sees of the workspace. */
export interface WorkspaceState {
  readonly team: string;
  readonly appName: string;
  readonly people: readonly PersonState[];
  readonly channels: readonly ChannelState[];
  readonly commands: readonly CommandState[];
  readonly shortcuts: readonly ShortcutState[];
  /** Whether the manifest gives the app a Home. */
  readonly hasHome: boolean;
  /** User, group and channel IDs to names. */
  readonly names: Readonly<Record<string, string>>;
  /** How far the sandbox's clock is ahead of the machine's. */
  readonly aheadMs: number;
}

export interface MessageState {
  readonly ts: string;
  readonly channel: string;
  /** `app`, `slack`, or a user ID. */
  readonly author: string;
  readonly isEphemeral: boolean;
  readonly threadTs?: string | undefined;
  readonly isEdited: boolean;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly files: readonly FileState[];
}

/** A file shared in a message. */
export interface FileState {
  readonly id: string;
  readonly name: string;
  readonly size: number;
}

/** A message or view that Slack did not take. */
export interface RefusalState {
  readonly key: string;
  /** When it happened, comparable with a message's `ts`. */
  readonly ts: string;
  readonly channel: string | undefined;
  readonly method: string;
  readonly error: string;
  readonly problems: readonly string[];
}

/** A modal or App Home. */
export interface ViewState {
  readonly id: string;
  readonly title: string;
  readonly submit: string | undefined;
  readonly close: string | undefined;
  readonly blocks: readonly Block[];
}

/** A token of the cluster, and who writes with it. */
export interface TokenState {
  readonly id: string;
  readonly description: string;
  readonly permissions: string;
  readonly revokedAt: string | undefined;
  /** Whether revoking it fails while that trouble is on. */
  readonly isTroubled: boolean;
  readonly clients: readonly ClientState[];
}

export interface ClientState {
  readonly name: string;
  readonly database: string;
  /** The HTTP status of its latest write. */
  readonly status: number | undefined;
  readonly written: number;
}

/** One thing that crossed the wire. */
export interface WireEntry {
  readonly key: number;
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly what: string;
  readonly outcome: string;
  readonly isGood: boolean;
  readonly ms: number | undefined;
  /** Headers worth seeing, a line each. */
  readonly headers: readonly string[];
  readonly request: string;
  readonly response: string;
}

export interface AuditEntryState {
  readonly seq: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
}

/** The bot's audit log as it lies on disk, and whether its chain holds. */
export interface AuditState {
  readonly entries: readonly AuditEntryState[];
  readonly total: number;
  /** The number of the first entry that does not fit; undefined when all do. */
  readonly brokenAt: number | undefined;
  /** Tokens somebody confirmed, and how many of them have their one outcome. */
  readonly confirmed: number;
  readonly settled: number;
}

export interface TroubleState {
  readonly id: string;
  readonly name: string;
  readonly isOn: boolean;
}

/** The bot's process, and what goes wrong around it. */
export interface MachineState {
  readonly isRunning: boolean;
  readonly isBusy: boolean;
  readonly transport: 'http' | 'socket';
  readonly pid: number | undefined;
  readonly troubles: readonly TroubleState[];
}

/** Everything the page shows to one person. The wire comes in pieces. */
export interface PageState {
  readonly workspace: WorkspaceState;
  readonly messages: readonly MessageState[];
  readonly refusals: readonly RefusalState[];
  readonly modals: readonly ViewState[];
  readonly home: ViewState | null;
  readonly tokens: readonly TokenState[];
  readonly machine: MachineState;
  readonly audit: AuditState;
}

/** What the server sends when something changed: the parts that did. */
export type PageUpdate = Partial<PageState> & { readonly wire?: readonly WireEntry[] };
