import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Slack } from '../../sandbox/slack/slack.ts';
import { knownBreak } from '../../src/revocation/auditing/chain-notices.ts';
import { sampleEntry, sampleItem, samplePlan, sampleRevocation, TOKEN_IDS } from '../store/samples.ts';
import { planFor } from '../support/operator.ts';
import { startBot } from '../support/start-bot.ts';

const FREEZERS = { bot: { freeze: { users: ['U0BOB00001'], usergroups: [] } } };
const DAY_MS = 86_400_000;

async function status(slack: Slack, user = 'alice'): Promise<string> {
  return (await (await slack.command('/influx', 'status', { user })).answer()).plainText();
}

test('says that nothing is wrong where nothing is', async () => {
  const { slack } = await startBot();

  expect(await status(slack)).toMatch(
    /Not frozen\..+0 revocations running\..+0 plans waiting for a click\..+0 tokens with an unknown outcome.+0 profiles paused\./s,
  );
});

test('says first that the audit log is not what was written, for as long as that is known', async () => {
  const running = await startBot();
  const { slack, store, storePath } = running;
  await planFor(slack, running.live.slice(0, 1));
  using database = new DatabaseSync(storePath, { timeout: 5_000 });
  database.exec(`drop trigger audit_no_update; update audit set actor = 'U0NOBODY' where seq = 2`);
  await running.restart();
  await expect.poll(() => store.transaction(knownBreak)).toBeDefined();

  expect(await status(slack)).toMatch(
    /^The audit log is not what was written: entry 2 is not what was written: .* npm run audit -- verify\.\s*Not frozen/s,
  );
});

test('says what runs and what waits, and by whom, since when and why all is frozen', async () => {
  const { slack, cluster, live } = await startBot(FREEZERS);
  await planFor(slack, live.slice(0, 2));
  const running = await planFor(slack, live.slice(2, 5));
  const sent = Promise.withResolvers<void>();
  const fault = cluster.fault({ method: 'DELETE', times: Number.POSITIVE_INFINITY }, { kind: 'hang' });
  cluster.onRequest(({ method }) => method === 'DELETE' && sent.resolve());
  await slack.click(running, 'Revoke');
  await sent.promise;

  const before = await status(slack);
  await (await slack.command('/influx', 'freeze wrong cluster', { user: 'bob' })).answer();
  const after = await status(slack, 'bob');
  fault.release();

  expect(before).toMatch(/1 revocation running\.\s+• R-[0-9a-f]{8} on default, asked by @alice: 0 of 3 tokens done/);
  expect(before).toMatch(
    /1 plan waiting for a click\.\s+• R-[0-9a-f]{8} on default, asked by @alice: 2 tokens, until /,
  );
  expect(after).toMatch(/Frozen by @bob since .+: wrong cluster\. No revocation starts\./);
});

test('names unknown outcomes of the last seven days, and no older ones', async () => {
  const { slack, store } = await startBot();
  const [recent = '', old = ''] = TOKEN_IDS;
  const plan = samplePlan({ state: 'confirmed' });
  const lost = { state: 'done', outcome: 'unknown', note: 'no answer from the cluster' } as const;
  await store.transaction(async (transaction) => {
    await transaction.addPlan(plan, sampleEntry('asked'));
    await transaction.addRevocation({ ...sampleRevocation(plan), state: 'attention' }, [
      { ...sampleItem(plan, recent), ...lost, doneAt: new Date(Date.now() - 6 * DAY_MS) },
      { ...sampleItem(plan, old), ...lost, doneAt: new Date(Date.now() - 8 * DAY_MS) },
    ]);
  });

  const text = await status(slack);

  expect(text).toContain('1 token with an unknown outcome in the last 7 days.');
  expect(text).toContain(`${recent.slice(0, 8)} on default, of R-${plan.id.slice(0, 8)}: no answer from the cluster`);
});

test('says which profile is paused and why', async () => {
  const { slack, cluster, live } = await startBot();
  const plan = await planFor(slack, live.slice(0, 1));
  const rejected = Promise.withResolvers<void>();
  cluster.onRequest(({ method }) => {
    // The token works until the click was checked, and not for the revocation.
    if (method === 'DELETE') rejected.resolve();
  });
  cluster.fault({ method: 'DELETE', times: Number.POSITIVE_INFINITY }, { kind: 'answer', status: 401 });
  const click = await slack.click(plan, 'Revoke');
  await rejected.promise;
  await click.answer((message) => message.plainText().includes('Waiting:'));

  expect(await status(slack)).toContain('default: the management token of this profile is expired or wrong');
});

test('shows nothing to those who may neither revoke nor freeze', async () => {
  const { slack, live } = await startBot();
  await planFor(slack, live.slice(0, 1));

  expect(await status(slack, 'mallory')).toBe(
    'You may neither revoke tokens here nor freeze this bot. /influx whoami says why.',
  );
});
