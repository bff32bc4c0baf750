import { isLoopback } from './addresses.ts';
import { credential, type Surroundings, variable } from './environment.ts';
import type { Config } from './schema.ts';

/** How the bot talks to Slack, with the credentials that its mode needs. */
export type SlackSettings = SlackInSocketMode | SlackOverHttp;

interface SlackInAnyMode {
  /** `xoxb-…` */
  readonly botToken: string;
  /** Ends in `/`; undefined for slack.com. */
  readonly apiUrl: string | undefined;
  /** The workspaces served; undefined for the bot's own. */
  readonly teamIds: readonly string[] | undefined;
  /** Who is told what the bot does; nobody when undefined. */
  readonly announceChannel: string | undefined;
}

interface SlackInSocketMode extends SlackInAnyMode {
  readonly mode: 'socket';
  /** `xapp-…` */
  readonly appToken: string;
}

interface SlackOverHttp extends SlackInAnyMode {
  readonly mode: 'http';
  readonly signingSecret: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

const BOT_TOKEN = {
  shape: /^xoxb-[\w-]+$/,
  remedy: 'the Bot User OAuth Token (xoxb-…) from "OAuth & Permissions" of the Slack app',
};
const APP_TOKEN = {
  shape: /^xapp-[\w-]+$/,
  remedy: 'an App-Level Token (xapp-…) with connections:write from "Basic Information" of the Slack app',
};
const SIGNING_SECRET = {
  shape: /^(?!xox|xapp)[\x21-\x7e]{16,}$/,
  remedy: 'the Signing Secret from "Basic Information" of the Slack app',
};

/** The settings of Slack; undefined when a credential is missing, which is then among the findings. */
export function slackSettings(slack: Config['slack'], surroundings: Surroundings): SlackSettings | undefined {
  const apiUrl = apiUrlOf(slack, surroundings);
  const botToken = credential('SLACK_BOT_TOKEN', BOT_TOKEN, surroundings);
  const { team_ids: teamIds, announce_channel: announceChannel } = slack;
  const shared = { botToken: botToken ?? '', apiUrl, teamIds, announceChannel };
  if (slack.mode === 'socket') {
    const appToken = credential('SLACK_APP_TOKEN', APP_TOKEN, surroundings);
    return botToken && appToken ? { ...shared, mode: 'socket', appToken } : undefined;
  }
  const signingSecret = credential('SLACK_SIGNING_SECRET', SIGNING_SECRET, surroundings);
  const { port, host = '127.0.0.1' } = slack;
  return botToken && signingSecret ? { ...shared, mode: 'http', signingSecret, host, port } : undefined;
}

/** The values that no log line may hold. */
export function slackSecrets(slack: SlackSettings): readonly string[] {
  return [slack.botToken, slack.mode === 'socket' ? slack.appToken : slack.signingSecret];
}

function apiUrlOf(slack: Config['slack'], { env, findings }: Surroundings): string | undefined {
  const fromEnvironment = variable(env, 'SLACK_API_URL');
  const key = fromEnvironment === undefined ? 'slack.api_url' : 'SLACK_API_URL';
  const text = fromEnvironment ?? slack.api_url;
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    findings.problem(key, 'must be an address and nothing more, such as "https://slack-gov.com/api/"');
    return undefined;
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    findings.problem(key, 'must begin with https://: over http:// the bot’s token would be sent in clear');
    return undefined;
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}
