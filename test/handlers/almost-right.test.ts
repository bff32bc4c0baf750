import { describe, expect, test } from 'vitest';
import type { Slack } from '../../sandbox/slack/slack.ts';
import { dialogSaying, wordsOf } from '../support/dialog.ts';
import { startBot } from '../support/start-bot.ts';

/** What alice, who may revoke tokens and nothing else, reads after she typed this. */
async function said(slack: Slack, text: string): Promise<string> {
  return (await (await slack.command('/influx', text)).answer()).plainText();
}

describe('a revocation without token IDs', () => {
  test.each(['token revoke', 'token revoke --force', 'token delete --profile DEFAULT'])(
    'opens the dialog: %s',
    async (text) => {
      const { slack } = await startBot();

      await slack.command('/influx', text);

      await dialogSaying(slack, 'Show the plan');
    },
  );

  test('has in the dialog what was said already', async () => {
    const { slack } = await startBot();

    await slack.command('/influx', 'token revoke --share --profile default --reason "leaked in a log"');

    const dialog = await dialogSaying(slack, 'Show the plan');
    const fields = JSON.stringify(dialog.content.blocks);
    expect(fields).toContain('"initial_value":"leaked in a log"');
    expect(fields).toContain(
      '"initial_options":[{"text":{"type":"plain_text","text":"Share the result in this channel"',
    );
  });

  test('has nothing in the dialog that was not said', async () => {
    const { slack } = await startBot();

    await slack.command('/influx', 'token revoke --profile default');

    const dialog = await dialogSaying(slack, 'Show the plan');
    expect(JSON.stringify(dialog.content.blocks)).not.toMatch(/initial_value|initial_options/);
    expect(wordsOf(dialog)).toContain('Share the result in this channel');
  });

  test('on a profile that there is none of opens no dialog for another', async () => {
    const { slack } = await startBot();

    expect(await said(slack, 'token revoke --profile bogus')).toContain('There is no profile of that name.');
  });
});

test('more token IDs than a command takes have two other ways', async () => {
  const { slack, cluster } = await startBot();
  const ids = Array.from({ length: 101 }, (_, n) => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`);

  expect(await said(slack, `token revoke ${ids.join(' ')}`)).toContain(
    'or up to 1,000 at once through /influx token revoke without IDs, or through the shortcut on a message with a file.',
  );
  expect(cluster.requests).toEqual([]);
});

describe('a command that there is none of', () => {
  test.each(['bogus', 'help bogus', 'tokens bogus', 'token bogus', 'help token bogus'])(
    'is answered with those this person may run: %s',
    async (text) => {
      const { slack } = await startBot();

      const answer = await said(slack, text);

      expect(answer).toContain('/influx token list');
      expect(answer).not.toMatch(/audit|freeze|Did you mean/);
    },
  );
});

describe('a profile', () => {
  test('is understood in other letters', async () => {
    const { slack } = await startBot();

    expect(await said(slack, 'token list --profile DEFAULT')).toContain('tokens');
  });

  test.each(['token list', 'audit'])('that there is none of is no matter of revoking: %s', async (command) => {
    const { slack } = await startBot();

    expect(await said(slack, `${command} --profile bogus`)).toContain(
      'There is no profile of that name. Nothing was done. Choose one of: default.',
    );
  });
});

test('a reference is known without its first letter', async () => {
  const { slack } = await startBot();

  expect(await said(slack, 'pending 1f31f664')).toBe(await said(slack, 'pending R-1f31f664'));
});

test.each(['token list', 'audit', 'version'])('--debug says where it changes nothing: %s', async (command) => {
  const { slack } = await startBot({ policy: { audit: { users: ['U0ALICE001'], usergroups: [] } } });

  expect(await said(slack, `${command} --debug`)).toContain('--debug changes nothing here: it adds to the result');
});
