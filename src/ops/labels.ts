import type { Denial } from '../revocation/rights/verdict.ts';
import type { PlanEnd } from './observed-store.ts';
import type { CallResult } from './observed-tokens.ts';

// The values that labels can have: closed sets, so that nothing anybody types can grow them.

/** How plans end. */
export const PLAN_ENDS = [
  'confirmed',
  'cancelled',
  'expired',
  'changed',
  'refused',
] as const satisfies readonly PlanEnd[];

/** Why people are not let through: by the policy, or for what they clicked. */
export const DENIALS = [
  ...([
    'workspace',
    'channel',
    'deactivated',
    'bot',
    'guest',
    'not listed',
    'unreadable',
    'no force',
    'frozen',
  ] satisfies Denial[]),
  'foreign',
  'unknown',
  'refused',
  'other',
] as const;

/** The methods of Slack's that the bot calls. */
export const METHODS = [
  'auth.test',
  'users.info',
  'usergroups.users.list',
  'usergroups.list',
  'chat.postMessage',
  'files.getUploadURLExternal',
  'files.completeUploadExternal',
  'upload',
  'views.publish',
  'response_url',
  'other',
] as const;

/** How calls to Slack end. */
export const SLACK_RESULTS = ['ok', 'rate limited', 'refused', 'no answer', 'other'] as const;

/** What Slack sends. */
export const REQUESTS = [
  'command',
  'click',
  'shortcut',
  'message shortcut',
  'dialog',
  'closed dialog',
  'suggestion',
  'app home',
  'unknown',
  'unreadable',
  'other',
] as const;

/** What is asked of clusters. */
export const CALLS = ['get', 'list', 'revoke'] as const;

/** How that ends. */
export const CALL_RESULTS = [
  'ok',
  'invalid',
  'unauthenticated',
  'denied',
  'throttled',
  'limited',
  'busy',
  'lost',
  'protocol',
  'withdrawn',
  'fault',
] as const satisfies readonly CallResult[];

/** The value where it is one of these, and `other` where it is not. */
export function among<const Value extends string>(values: readonly Value[], value: string): Value | 'other' {
  return values.find((one) => one === value) ?? 'other';
}
