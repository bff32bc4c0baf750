import { expect, test } from 'vitest';
import { dialogSaying, submit, wordsOf } from '../support/dialog.ts';
import { startBot } from '../support/start-bot.ts';

test.each(['http', 'socket'] as const)('from the command without IDs to the result, over %s', async (transport) => {
  const { slack, live, cluster, audit } = await startBot({ transport });
  const [chosen, pasted] = [live[0]?.id ?? '', live[1]?.id ?? ''];

  await slack.command('/influx', 'token revoke');
  const dialog = await dialogSaying(slack, 'Show the plan');
  expect(await submit(slack, dialog, { tokens: [chosen], pasted: `see ${pasted}`, reason: 'leaked' })).toEqual({});

  const plan = await dialogSaying(slack, 'Revoke 2 tokens');
  expect(wordsOf(plan)).toContain('leaked');
  expect(cluster.deletes).toEqual([]);
  expect(await slack.surfaces.submit(plan, {})).toEqual({});

  const result = await slack.nextMessage((message) => message.plainText().includes('2 revoked'));
  expect(slack.directMessages('alice')).toContain(result);
  expect(wordsOf(await dialogSaying(slack, '2 revoked'))).toContain('in your direct messages');
  expect(cluster.deletes.toSorted()).toEqual([chosen, pasted].toSorted());
  expect(audit().map(({ action }) => action)).toContain('revocation confirmed');
});
