import { webApi } from '@slack/bolt';

/** Slack's own word for what is wrong, or that it could not be asked: `user_not_found`, `ECONNREFUSED`. Never a token. */
export function slackReason(error: unknown): string {
  if (error instanceof webApi.WebAPIPlatformError) return error.data.error;
  if (error instanceof webApi.WebAPIRateLimitedError) return 'ratelimited';
  for (let cause = error; Error.isError(cause); cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && /^[A-Z]+_?[A-Z0-9_]*$/.test(cause.code)) return cause.code;
  }
  return Error.isError(error) ? error.message : 'no reason was given';
}

/** What to do about it, where it is not about the thing that was asked for. */
export function cureFor(reason: string): string {
  if (reason === 'missing_scope') return 'Add the scopes of manifest.yml to the Slack app, and install it again.';
  if (reason === 'ratelimited') return 'Run this again in a minute.';
  return 'Check that this machine reaches Slack, by which proxy, and slack.api_url.';
}
