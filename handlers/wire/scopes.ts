import { webApi } from '@slack/bolt';
import { UserError } from '../../src/errors.ts';

/** The scopes without which the bot does not work, and what Slack is asked by each; a test compares them with `manifest.yml`. */
export const REQUIRED_SCOPES = {
  commands: 'The command /influx',
  'chat:write': 'Telling people in channels and by direct message',
  'users:read': 'Knowing guests, bots and people who left',
  'usergroups:read': 'Knowing who is in the user groups of a policy',
} as const;

/** The scopes that a workspace may refuse, and what it goes without then. */
export const OPTIONAL_SCOPES = {
  'files:write': 'Exporting the audit log as a file',
  'files:read': 'Reading token IDs from files',
} as const;

export type Scope = keyof typeof REQUIRED_SCOPES | keyof typeof OPTIONAL_SCOPES;

const FEATURES: Readonly<Record<Scope, string>> = { ...REQUIRED_SCOPES, ...OPTIONAL_SCOPES };

/** What people read in place of a feature whose scope was not granted. */
export function scopeMissing(scope: Scope): string {
  return `${FEATURES[scope]} needs the scope ${scope}, which this app was not granted. Whoever runs the bot adds it at “OAuth & Permissions” of the app on https://api.slack.com/apps, and reinstalls the app.`;
}

/** Throws a `UserError` that says so when the scope is not among those granted. None at all means that Slack did not say. */
export function requireScope(granted: readonly string[], scope: Scope): void {
  if (granted.length > 0 && !granted.includes(scope)) throw new UserError(scopeMissing(scope));
}

/** The result of calls to Slack that need the scope; should Slack answer that it is missing, a `UserError` that says so. */
export async function needingScope<T>(scope: Scope, calls: Promise<T>): Promise<T> {
  try {
    return await calls;
  } catch (error) {
    throw isMissingScope(error) ? new UserError(scopeMissing(scope)) : error;
  }
}

/** Whether Slack refused a call because the app was not granted what it needs. */
export function isMissingScope(error: unknown): boolean {
  return error instanceof webApi.WebAPIPlatformError && error.data.error === 'missing_scope';
}
