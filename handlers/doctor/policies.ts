import { type Finding, notOk, ok } from '../../src/doctor/finding.ts';
import { type Directory, DirectoryError, type PersonFacts } from '../../src/revocation/people.ts';
import type { Listed, Profile } from '../../src/revocation/rights/policy.ts';
import { cureFor, slackReason } from './slack-words.ts';

const FRESH_MS = 600_000;

export interface PoliciesOptions {
  readonly profiles: readonly Pick<Profile, 'name' | 'policy'>[];
  /** Who may freeze the bot. */
  readonly freeze: Listed;
  readonly directory: Directory;
  /** The workspaces the bot serves. */
  readonly servedTeams: readonly string[];
}

/** Whether the people and user groups that policies name exist, and may do what they are named for. */
export async function* checkPolicies(options: PoliciesOptions): AsyncGenerator<Finding> {
  const { profiles, freeze, directory, servedTeams } = options;
  for (const { name, policy } of profiles) {
    for (const key of ['start', 'audit'] as const) {
      for (const group of policy[key].usergroups) {
        yield await groupFinding(`profile ${name}, policy.${key}: the user group ${group}`, group, directory);
      }
    }
    for (const key of ['start', 'force', 'audit'] as const) {
      for (const user of policy[key].users) {
        const named = `profile ${name}, policy.${key}: ${user}`;
        yield await personFinding(named, user, directory, servedTeams);
      }
    }
    if (policy.channels)
      yield ok(
        `profile ${name}, policy.channels: ${policy.channels.join(', ')} have the form of channels; with its scopes the bot cannot look them up`,
      );
  }
  for (const group of freeze.usergroups) {
    yield await groupFinding(`policy.freeze: the user group ${group}`, group, directory);
  }
  for (const user of freeze.users) yield await personFinding(`policy.freeze: ${user}`, user, directory, servedTeams);
}

async function groupFinding(what: string, group: string, directory: Directory): Promise<Finding> {
  try {
    const { size } = (await directory.members(group, FRESH_MS)).value;
    if (size === 0) return notOk(`${what} has nobody in it: it lets nobody in. Add people to it in Slack.`);
    return ok(`${what} has ${size === 1 ? '1 member' : `${size} members`}`);
  } catch (error) {
    return lookUpFinding(what, error, 'no_such_subteam');
  }
}

async function personFinding(
  what: string,
  user: string,
  directory: Directory,
  servedTeams: readonly string[],
): Promise<Finding> {
  try {
    const { value } = await directory.person(user, FRESH_MS);
    const obstacle = obstacleTo(value, servedTeams);
    return obstacle
      ? notOk(`${what} ${obstacle}, and is refused all the same. Take the ID out.`)
      : ok(`${what} exists`);
  } catch (error) {
    return lookUpFinding(what, error, 'user_not_found');
  }
}

/** What keeps a person from acting whatever a policy says. */
function obstacleTo(
  { deactivated, bot, guest, teams }: PersonFacts,
  servedTeams: readonly string[],
): string | undefined {
  if (deactivated) return 'is deactivated';
  if (bot) return 'is a bot';
  if (!teams.some((team) => servedTeams.includes(team))) return 'belongs to another workspace';
  return guest ? 'is a guest' : undefined;
}

function lookUpFinding(what: string, error: unknown, unknown: string): Finding {
  if (!(error instanceof DirectoryError)) throw error;
  const reason = slackReason(error.cause);
  if (reason === unknown) return notOk(`${what} does not exist in this workspace. Check the ID, or take it out.`);
  return notOk(`${what} could not be looked up (${reason}). ${cureFor(reason)}`);
}
