import { webApi } from '@slack/bolt';
import { type Finding, notOk, ok } from '../../src/doctor/finding.ts';
import type { SlackConnection } from '../bot.ts';
import { isSlackSocket } from '../wire/response-url.ts';
import { OPTIONAL_SCOPES, REQUIRED_SCOPES } from '../wire/scopes.ts';
import {
  type BotIdentity,
  clientOptions,
  createSlackApi,
  isUnusableToken,
  SlackCredentialsError,
} from '../wire/slack-api.ts';
import { cureFor, slackReason } from './slack-words.ts';

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
    return { findings: [ok(`Slack: the bot is ${userId} in ${team} (${teamId})`), ...scopeFindings(scopes)], identity };
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

function scopeFindings(granted: readonly string[]): readonly Finding[] {
  const required = Object.keys(REQUIRED_SCOPES);
  const optional = Object.entries(OPTIONAL_SCOPES);
  const missing = required.filter((scope) => !granted.includes(scope));
  const known = [...required, ...optional.map(([scope]) => scope)];
  const unneeded = granted.filter((scope) => !known.includes(scope));
  const remark = unneeded.length > 0 ? `; it has no use for ${unneeded.join(', ')}` : '';
  return [
    missing.length > 0
      ? notOk(`Slack: the scopes ${missing.join(', ')} are missing. ${HOW_TO_ADD}`)
      : ok(`Slack: the bot has the scopes ${required.join(', ')}${remark}`),
    ...optional.map(([scope, feature]) =>
      granted.includes(scope)
        ? ok(`Slack: the bot has the optional scope ${scope}: ${feature}`)
        : ok(`Slack: the optional scope ${scope} was not granted, and this does not work: ${feature}. ${HOW_TO_ADD}`),
    ),
  ];
}

const HOW_TO_ADD = 'To add scopes: “OAuth & Permissions” of the Slack app, and install it again.';

function credentialFinding(error: unknown): Finding {
  if (error instanceof SlackCredentialsError) return notOk(error.message);
  const reason = slackReason(error);
  return notOk(`Slack: cannot be asked (${reason}). ${cureFor(reason)}`);
}
