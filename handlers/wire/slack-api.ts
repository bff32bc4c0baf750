import { webApi } from '@slack/bolt';
import { PlaceRefusedError, type Posted } from '../../src/revocation/announcer.ts';
import type { Message } from '../messages/parts.ts';
import type { SlackResult } from './observer.ts';
import { placeRefusalOf } from './place-refusal.ts';

const TIMEOUT_MS = 5_000;

/** Slack rejects a token for good: only a person can mend that. */
export class SlackCredentialsError extends Error {
  override readonly name = 'SlackCredentialsError';

  constructor(credential: keyof typeof CURES, cause: unknown) {
    const answer = cause instanceof webApi.WebAPIPlatformError ? cause.data.error : 'no reason given';
    super(`Slack rejects ${credential} (${answer}). ${CURES[credential]}`, { cause });
  }
}

const CURES = {
  SLACK_BOT_TOKEN:
    'Set it to the Bot User OAuth Token (xoxb-…) from “OAuth & Permissions” of the Slack app, and start the bot again.',
  SLACK_APP_TOKEN:
    'Set it to an App-Level Token (xapp-…) with connections:write from “Basic Information” of the Slack app, and start the bot again.',
};

/** Who the bot is in Slack, as its token says. */
export interface BotIdentity {
  readonly teamId: string;
  readonly team: string;
  readonly botId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
}

/** The few methods of Slack's Web API the bot calls. Each waits 5 s at most, tries once, and throws Slack's own errors. */
export interface SlackApi {
  /** Throws `SlackCredentialsError` when Slack rejects the token. */
  whoAmI(): Promise<BotIdentity>;
  /** To a channel or a thread in it, or to a person as a direct message. Throws `PlaceRefusedError` where it takes nothing. */
  post(to: string, message: Message, options?: { readonly thread?: string | undefined }): Promise<Posted>;
  /** The scopes the app was granted, as of Slack's latest answer; none where Slack did not say. */
  scopes(): readonly string[];
  readonly client: webApi.WebClient;
}

/** What Slack answers when a token will not work however often it is tried. */
const UNUSABLE = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'no_permission',
  'org_login_required',
  'team_access_not_granted',
  'not_allowed_token_type',
  'user_removed_from_team',
  'team_disabled',
]);

/** Whether this error of Slack's means that the token itself is the problem. */
export function isUnusableToken(error: unknown): boolean {
  return error instanceof webApi.WebAPIPlatformError && UNUSABLE.has(error.data.error);
}

/** The client options every caller of Slack's Web API uses: one try, no long waits, no queue that one rate limit stops. */
export function clientOptions(apiUrl: string | undefined, logger: webApi.Logger): webApi.WebClientOptions {
  const address = apiUrl === undefined ? {} : { slackApiUrl: apiUrl };
  return { ...address, logger, timeout: TIMEOUT_MS, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
}

export interface SlackApiOptions {
  readonly botToken: string;
  readonly apiUrl: string | undefined;
  readonly logger: webApi.Logger;
  /** Hears how each call ended. */
  readonly onCall?: OnCall | undefined;
  /** Slack rejects the bot token for good, also one that worked before: a person has to mend it. */
  readonly onUnusable?: ((error: SlackCredentialsError) => void) | undefined;
}

type OnCall = (method: string, result: SlackResult) => void;

/** Every method of a client goes through its `apiCall`. */
class CountedClient extends webApi.WebClient {
  readonly #onCall: OnCall | undefined;
  readonly #onDoubt: () => void;
  scopes: readonly string[] = [];

  constructor(token: string, options: webApi.WebClientOptions, onCall: OnCall | undefined, onDoubt: () => void) {
    super(token, options);
    this.#onCall = onCall;
    this.#onDoubt = onDoubt;
  }

  override async apiCall(method: string, options?: Record<string, unknown>): Promise<webApi.WebAPICallResult> {
    try {
      const answer = await super.apiCall(method, options);
      this.scopes = answer.response_metadata?.scopes ?? this.scopes;
      this.#onCall?.(method, 'ok');
      return answer;
    } catch (error) {
      this.#onCall?.(method, resultOf(error));
      if (method !== 'auth.test' && isUnusableToken(error)) this.#onDoubt();
      throw error;
    }
  }
}

function resultOf(error: unknown): SlackResult {
  if (error instanceof webApi.WebAPIRateLimitedError) return 'rate limited';
  return error instanceof webApi.WebAPIPlatformError ? 'refused' : 'no answer';
}

export function createSlackApi({ botToken, apiUrl, logger, onCall, onUnusable }: SlackApiOptions): SlackApi {
  const client = new CountedClient(botToken, clientOptions(apiUrl, logger), onCall, makeSure);
  let isAsking = false;

  async function whoAmI(): Promise<BotIdentity> {
    try {
      const answer = await client.auth.test();
      const { team_id: teamId = '', team = '', bot_id: botId = '', user_id: userId = '' } = answer;
      return { teamId, team, botId, userId, scopes: answer.response_metadata?.scopes ?? [] };
    } catch (error) {
      if (isUnusableToken(error)) throw new SlackCredentialsError('SLACK_BOT_TOKEN', error);
      throw error;
    }
  }

  /** What one method refuses may be that method's affair; what auth.test refuses is the token's. */
  function makeSure(): void {
    if (isAsking) return;
    isAsking = true;
    whoAmI()
      .catch((error: unknown) => {
        // Whatever else went wrong says nothing about the token.
        if (error instanceof SlackCredentialsError) onUnusable?.(error);
      })
      .finally(() => {
        isAsking = false;
      });
  }

  return {
    client,
    scopes: () => client.scopes,
    whoAmI,
    async post(to, { text, blocks }, { thread } = {}) {
      const inThread = thread === undefined ? {} : { thread_ts: thread };
      try {
        const answer = await client.chat.postMessage({ channel: to, text, blocks, unfurl_links: false, ...inThread });
        return { channel: answer.channel ?? to, ts: answer.ts ?? '' };
      } catch (error) {
        const refusal = isUnusableToken(error) ? undefined : placeRefusalOf(error);
        throw refusal === undefined ? error : new PlaceRefusedError(refusal, { cause: error });
      }
    },
  };
}
