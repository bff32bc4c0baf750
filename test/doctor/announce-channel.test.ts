import { expect, onTestFinished, test } from 'vitest';
import { checkAnnounceChannel } from '../../handlers/doctor/announce-channel.ts';
import { boltLogger } from '../../handlers/wire/bolt-logger.ts';
import { createSlackApi } from '../../handlers/wire/slack-api.ts';
import type { Fault } from '../../sandbox/slack/faults.ts';
import { type Slack, startSlack } from '../../sandbox/slack/slack.ts';
import { createLogger } from '../../src/logger.ts';

async function diagnosis(channel: string, prepare: (slack: Slack) => void = () => undefined, more = ['channels:read']) {
  const slack = await startSlack({ scopes: ['commands', 'chat:write', ...more] });
  onTestFinished(() => slack.close());
  prepare(slack);
  const { botToken, apiUrl } = slack;
  const logger = boltLogger(createLogger({ level: 'silent' }));
  return checkAnnounceChannel(createSlackApi({ botToken, apiUrl, logger }).client, channel);
}

test('a channel that the bot is in is ok', async () => {
  expect(await diagnosis('C0GENERAL1')).toEqual({
    ok: true,
    text: 'slack.announce_channel: C0GENERAL1 has the bot in it',
  });
});

test.each([
  ['it is not in', 'C0RANDOM01', /does not have the bot in it\. Invite this app there\.$/],
  ['that is archived', 'C0INC04600', /is archived\. Unarchive it/],
  [
    'that is private, without it',
    'C0WARROOM1',
    /is private without the bot in it\. Check the ID, or invite this app there\.$/,
  ],
  ['that does not exist', 'C0NOWHERE1', /is not there/],
])('a channel %s is not, and it says how to mend that', async (_which, channel, words) => {
  expect(await diagnosis(channel)).toMatchObject({ ok: false, text: expect.stringMatching(words) });
});

test('without the scope it cannot look, says so, and finds nothing wrong with that', async () => {
  expect(await diagnosis('C0GENERAL1', () => undefined, [])).toMatchObject({
    ok: true,
    text: expect.stringMatching(/needs channels:read .*which the bot does not need otherwise/),
  });
});

test.each<[Fault, RegExp]>([
  [{ retryAfter: 30 }, /could not be looked up \(ratelimited\)\. Run this again in a minute/],
  [{ status: 503 }, /could not be looked up .*Check that this machine reaches Slack/],
])('Slack answering %j is said in words', async (fault, words) => {
  const finding = await diagnosis('C0GENERAL1', (slack) => slack.fault({ method: 'conversations.info' }, fault));

  expect(finding).toMatchObject({ ok: false, text: expect.stringMatching(words) });
});
