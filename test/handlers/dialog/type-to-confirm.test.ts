import { expect, test } from 'vitest';
import type { Message } from '../../../sandbox/slack/message.ts';
import type { Slack } from '../../../sandbox/slack/slack.ts';
import type { View } from '../../../sandbox/slack/views.ts';
import { planFor } from '../../support/operator.ts';
import { startBot } from '../../support/start-bot.ts';

const ALWAYS = { policy: { typeToConfirm: { wildcardWrite: false, above: 0 } } };
const typed = (name: string) => ({ typed_name: { typed_name: { value: name } } });

/** Clicks the red button, and returns the dialog that opens over the plan. */
async function asked(slack: Slack, plan: Message): Promise<View> {
  await slack.click(plan, 'Revoke');
  return slack.surfaces.modal('alice');
}

/** Has another token revoked, so that all that was to be deleted before is. */
async function revokedInstead(slack: Slack, token: { readonly id: string } | undefined): Promise<void> {
  const plan = await planFor(slack, token ? [token] : []);
  await slack.click(plan, 'Revoke');
  const isOfIt = ({ content }: View) => `${content.private_metadata}`.includes(`${plan.buttons[0]?.value}`);
  await slack.surfaces.submit(await slack.surfaces.modal('alice', isOfIt), typed('default'));
  await resultOn(plan);
}

const resultOn = (plan: Message) => plan.updated((version) => version.plainText().includes('revoked ·'));

test.each(['http', 'socket'] as const)('a plan is confirmed by the name of its profile, over %s', async (transport) => {
  const { slack, live, cluster } = await startBot({ ...ALWAYS, transport });
  const plan = await planFor(slack, live.slice(0, 2));

  const view = await asked(slack, plan);

  expect(view.content).toMatchObject({ callback_id: 'confirm_by_name', submit: { text: 'Revoke 2 tokens' } });
  expect(JSON.stringify(view.content.blocks)).toContain('This plan revokes more than 0 tokens.');
  expect(cluster.deletes).toEqual([]);

  expect(await slack.surfaces.submit(view, typed(' default '))).toEqual({});

  expect((await resultOn(plan)).plainText()).toContain('2 revoked');
  expect(slack.surfaces.modals('alice')).toEqual([]);
  expect(cluster.deletes).toHaveLength(2);
});

test.each(['Default', 'default2', 'yes'])(
  '%j is not its name: said under the input, and the plan still waits',
  async (name) => {
    const { slack, live, cluster, audit } = await startBot(ALWAYS);
    const plan = await planFor(slack, live.slice(0, 1));
    const view = await asked(slack, plan);

    const answered = await slack.surfaces.submit(view, typed(name));

    expect(answered.errors?.typed_name).toBe(
      'This is not the name of the profile. Nothing was revoked. Type default, as it is written here.',
    );
    expect(audit().at(-1)).toMatchObject({ action: 'click refused', detail: expect.stringContaining('name needed') });
    expect(JSON.stringify(audit())).not.toContain(name === 'yes' ? '"yes"' : name);
    expect(await slack.surfaces.submit(view, typed('default'))).toEqual({});
    await resultOn(plan);
    expect(cluster.deletes).toHaveLength(1);
  },
);

test('no click claims it: not the first, not the tenth, not a replayed or a forged one', async () => {
  const { slack, live, cluster, store } = await startBot(ALWAYS);
  const plan = await planFor(slack, live.slice(0, 1));
  const value = plan.buttons[0]?.value;
  const actions = [{ type: 'button', action_id: 'revoke_plan', block_id: 'x', value }];

  const click = await slack.click(plan, 'Revoke');
  await slack.surfaces.modal('alice');
  await slack.redeliver(click, { fresh: true });
  await slack.clickRaw({ actions, container: { type: 'message', channel_id: plan.channel } });
  const view = await asked(slack, plan);
  await slack.surfaces.submit({ ...view, content: { ...view.content, blocks: [] } }, {});

  expect((await store.transaction((t) => t.plan(value ?? '')))?.state).toBe('pending');
  await revokedInstead(slack, live[1]);
  expect(cluster.deletes).toEqual([live[1]?.id]);
});

test('a submission without the input is shown what it has to be', async () => {
  const { slack, live } = await startBot(ALWAYS);
  const view = await asked(slack, await planFor(slack, live.slice(0, 1)));

  await slack.surfaces.submit({ ...view, content: { ...view.content, blocks: [] } }, {});

  const shown = await slack.surfaces.modal('alice', ({ content }) => content.callback_id === 'revoke_dialog_plan');
  expect(shown.content.blocks.at(-1)).toMatchObject({ type: 'input', label: { text: 'Type default to confirm' } });
});

test('nobody else confirms it from the same view', async () => {
  const { slack, live, cluster } = await startBot(ALWAYS);
  const view = await asked(slack, await planFor(slack, live.slice(0, 1)));

  await slack.surfaces.submit({ ...view, person: slack.workspace.person('carol').id }, typed('default'));

  expect(JSON.stringify((await slack.surfaces.modal('alice')).content)).toContain('Only the person who asked');
  expect(cluster.deletes).toEqual([]);
});

test('a plan that was cancelled meanwhile stays so', async () => {
  const { slack, live, cluster, store } = await startBot(ALWAYS);
  const plan = await planFor(slack, live.slice(0, 1));
  const view = await asked(slack, plan);
  await slack.click(plan, 'Cancel');

  await slack.surfaces.submit(view, typed('default'));

  expect(JSON.stringify((await slack.surfaces.modal('alice')).content)).toContain('already cancelled');
  expect((await store.transaction((t) => t.plan(plan.buttons[0]?.value ?? '')))?.state).toBe('cancelled');
  await revokedInstead(slack, live[1]);
  expect(cluster.deletes).toEqual([live[1]?.id]);
});

test('two submissions of the same view confirm it once', async () => {
  const { slack, live, cluster } = await startBot(ALWAYS);
  const plan = await planFor(slack, live.slice(0, 1));
  const view = await asked(slack, plan);

  await Promise.all([slack.surfaces.submit(view, typed('default')), slack.surfaces.submit(view, typed('default'))]);

  await resultOn(plan);
  expect(cluster.deletes).toHaveLength(1);
});

test('the dialog works after a restart of the bot', async () => {
  const { slack, live, restart } = await startBot(ALWAYS);
  const plan = await planFor(slack, live.slice(0, 1));
  const view = await asked(slack, plan);
  await restart();

  await slack.surfaces.submit(view, typed('default'));

  expect((await resultOn(plan)).plainText()).toContain('1 revoked');
});

test('says so when Slack does not open the dialog, and the plan still waits', async () => {
  const { slack, live } = await startBot(ALWAYS);
  const plan = await planFor(slack, live.slice(0, 1));
  slack.fault({ method: 'views.open' }, { error: 'expired_trigger_id' });

  const click = await slack.click(plan, 'Revoke');

  expect((await click.answer()).plainText()).toContain(
    'did not open the dialog in time. Nothing was revoked, and the plan still waits.',
  );
  expect((await asked(slack, plan)).content.callback_id).toBe('confirm_by_name');
});

test('is for plans with a token that may write to all databases, where the policy says so', async () => {
  const { slack, live, cluster } = await startBot({ policy: { typeToConfirm: { wildcardWrite: true } } });
  const far = live.filter(({ permissions }) =>
    permissions.some(({ action, resource }) => action === 'write' && resource === '*'),
  );
  const near = live.filter(({ permissions }) => permissions.every(({ resource }) => resource !== '*'));

  const view = await asked(slack, await planFor(slack, far.slice(0, 1)));
  const plan = await planFor(slack, near.slice(0, 1));
  await slack.click(plan, 'Revoke');

  expect(JSON.stringify(view.content.blocks)).toContain('may write to all databases');
  await resultOn(plan);
  expect(cluster.deletes).toEqual([near[0]?.id]);
});
