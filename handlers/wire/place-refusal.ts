import { webApi } from '@slack/bolt';
import type { PlaceRefusal } from '../../src/revocation/announcer.ts';

/** What chat.postMessage answers for places that take nothing: https://docs.slack.dev/reference/methods/chat.postMessage */
const REFUSALS: ReadonlyMap<string, PlaceRefusal> = new Map([
  ['not_in_channel', 'not a member'],
  ['channel_not_found', 'unknown'],
  ['is_archived', 'archived'],
  ['restricted_action', 'restricted'],
  ['restricted_action_read_only_channel', 'restricted'],
  ['restricted_action_thread_only_channel', 'restricted'],
  ['restricted_action_non_threadable_channel', 'restricted'],
  ['restricted_action_thread_locked', 'restricted'],
  ['cannot_reply_to_message', 'restricted'],
  ['invalid_arguments', 'unfit'],
  ['invalid_attachments', 'unfit'],
  ['invalid_blocks', 'unfit'],
  ['invalid_blocks_format', 'unfit'],
  ['msg_blocks_too_long', 'unfit'],
  ['msg_too_long', 'unfit'],
  ['no_text', 'unfit'],
]);

/** What it answers while something is wrong with Slack, or came too often. */
const PASSING: ReadonlySet<string> = new Set([
  'accesslimited',
  'fatal_error',
  'internal_error',
  'message_limit_exceeded',
  'rate_limited',
  'ratelimited',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);

/** Why Slack did not take a message, and will not however often it is tried; undefined where that is not known. */
export function placeRefusalOf(error: unknown): PlaceRefusal | undefined {
  if (!(error instanceof webApi.WebAPIPlatformError) || PASSING.has(error.data.error)) return undefined;
  return REFUSALS.get(error.data.error) ?? 'other';
}
