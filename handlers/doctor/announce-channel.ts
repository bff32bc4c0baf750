import type { webApi } from '@slack/bolt';
import { type Finding, notOk, ok } from '../../src/doctor/finding.ts';
import { cureFor, slackReason } from './slack-words.ts';

const WITHOUT_SCOPE =
  'cannot be looked up: that needs channels:read (groups:read for a private one), which the bot does not need otherwise. Whether it takes messages shows in the channel, and in the log as “the announce channel takes nothing”';

/** Whether the bot can post in the announce channel, as far as its scopes let it look. */
export async function checkAnnounceChannel(client: webApi.WebClient, channel: string): Promise<Finding> {
  const what = `slack.announce_channel: ${channel}`;
  try {
    const { channel: found = {} } = await client.conversations.info({ channel });
    if (found.is_archived) return notOk(`${what} is archived. Unarchive it, or name another one.`);
    if (!found.is_member) return notOk(`${what} does not have the bot in it. Invite this app there.`);
    return ok(`${what} has the bot in it`);
  } catch (error) {
    const reason = slackReason(error);
    if (reason === 'missing_scope') return ok(`${what} ${WITHOUT_SCOPE}`);
    if (reason === 'channel_not_found')
      return notOk(
        `${what} is not there, or is private without the bot in it. Check the ID, or invite this app there.`,
      );
    return notOk(`${what} could not be looked up (${reason}). ${cureFor(reason)}`);
  }
}
