import type { PersonFacts, Requester } from '../people.ts';
import type { ProfileName } from '../token.ts';
import type { TypeToConfirm } from './type-to-confirm.ts';
import type { Allowed, Denial, Facts, Refused, Verdict } from './verdict.ts';

/** People, named one by one and by user group. An empty list is nobody. */
export interface Listed {
  readonly users: readonly string[];
  readonly usergroups: readonly string[];
}

/** Who may do what on one profile. Deny by default: an empty list is nobody. */
export interface Policy {
  readonly start: Listed;
  readonly force: { readonly users: readonly string[] };
  /** Who may read the audit log, and with it the tokens. */
  readonly audit: Listed;
  /** The only channels it works in; undefined for every channel. */
  readonly channels?: readonly string[] | undefined;
  readonly maxTokens: number;
  /** Which plans are confirmed only by typing the profile's name; undefined for none. */
  readonly typeToConfirm?: TypeToConfirm | undefined;
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

/** What a profile's policy can let somebody do, in the words of a refusal. */
const RIGHTS = {
  start: {
    doing: 'revoke tokens',
    cannot: 'Tokens of this profile cannot be revoked',
    list: 'You are not on the list of people who may revoke tokens of this profile.',
  },
  read: {
    doing: 'look at tokens',
    cannot: 'Tokens of this profile cannot be looked at',
    list: 'You are not on the lists of people who may revoke tokens of this profile or read its audit log.',
  },
  audit: {
    doing: 'read the audit log',
    cannot: 'The audit log of this profile cannot be read',
    list: 'You are not on the list of people who may read the audit log of this profile.',
  },
} as const;

type Right = keyof typeof RIGHTS;

const refused = (denial: Denial, message: string): Refused => ({ allowed: false, denial, message });

/** What refuses without asking Slack anything: the wrong workspace, the wrong channel. */
export function certainRefusal(
  policy: Policy,
  who: Requester,
  servedTeams: readonly string[],
  right: Right = 'start',
): Refused | undefined {
  const elsewhere = workspaceRefusal(who, servedTeams);
  if (elsewhere) return elsewhere;
  if (policy.channels && !policy.channels.includes(who.channel)) {
    const from = who.channel === '' ? 'here' : 'this channel';
    return refused('channel', `${RIGHTS[right].cannot} from ${from}. Go to one of the channels its policy names.`);
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
  return decide('start', policy, who, servedTeams, facts);
}

/** Whether this person may look at the tokens of this profile, because they may revoke them or read the audit log. */
export function mayRead(policy: Policy, who: Requester, servedTeams: readonly string[], facts: Facts): Verdict {
  return decide('read', policy, who, servedTeams, facts);
}

/** Whether this person may read what the audit log holds of this profile, and by which rule. */
export function mayAudit(policy: Policy, who: Requester, servedTeams: readonly string[], facts: Facts): Verdict {
  return decide('audit', policy, who, servedTeams, facts);
}

/** The lists of a policy that give each right. */
const LISTS: Readonly<Record<Right, readonly ('start' | 'audit')[]>> = {
  start: ['start'],
  read: ['start', 'audit'],
  audit: ['audit'],
};

function decide(right: Right, policy: Policy, who: Requester, servedTeams: readonly string[], facts: Facts): Verdict {
  // Who they are comes first: nobody from outside hears of a policy's channels.
  const refusal =
    workspaceRefusal(who, servedTeams) ??
    personRefusal(facts.person.value, servedTeams, RIGHTS[right].doing) ??
    certainRefusal(policy, who, servedTeams, right);
  const allowed = () => LISTS[right].map((list) => allowedBy(list, policy[list], who, facts)).find(Boolean);
  return refusal ?? allowed() ?? refused('not listed', RIGHTS[right].list);
}

/** Whether this person may freeze the bot, from anywhere, and by which rule. */
export function mayFreeze(freeze: Listed, who: Requester, servedTeams: readonly string[], facts: Facts): Verdict {
  return (
    workspaceRefusal(who, servedTeams) ??
    personRefusal(facts.person.value, servedTeams, 'freeze this bot') ??
    allowedBy('freeze', freeze, who, facts) ??
    refused('not listed', 'You are not on the list of people who may freeze and unfreeze this bot.')
  );
}

/** Whether this person is one of the owners of some tokens, from anywhere, and by which rule. */
export function isOwner(owner: Listed, who: Requester, servedTeams: readonly string[], facts: Facts): Verdict {
  return (
    workspaceRefusal(who, servedTeams) ??
    personRefusal(facts.person.value, servedTeams, 'close rotations') ??
    allowedBy('owner', owner, who, facts) ??
    refused('not listed', 'You are not an owner of these tokens.')
  );
}

function allowedBy(
  name: 'start' | 'audit' | 'freeze' | 'owner',
  listed: Listed,
  who: Requester,
  facts: Facts,
): Allowed | undefined {
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

function personRefusal(person: PersonFacts, servedTeams: readonly string[], doing: string): Refused | undefined {
  if (person.deactivated) return refused('deactivated', 'Your account is deactivated.');
  if (person.bot) return refused('bot', `Bots cannot ${doing}. A person has to ask.`);
  if (!person.teams.some((team) => servedTeams.includes(team))) {
    return refused('workspace', `People of other workspaces cannot ${doing} here.`);
  }
  if (person.guest) return refused('guest', `Guests cannot ${doing}. Ask a full member of this workspace.`);
  return undefined;
}
