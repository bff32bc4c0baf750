import { webApi } from '@slack/bolt';
import { type Finding, notOk, ok } from '../../src/doctor/finding.ts';
import type { SlackConnection } from '../bot.ts';
import { isSlackSocket } from '../response-url.ts';
import {
  type BotIdentity,
  clientOptions,
  createSlackApi,
  isUnusableToken,
  SlackCredentialsError,
} from '../slack-api.ts';
import { cureFor, slackReason } from './slack-words.ts';

/** What the bot asks of Slack; a test compares it with `manifest.yml`. */
export const SCOPES: readonly string[] = ['commands', 'chat:write', 'users:read', 'usergroups:read'];

export interface CredentialsOptions {
  readonly slack: SlackConnection & { readonly botToken: string; readonly apiUrl: string | undefined };
  readonly logger: webApi.Logger;
}

/** Whether Slack knows the bot by its token, and gave it the scopes it needs; with who it is, where Slack says. */
export async function checkBotToken({
  slack,
  logger,
}: CredentialsOptions): Promise<{ readonly findings: readonly Finding[]; readonly identity?: BotIdentity }> {
  try {
    const identity = await createSlackApi({ ...slack, logger }).whoAmI();
    const { team, teamId, userId, scopes } = identity;
    return { findings: [ok(`Slack: the bot is ${userId} in ${team} (${teamId})`), scopesFinding(scopes)], identity };
  } catch (error) {
    return { findings: [credentialFinding(error)] };
  }
}

/** Whether the way from Slack to the bot is open, as far as can be said without taking it. */
export async function checkConnection({ slack, logger }: CredentialsOptions): Promise<Finding> {
  if (slack.mode === 'http')
    return ok('Slack: over HTTP; whether the signing secret is right shows with the first request, in the log');
  try {
    const client = new webApi.WebClient(slack.appToken, clientOptions(slack.apiUrl, logger));
    // The address is good for one connection, and ends unused.
    const { url = '' } = await client.apps.connections.open({});
    if (isSlackSocket(new URL(url), slack.apiUrl)) return ok('Slack: the app token opens connections for Socket Mode');
    return notOk('Slack: the address for Socket Mode is not one of Slack’s. Check slack.api_url.');
  } catch (error) {
    if (isUnusableToken(error)) return credentialFinding(new SlackCredentialsError('SLACK_APP_TOKEN', error));
    if (slackReason(error) === 'missing_scope')
      return notOk(
        'Slack: the app token may not open connections. Make one with connections:write, in “Basic Information” of the Slack app.',
      );
    return credentialFinding(error);
  }
}

function scopesFinding(granted: readonly string[]): Finding {
  const missing = SCOPES.filter((scope) => !granted.includes(scope));
  const more = granted.filter((scope) => !SCOPES.includes(scope));
  if (missing.length > 0)
    return notOk(
      `Slack: the scopes ${missing.join(', ')} are missing. Add them in “OAuth & Permissions” of the Slack app, and install it again.`,
    );
  const unneeded = more.length > 0 ? `; it has no use for ${more.join(', ')}` : '';
  return ok(`Slack: the bot has the scopes ${SCOPES.join(', ')}${unneeded}`);
}

function credentialFinding(error: unknown): Finding {
  if (error instanceof SlackCredentialsError) return notOk(error.message);
  const reason = slackReason(error);
  return notOk(`Slack: cannot be asked (${reason}). ${cureFor(reason)}`);
}
