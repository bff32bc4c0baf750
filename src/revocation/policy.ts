import type { Known, PersonFacts, Requester } from './people.ts';
import type { ProfileName, Token, TokenId } from './token.ts';

/** People, named one by one and by user group. An empty list is nobody. */
export interface Listed {
  readonly users: readonly string[];
  readonly usergroups: readonly string[];
}

/** Who may do what on one profile. Deny by default: an empty list is nobody. */
export interface Policy {
  readonly start: Listed;
  readonly force: { readonly users: readonly string[] };
  /** The only channels it works in; undefined for every channel. */
  readonly channels?: readonly string[] | undefined;
  readonly maxTokens: number;
  /** `id:…` or `description:…` patterns, `*` for anything. */
  readonly protected: readonly string[];
}

/** A cluster the bot can reach, as far as the rules are concerned. */
export interface Profile {
  readonly name: ProfileName;
  readonly production: boolean;
  readonly policy: Policy;
  /** How many calls to the cluster may run at the same time. */
  readonly concurrency: number;
}

/** Why somebody was refused, from a closed list. */
export type Denial =
  | 'workspace'
  | 'channel'
  | 'deactivated'
  | 'bot'
  | 'guest'
  | 'not listed'
  | 'unreadable'
  | 'no force'
  | 'frozen';

export interface Refused {
  readonly allowed: false;
  readonly denial: Denial;
  readonly message: string;
}

export interface Allowed {
  readonly allowed: true;
  /** The rule that decided, for the audit log and `whoami`: `start.usergroups S012`. */
  readonly rule: string;
  /** The members as read, where a user group decided. */
  readonly members?: readonly string[];
  /** When the oldest fact this rests on was read. */
  readonly readAt: Date;
}

export type Verdict = Allowed | Refused;

/** What was read of a person and of the user groups a policy names. */
export interface Facts {
  readonly person: Known<PersonFacts>;
  readonly memberships: ReadonlyMap<string, Known<ReadonlySet<string>>>;
}

const refused = (denial: Denial, message: string): Refused => ({ allowed: false, denial, message });

/** What refuses without asking Slack anything: the wrong workspace, the wrong channel. */
export function certainRefusal(policy: Policy, who: Requester, servedTeams: readonly string[]): Refused | undefined {
  const elsewhere = workspaceRefusal(who, servedTeams);
  if (elsewhere) return elsewhere;
  if (policy.channels && !policy.channels.includes(who.channel)) {
    return refused(
      'channel',
      'Tokens of this profile cannot be revoked from this channel. Go to one of the channels its policy names.',
    );
  }
  return undefined;
}

function workspaceRefusal({ team }: Requester, servedTeams: readonly string[]): Refused | undefined {
  if (servedTeams.includes(team)) return undefined;
  return refused(
    'workspace',
    'This bot does not serve your workspace. Ask somebody of the workspace it is installed in.',
  );
}

/** Whether this person may start a revocation, and by which rule. */
export function mayStart(policy: Policy, who: Requester, servedTeams: readonly string[], facts: Facts): Verdict {
  return (
    certainRefusal(policy, who, servedTeams) ??
    personRefusal(facts.person.value, servedTeams) ??
    allowedBy('start', policy.start, who, facts) ??
    refused('not listed', 'You are not on the list of people who may revoke tokens of this profile.')
  );
}

/** Whether this person may freeze the bot, from anywhere, and by which rule. */
export function mayFreeze(freeze: Listed, who: Requester, servedTeams: readonly string[], facts: Facts): Verdict {
  return (
    workspaceRefusal(who, servedTeams) ??
    personRefusal(facts.person.value, servedTeams) ??
    allowedBy('freeze', freeze, who, facts) ??
    refused('not listed', 'You are not on the list of people who may freeze and unfreeze this bot.')
  );
}

function allowedBy(name: 'start' | 'freeze', listed: Listed, who: Requester, facts: Facts): Allowed | undefined {
  if (listed.users.includes(who.user)) {
    return { allowed: true, rule: `${name}.users ${who.user}`, readAt: facts.person.readAt };
  }
  for (const usergroup of listed.usergroups) {
    const members = facts.memberships.get(usergroup);
    if (members?.value.has(who.user)) {
      const readAt = new Date(Math.min(members.readAt.getTime(), facts.person.readAt.getTime()));
      return { allowed: true, rule: `${name}.usergroups ${usergroup}`, members: [...members.value], readAt };
    }
  }
  return undefined;
}

/** Whether this person may leave out the confirmation. Asked on top of `mayStart`. */
export function forceRefusal(policy: Policy, user: string): Refused | undefined {
  if (policy.force.users.includes(user)) return undefined;
  return refused(
    'no force',
    'The policy of this profile does not let you use --force. Leave it out and confirm with the button.',
  );
}

function personRefusal(person: PersonFacts, servedTeams: readonly string[]): Refused | undefined {
  if (person.deactivated) return refused('deactivated', 'Your account is deactivated.');
  if (person.bot) return refused('bot', 'Bots cannot revoke tokens. A person has to ask.');
  if (!person.teams.some((team) => servedTeams.includes(team))) {
    return refused('workspace', 'People of other workspaces cannot revoke tokens here.');
  }
  if (person.guest) return refused('guest', 'Guests cannot revoke tokens. Ask a full member of this workspace.');
  return undefined;
}

/** The pattern that protects this token, if one does. The token is undefined while only its ID is known. */
export function protectedBy(policy: Policy, id: TokenId, token: Token | undefined): string | undefined {
  return policy.protected.find((pattern) => {
    const colon = pattern.indexOf(':');
    const subject = pattern.slice(0, colon) === 'id' ? id : token?.description;
    return subject !== undefined && matches(pattern.slice(colon + 1), subject);
  });
}

/** Whether the text fits the pattern, in which `*` stands for anything; case does not matter. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.toLowerCase().split('*');
  const subject = text.toLowerCase();
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return subject === first;
  if (!subject.startsWith(first) || !subject.endsWith(last) || subject.length < first.length + last.length)
    return false;
  let from = first.length;
  const until = subject.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const at = subject.indexOf(part, from);
    if (at < 0 || at + part.length > until) return false;
    from = at + part.length;
  }
  return true;
}
