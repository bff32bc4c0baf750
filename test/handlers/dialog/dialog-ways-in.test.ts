import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../sandbox/slack/message.ts';
import type { Slack } from '../../../sandbox/slack/slack.ts';
import { blockOf, dialogSaying, submit, valuesIn, wordsOf } from '../../support/dialog.ts';
import { startBot } from '../../support/start-bot.ts';

const INCIDENT = 'C0INC04711';
const SECRET = `apiv3_${'aB3dE5gH'.repeat(8)}`;
const WITHOUT_FILES = { slack: { scopes: ['commands', 'chat:write', 'users:read', 'usergroups:read'] } };

/** Numbered token IDs that no cluster knows. */
const ids = (count: number) =>
  Array.from({ length: count }, (_, n) => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`);

/** Chooses the shortcut on a message, and returns the dialog once it is filled. */
async function openedOn(slack: Slack, message: Message) {
  await slack.surfaces.messageShortcut('revoke_tokens_in_message', message, 'alice');
  return dialogSaying(slack, 'Show the plan');
}

describe('from a message', () => {
  test.each(['http', 'socket'] as const)(
    'with the IDs in it, and the result in its thread, over %s',
    async (transport) => {
      const { slack, live, cluster } = await startBot({ transport });
      const [one = '', two = ''] = live.map(({ id }) => id);
      const message = slack.surfaces.say('bob', '#incident-4711', `leaked: ${one.toUpperCase()}, \`${two}\``);

      const dialog = await openedOn(slack, message);
      expect(wordsOf(dialog)).toContain('Revoke the 2 IDs from the message');
      await submit(slack, dialog, {});
      await slack.surfaces.submit(await dialogSaying(slack, 'Revoke 2 tokens'), {});

      const shared = await slack.nextMessage((sent) => sent.channel === INCIDENT && sent.author === 'app');
      expect(shared.threadTs).toBe(message.ts);
      expect(shared.plainText()).toContain('2 revoked');
      expect(cluster.deletes.toSorted()).toEqual([one, two].toSorted());
    },
  );

  test('with those in its files too, in CSV and in any text, up to 1 MiB of each', async () => {
    const { slack, live } = await startBot();
    const [one = '', two = '', three = '', four = ''] = live.map(({ id }) => id);
    const files = [
      { name: 'tokens.csv', content: `id,name\n"${one}","a, b"\n${two};x\r\n` },
      { name: 'log.txt', content: Buffer.from(`\ufeff${three}\r\n`, 'utf16le') },
      { name: 'long.txt', content: `${'x'.repeat(1024 * 1024)}\n${four}` },
    ];

    const dialog = await openedOn(slack, slack.surfaces.say('bob', '#incident-4711', 'see files', undefined, files));

    expect(wordsOf(dialog)).toContain('Revoke the 3 IDs from the message');
    expect(wordsOf(dialog)).toContain('“long.txt” is longer than 1 MiB: only its beginning was read.');
  });

  test('of 1,000 tokens in a file, revoked after the whole list was shown', async () => {
    const { slack, cluster } = await startBot({ policy: { maxTokens: 1_000 } });
    const files = [{ name: 'ids.txt', content: ids(999).join('\n') }];
    const live = cluster.tokens.find(({ revokedAt }) => !revokedAt);
    const message = slack.surfaces.say('bob', '#incident-4711', live?.id ?? '', undefined, files);

    await submit(slack, await openedOn(slack, message), {});

    const plan = await dialogSaying(slack, 'Revoke 1 token');
    for (const id of ids(999)) expect(wordsOf(plan)).toContain(id.slice(0, 8));
  }, 30_000);

  test('says that its token IDs are too many, and takes none over', async () => {
    const { slack } = await startBot();
    const files = [{ name: 'ids.txt', content: ids(1_001).join('\n') }];

    const dialog = await openedOn(slack, slack.surfaces.say('bob', '#incident-4711', 'all', undefined, files));

    expect(wordsOf(dialog)).toContain('holds more than the 1000 token IDs that a plan takes: none was taken over.');
    expect((await submit(slack, dialog, {})).errors).toHaveProperty([blockOf(dialog, 'choose_tokens')]);
  });

  test('names what is nearly a token ID, and takes over the others', async () => {
    const { slack, live } = await startBot();
    const [one = '', two = ''] = live.map(({ id }) => id);

    const dialog = await openedOn(slack, slack.surfaces.say('bob', '#incident-4711', `${one}\n${two.slice(0, -1)}`));

    expect(wordsOf(dialog)).toContain('Revoke the 1 ID from the message');
    expect(wordsOf(dialog)).toContain(`Nearly a token ID, and left out: “${two.slice(0, 16)}…” (35 characters).`);
  });

  test('leaves out the IDs in it where that is wished', async () => {
    const { slack, live } = await startBot();
    const [one = '', two = ''] = live.map(({ id }) => id);

    const dialog = await openedOn(slack, slack.surfaces.say('bob', '#incident-4711', one));
    await submit(slack, dialog, { found: false, pasted: two });

    expect(wordsOf(await dialogSaying(slack, 'Revoke 1 token'))).toContain(two.slice(0, 8));
  });

  test('says that something in it is a secret, and repeats nothing of it', async () => {
    const { slack, log } = await startBot();

    const dialog = await openedOn(slack, slack.surfaces.say('bob', '#incident-4711', `oops ${SECRET}`));

    expect(wordsOf(dialog)).toContain('looks like a secret');
    expect(wordsOf(dialog)).toContain('No token ID was found in the message.');
    expect(JSON.stringify([dialog.content, log])).not.toContain(SECRET.slice(6, 22));
  });

  test('goes on with what it found where files:read was not granted, and says what to do', async () => {
    const { slack, live } = await startBot(WITHOUT_FILES);
    const files = [{ name: 'ids.txt', content: live[1]?.id ?? '' }];

    const dialog = await openedOn(
      slack,
      slack.surfaces.say('bob', '#incident-4711', live[0]?.id ?? '', undefined, files),
    );

    expect(wordsOf(dialog)).toContain('Revoke the 1 ID from the message');
    expect(wordsOf(dialog)).toContain('needs the scope files:read, which this app was not granted');
    expect(slack.requests('download')).toEqual([]);
  });

  test('is not looked through, nor kept, for whoever may not revoke anything', async () => {
    const { slack, live, storePath } = await startBot();
    const files = [{ name: 'ids.txt', content: live[0]?.id ?? '' }];
    const message = slack.surfaces.say('mallory', '#incident-4711', live[1]?.id ?? '', undefined, files);

    await slack.surfaces.messageShortcut('revoke_tokens_in_message', message, 'mallory');

    await dialogSaying(slack, 'You may not revoke tokens here.', 'mallory');
    expect(slack.requests('download')).toEqual([]);
    const database = new DatabaseSync(storePath, { readOnly: true });
    expect(database.prepare('select count(*) as kept from selection').get()).toEqual({ kept: 0 });
    database.close();
  });

  test('is told by message when Slack does not open the dialog in time', async () => {
    const { slack } = await startBot();
    slack.fault({ method: 'views.open' }, { error: 'expired_trigger_id' });

    const message = slack.surfaces.say('bob', '#incident-4711', 'x');
    const click = await slack.surfaces.messageShortcut('revoke_tokens_in_message', message, 'alice');

    expect((await click.answer()).plainText()).toContain('Nothing was revoked. Open it again.');
  });

  test('opens one dialog when Slack delivers the shortcut again', async () => {
    const { slack } = await startBot();
    const message = slack.surfaces.say('bob', '#incident-4711', 'x');
    const click = await slack.surfaces.messageShortcut('revoke_tokens_in_message', message, 'alice');
    const dialog = await dialogSaying(slack, 'Show the plan');

    await slack.redeliver(click, { fresh: true });

    await expect.poll(() => slack.requests('views.open').length).toBe(2);
    expect((await slack.surfaces.modal('alice')).id).toBe(dialog.id);
    expect(click.messages).toEqual([]);
  });
});

describe('from the global shortcut', () => {
  test('in the direct messages with the bot: nothing can be shared there', async () => {
    const { slack } = await startBot();
    const { id } = slack.workspace.directMessages('alice');

    await slack.command('/influx', 'token revoke', { channel: id });

    const dialog = await dialogSaying(slack, 'Show the plan');
    expect(wordsOf(dialog)).not.toContain('Share the result');
  });

  test('in no channel: the result comes by direct message', async () => {
    const { slack, live, store } = await startBot();

    await slack.surfaces.shortcut('revoke_tokens', 'alice');
    const dialog = await dialogSaying(slack, 'Show the plan');
    await submit(slack, dialog, { tokens: [live[0]?.id ?? ''] });
    await slack.surfaces.submit(await dialogSaying(slack, 'Revoke 1 token'), {});

    const result = await slack.nextMessage((message) => message.plainText().includes('1 revoked'));
    expect(slack.directMessages('alice')).toContain(result);
    expect(await store.transaction((t) => t.plansIn(['confirmed']))).toMatchObject([{ requester: { channel: '' } }]);
  });

  test('is told by direct message when Slack does not open the dialog in time', async () => {
    const { slack } = await startBot();
    slack.fault({ method: 'views.open' }, { error: 'expired_trigger_id' });

    await slack.surfaces.shortcut('revoke_tokens', 'alice');

    const message = await slack.nextMessage();
    expect(slack.directMessages('alice')).toContain(message);
    expect(message.plainText()).toBe('Slack did not open the dialog in time. Nothing was revoked. Open it again.');
  });

  test('asks for a channel before it is shared', async () => {
    const { slack, live } = await startBot();
    await slack.surfaces.shortcut('revoke_tokens', 'alice');
    const dialog = await dialogSaying(slack, 'Show the plan');

    const { errors } = await submit(slack, dialog, { tokens: [live[0]?.id ?? ''], share: true });

    expect(errors?.choose_channel).toBe('Choose the channel to share the result in.');
  });

  test.each([
    ['to share in', {}],
    ['the policy names', { channels: ['C0SECRET01'] }],
  ])('believes no channel %s in which Slack does not let its person post', async (_which, policy) => {
    const { slack, live, store } = await startBot({ policy });
    await slack.surfaces.shortcut('revoke_tokens', 'carol');
    const chosen = { selected_conversation: 'C0SECRET01' };
    await slack.surfaces.useOnView(await slack.surfaces.modal('carol', ({ content }) => content.blocks.length > 1), {
      ...{ blockId: 'choose_channel', actionId: 'choose_channel', chosen },
    });
    const dialog = await slack.surfaces.modal('carol', (view) =>
      `${view.content.private_metadata}`.includes('C0SECRET01'),
    );

    const { errors } = await submit(slack, dialog, { tokens: [live[0]?.id ?? ''], share: true });

    expect(errors?.choose_channel).toContain('Slack does not say that you can post in this channel.');
    expect(await store.transaction((t) => t.plansIn(['draft', 'pending']))).toEqual([]);
  });

  test('takes a channel that was taken away again for none', async () => {
    const { slack, live } = await startBot();
    await slack.surfaces.shortcut('revoke_tokens', 'alice');
    await slack.surfaces.useOnView(await dialogSaying(slack, 'Show the plan'), {
      ...{ blockId: 'choose_channel', actionId: 'choose_channel', chosen: { selected_conversation: INCIDENT } },
    });
    const dialog = await slack.surfaces.modal('alice', ({ content }) =>
      JSON.stringify(content.private_metadata).includes(INCIDENT),
    );

    const emptied = { choose_channel: { choose_channel: { selected_conversation: null } } };
    const entered = valuesIn(dialog, { tokens: [live[0]?.id ?? ''], share: true });
    const { errors } = await slack.surfaces.submit(dialog, { ...entered, ...emptied });

    expect(errors?.choose_channel).toBe('Choose the channel to share the result in.');
  });

  test('asks for a channel first where the policy names channels, and for one of them', async () => {
    const { slack, live, store } = await startBot({ policy: { channels: [INCIDENT] } });
    const choose = (channel: string) => ({
      ...{ blockId: 'choose_channel', actionId: 'choose_channel', chosen: { selected_conversation: channel } },
    });
    await slack.surfaces.shortcut('revoke_tokens', 'alice');
    const empty = await dialogSaying(slack, 'Choose the channel first.');
    expect(empty.content.submit).toBeUndefined();

    await slack.surfaces.useOnView(empty, choose('C0GENERAL1'));
    const refused = await dialogSaying(slack, 'None of your profiles works in');
    await slack.surfaces.useOnView(refused, choose(INCIDENT));
    const dialog = await dialogSaying(slack, 'Show the plan');
    await submit(slack, dialog, { tokens: [live[0]?.id ?? ''], channel: INCIDENT, share: true });
    await slack.surfaces.submit(await dialogSaying(slack, 'Revoke 1 token'), {});

    const shared = await slack.nextMessage((message) => message.channel === INCIDENT);
    expect(shared.plainText()).toContain('1 revoked');
    expect(await store.transaction((t) => t.plansIn(['confirmed']))).toMatchObject([
      { requester: { channel: INCIDENT } },
    ]);
  });
});

describe('from a button', () => {
  const button = (value: string) => ({
    actions: [{ type: 'button', action_id: 'open_dialog', block_id: 'x', value }],
    container: { type: 'message', channel_id: INCIDENT },
  });

  test('in the channel of its message', async () => {
    const { slack, live, store } = await startBot();

    await slack.clickRaw(button('open'));
    await submit(slack, await dialogSaying(slack, 'in this channel'), { tokens: [live[0]?.id ?? ''] });
    await dialogSaying(slack, 'Revoke 1 token');

    expect(await store.transaction((t) => t.plansIn(['pending']))).toMatchObject([
      { requester: { channel: INCIDENT } },
    ]);
  });

  test('of a plan that is over says so', async () => {
    const { slack } = await startBot();

    await slack.clickRaw(button('ab'.repeat(16)));

    await dialogSaying(slack, 'This plan does not wait any more, or is not yours.');
  });
});

describe('the profile in the dialog', () => {
  const other = { name: 'other', production: false, concurrency: 1 };

  test('is chosen among those the person may use, and decides which tokens are offered', async () => {
    const { slack, live, profile } = await severalProfiles();
    await slack.command('/influx', 'token revoke');
    const dialog = await dialogSaying(slack, 'Show the plan');
    expect(wordsOf(dialog)).not.toContain('fourth');

    await slack.surfaces.useOnView(dialog, choosing('other'));
    const changed = await dialogSaying(slack, 'Those of other.');

    expect(blockOf(changed, 'choose_tokens')).not.toBe(blockOf(dialog, 'choose_tokens'));
    expect(blockOf(changed, 'pasted')).toBe(blockOf(dialog, 'pasted'));
    await submit(slack, changed, { tokens: [live[0]?.id ?? ''], profile });
    const again = await dialogSaying(slack, 'The tokens offered here were of another profile.');
    expect(wordsOf(again)).toContain(`Those of ${profile}.`);
  });

  test('is the last one chosen, however late Slack takes the one before', async () => {
    const { slack } = await severalProfiles();
    await slack.command('/influx', 'token revoke');
    const dialog = await dialogSaying(slack, 'Show the plan');
    const late = heldBack(slack);

    await slack.surfaces.useOnView(dialog, choosing('other'));
    await expect.poll(() => slack.requests('views.update')).toHaveLength(2);
    await slack.surfaces.useOnView(dialog, choosing('third'));
    await dialogSaying(slack, 'Those of third.');
    late.resolve();

    await expect.poll(() => slack.requests('views.update')[1]?.reply).toBeDefined();
    expect(wordsOf(await slack.surfaces.modal('alice'))).toContain('Those of third.');
  });

  test('is the last one chosen, however soon it follows the one before', async () => {
    const { slack } = await severalProfiles();
    await slack.command('/influx', 'token revoke');
    const dialog = await dialogSaying(slack, 'Show the plan');
    const late = heldBack(slack);

    await slack.surfaces.useOnView(dialog, choosing('other'));
    await expect.poll(() => slack.requests('views.update')).toHaveLength(2);
    await slack.surfaces.useOnView(dialog, choosing('third'));
    late.resolve();

    await dialogSaying(slack, 'Those of third.');
    await expect.poll(() => slack.requests('views.update').every(({ reply }) => reply)).toBe(true);
    expect(wordsOf(await slack.surfaces.modal('alice'))).toContain('Those of third.');
  });

  test('changes nothing any more once the plan is on the screen', async () => {
    const { slack, live } = await severalProfiles();
    await slack.command('/influx', 'token revoke');
    const dialog = await dialogSaying(slack, 'Show the plan');
    const late = heldBack(slack);

    await slack.surfaces.useOnView(dialog, choosing('other'));
    await expect.poll(() => slack.requests('views.update')).toHaveLength(2);
    await submit(slack, dialog, { tokens: [live[0]?.id ?? ''] });
    await dialogSaying(slack, 'Revoke 1 token');
    late.resolve();

    await expect.poll(() => slack.requests('views.update')[1]?.reply).toMatchObject({ error: 'hash_conflict' });
    expect(wordsOf(await slack.surfaces.modal('alice'))).toContain('Revoke 1 token');
  });

  /** Slack takes the next update of a dialog only when this is resolved. */
  function heldBack(slack: Slack) {
    const held = Promise.withResolvers<void>();
    slack.fault({ method: 'views.update' }, { until: held.promise });
    return held;
  }

  const choosing = (profile: string) => ({
    blockId: 'choose_profile',
    actionId: 'choose_profile',
    chosen: { selected_option: { text: { type: 'plain_text', text: profile }, value: profile } },
  });

  async function severalProfiles() {
    const start = { users: [], usergroups: ['S0ONCALL01'] };
    const nobody = { users: [], usergroups: [] };
    const policy = { start, force: { users: [] }, audit: nobody, maxTokens: 100, protected: [] };
    const profiles = new Map([
      ['default', { ...other, name: 'default', policy }],
      ['other', { ...other, policy }],
      ['third', { ...other, name: 'third', policy }],
      ['fourth', { ...other, name: 'fourth', policy: { ...policy, start: nobody } }],
    ]);
    return { ...(await startBot({ bot: { profiles } })), profile: 'default' };
  }
});
