import { expect, test } from 'vitest';
import { dialogSaying, submit, wordsOf } from '../../support/dialog.ts';
import { startBot } from '../../support/start-bot.ts';

const TOKENS = Array.from({ length: 1_000 }, (_, n) => ({
  id: `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`,
  description: `telegraf ${n}`,
  permissions: [{ action: 'write', resource: 'metrics' }],
  createdAt: '2026-01-01T00:00:00Z',
}));

test('a thousand tokens from a file are shown, revoked, told and shared; each once', async () => {
  const { slack, cluster, store } = await startBot({
    cluster: { tokens: TOKENS },
    policy: { maxTokens: 1_000 },
    slack: { patienceMs: 60_000 },
  });
  const files = [{ name: 'ids.csv', content: TOKENS.map(({ id }) => `"${id}","leaked"`).join('\n') }];
  const message = slack.surfaces.say('bob', '#incident-4711', 'all of these', undefined, files);
  await slack.surfaces.messageShortcut('revoke_tokens_in_message', message, 'alice');
  await submit(slack, await dialogSaying(slack, 'Revoke the 1000 IDs from the message'), {});
  const plan = await dialogSaying(slack, 'Revoke 1000 tokens');

  expect(await slack.surfaces.submit(plan, {})).toEqual({});

  const results = (words: string) => slack.nextMessage((sent) => sent.plainText().includes(words));
  const [first, second] = [await results('1000 revoked'), await results('1000 revoked')];
  const shared = [first, second].find(({ channel }) => channel === message.channel);
  expect(shared?.threadTs).toBe(message.ts);
  expect(wordsOf(await dialogSaying(slack, '1000 revoked'))).toContain('in your direct messages');
  expect(cluster.deletes.toSorted()).toEqual(TOKENS.map(({ id }) => id));
  expect(await store.transaction((t) => t.openWork())).toMatchObject({ revocations: 0, items: 0 });
}, 120_000);

test('the rest of a thousand is stopped from the dialog', async () => {
  const { slack, cluster } = await startBot({
    cluster: { tokens: TOKENS },
    policy: { maxTokens: 1_000 },
    profile: { concurrency: 2 },
    slack: { patienceMs: 60_000 },
  });
  const files = [{ name: 'ids.txt', content: TOKENS.map(({ id }) => id).join(' ') }];
  const message = slack.surfaces.say('bob', '#incident-4711', 'all of these', undefined, files);
  await slack.surfaces.messageShortcut('revoke_tokens_in_message', message, 'alice');
  await submit(slack, await dialogSaying(slack, 'Revoke the 1000 IDs from the message'), { share: false });
  const plan = await dialogSaying(slack, 'Revoke 1000 tokens');
  cluster.fault({ method: 'DELETE', times: 1_000 }, { kind: 'slow', delayMs: 50 });
  await slack.surfaces.submit(plan, {});

  const running = await dialogSaying(slack, 'Stop the rest');
  const block = running.content.blocks.find(({ type }) => type === 'actions');
  await slack.surfaces.useOnView(running, { blockId: block?.block_id ?? '', actionId: 'stop_revocation' });

  const result = await slack.nextMessage((sent) => sent.plainText().includes('not sent'));
  expect(result.plainText()).toContain('Stopped by');
  expect(cluster.deletes.length).toBeLessThan(1_000);
}, 120_000);
