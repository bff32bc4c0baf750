/** What a subcommand of `/influx` is called and takes. Its file in `handlers/commands` declares it; help and parsing follow. */
export interface CommandSpec {
  /** `['token', 'revoke']`: lower case; the first of several words names a group. */
  readonly words: readonly string[];
  /** Other names of the same command: `[['token', 'delete']]`. */
  readonly aliases?: readonly (readonly string[])[] | undefined;
  /** One sentence for help. */
  readonly summary: string;
  /** What follows the command's words; nothing may when left out. */
  readonly takes?: Positionals | undefined;
  /** In the order that help shows them. The global flags work with every command, listed here or not. */
  readonly flags: readonly FlagSpec[];
}

/** The words after a command: token IDs, checked and deduplicated, or ordinary words as they are. */
export interface Positionals {
  readonly kind: 'token IDs' | 'words';
  /** As help shows it: `<TOKEN_ID> [<TOKEN_ID_N>...]`. */
  readonly placeholder: string;
  readonly maximum: number;
  /** What to do with more of them: `Send them in several commands`, where nothing else is said. */
  readonly beyond?: string | undefined;
}

/** A flag. One name means the same in every command that takes it. Without `value` it is a switch. */
export interface FlagSpec {
  /** Without dashes, lower case: `reason`. */
  readonly name: string;
  readonly description: string;
  readonly value?: FlagValue | undefined;
}

/** What a flag's value looks like. Values are trimmed and never empty. */
interface FlagValue {
  /** As help shows it: `TEXT`. */
  readonly placeholder: string;
  /** In characters. */
  readonly maximumLength: number;
  /** The only values there are, lower case, where the set is closed; typed in any case. */
  readonly choices?: readonly string[] | undefined;
}

/** Global, as in influxctl. */
export const PROFILE_FLAG: FlagSpec = {
  name: 'profile',
  description: 'the cluster, by the name of its profile',
  value: { placeholder: 'NAME', maximumLength: 100 },
};

/** How long one token may take over all its attempts where nobody says otherwise. */
export const DEFAULT_TIMEOUT_MS = 60_000;

/** Global, as in influxctl: how long one token may take over all its attempts. */
export const TIMEOUT_FLAG: FlagSpec = {
  name: 'timeout',
  description: 'how long one token may take, 1s to 5m (default 1m0s)',
  value: { placeholder: 'DURATION', maximumLength: 40 },
};

/** Global, as in influxctl. */
export const DEBUG_FLAG: FlagSpec = {
  name: 'debug',
  description: 'add status, attempts, milliseconds and reference to each line of the result',
};

/** Understood before and after the words of every command. */
export const GLOBAL_FLAGS: readonly FlagSpec[] = [PROFILE_FLAG, TIMEOUT_FLAG, DEBUG_FLAG];

/** What somebody asked help for: one command, or several, all of one group where `group` names it. */
export type HelpTopic =
  | { readonly about: 'command'; readonly spec: CommandSpec }
  | { readonly about: 'commands'; readonly group?: string | undefined; readonly specs: readonly CommandSpec[] };

/** Something wrong with what was typed: plain text that says what happened and what to do, and the usage to show with it. */
export interface Problem {
  readonly kind: 'problem';
  /** Plain text, not mrkdwn: it repeats words that a person typed. Never holds a secret. */
  readonly text: string;
  readonly usage?: HelpTopic | undefined;
}

/** A command that can run: everything in it is folded and checked. */
export interface Run {
  readonly kind: 'run';
  readonly spec: CommandSpec;
  /** Undefined when left out: the default profile. */
  readonly profile: string | undefined;
  /** A minute when left out. */
  readonly timeoutMs: number;
  readonly debug: boolean;
  /** The command's own flags with values, by name: `reason`. */
  readonly values: ReadonlyMap<string, string>;
  /** The command's own switches that were given, by name: `force`. */
  readonly switches: ReadonlySet<string>;
  /** Canonical lower-case UUIDs in the order typed, each once. */
  readonly tokenIds: readonly string[];
  /** Those of `tokenIds` that were typed more than once. */
  readonly merged: readonly string[];
  /** The words after a command that takes ordinary words. */
  readonly words: readonly string[];
}

/** The flags of a command that takes token IDs and was given none. */
export type Bare = Pick<Run, 'profile' | 'values' | 'switches'>;

/** What a typed text means. */
export type ParseResult =
  | Run
  /** `bare`: nobody asked for help; a command that takes token IDs was given none. */
  | { readonly kind: 'help'; readonly topic: HelpTopic; readonly bare?: Bare }
  | Problem;
