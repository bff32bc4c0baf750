import { webApi } from '@slack/bolt';
import { describe, expect, test } from 'vitest';
import { needingScope, REQUIRED_SCOPES, requireScope, scopeMissing } from '../../../handlers/wire/scopes.ts';
import { startSlack } from '../../../sandbox/slack/slack.ts';
import { startBot } from '../../support/start-bot.ts';

const EXPORT = scopeMissing('files:write');

describe('a feature whose scope was not granted', () => {
  test('says what it needs, who adds it, and where', () => {
    expect(EXPORT).toBe(
      'Exporting the audit log as a file needs the scope files:write, which this app was not granted. Whoever runs the bot adds it at “OAuth & Permissions” of the app on https://api.slack.com/apps, and reinstalls the app.',
    );
  });

  test('is not even tried where Slack said what was granted', () => {
    expect(() => requireScope(['commands'], 'files:write')).toThrow(EXPORT);
    expect(() => requireScope(['commands', 'files:write'], 'files:write')).not.toThrow();
  });

  test('is tried where Slack did not say', () => {
    expect(() => requireScope([], 'files:write')).not.toThrow();
  });

  test('explains the answer of Slack that it is missing, and no other', async () => {
    await using slack = await startSlack({ scopes: ['commands'] });
    const client = new webApi.WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const upload = () => client.files.getUploadURLExternal({ filename: 'a', length: 1 });

    await expect(needingScope('files:write', upload())).rejects.toMatchObject({ name: 'UserError', message: EXPORT });
    slack.fault({ method: 'files.getUploadURLExternal' }, { error: 'fatal_error' });
    await expect(needingScope('files:write', upload())).rejects.toBeInstanceOf(webApi.WebAPIPlatformError);
    await expect(needingScope('files:write', Promise.resolve('done'))).resolves.toBe('done');
  });
});

describe('the scopes of the policy', () => {
  test.each([
    ['usergroups:read', 'Knowing who is in the user groups of a policy needs the scope usergroups:read'],
    ['users:read', 'Knowing guests, bots and people who left needs the scope users:read'],
  ])('without %s nobody is let through, and reads why', async (missing, words) => {
    const scopes = Object.keys(REQUIRED_SCOPES).filter((scope) => scope !== missing);
    const { slack, live, cluster } = await startBot({ slack: { scopes } });

    const exchange = await slack.command('/influx', `token revoke ${live[0]?.id}`);
    const answer = (await exchange.answer()).plainText();

    expect(answer).toContain('so nobody is let through. Nothing was revoked.');
    expect(answer).toContain(words);
    expect(cluster.deletes).toEqual([]);
  });
});
