import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Slack } from '../../../sandbox/slack/slack.ts';
import { blockOf, dialogSaying, submit, wordsOf } from '../../support/dialog.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { planFor } from '../../support/operator.ts';
import { startBot } from '../../support/start-bot.ts';

const INCIDENT = 'C0INC04711';
const SECRET = `apiv3_${'aB3dE5gH'.repeat(8)}`;

/** Opens the dialog by the command, and returns it once it is filled. */
async function opened(slack: Slack, user = 'alice') {
  await slack.command('/influx', 'token revoke', { user });
  return dialogSaying(slack, 'Show the plan', user);
}

/** Asks for these tokens in the dialog, and returns the plan it shows. */
async function planned(slack: Slack, tokens: readonly { readonly id: string }[]) {
  await submit(slack, await opened(slack), { tokens: tokens.map(({ id }) => id) });
  return dialogSaying(slack, `Revoke ${tokens.length} token`);
}

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

test('what was asked for in the dialog belongs to its channel, and is shared there where that was asked for', async () => {
  const { slack, live, store } = await startBot();
  const dialog = await opened(slack);

  await submit(slack, dialog, { tokens: [live[0]?.id ?? ''], share: true });
  const plan = await dialogSaying(slack, 'Revoke 1 token');
  await slack.surfaces.submit(plan, {});

  const shared = await slack.nextMessage((message) => message.channel === INCIDENT);
  expect(shared.plainText()).toContain('1 revoked');
  expect(shared.ephemeralFor).toBeUndefined();
  const [done] = await store.transaction((t) => t.plansIn(['confirmed']));
  expect(done).toMatchObject({ requester: { channel: INCIDENT }, share: { channel: INCIDENT } });
});

describe('what is entered', () => {
  test.each([
    ['nothing', {}, 'choose_tokens', 'Choose at least one token'],
    ['words without an ID', { pasted: 'the telegraf one' }, 'pasted', 'no token ID in this: “the”, “telegraf”, “one”'],
    [
      'an ID with a digit missing',
      { pasted: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1' },
      'pasted',
      'No token ID: “a0eebc99-9c0b-4e…”',
    ],
    ['what no list offers', { tokens: ['nothing', '../databases'] }, 'choose_tokens', 'Choose at least one token'],
  ])('is told under its field where it is %s', async (_what, entered, field, words) => {
    const { slack, cluster } = await startBot();
    const dialog = await opened(slack);

    const { errors = {} } = await submit(slack, dialog, entered);

    expect(errors[blockOf(dialog, field)]).toContain(words);
    expect(cluster.requests.filter(({ path }) => path.includes('/tokens/'))).toEqual([]);
  });

  test.each(['pasted', 'reason'] as const)('is emptied where it looks like a secret: %s', async (field) => {
    const { slack, live, log, audit } = await startBot();
    const dialog = await opened(slack);

    await submit(slack, dialog, { tokens: [live[0]?.id ?? ''], [field]: `x ${SECRET}` });

    const again = await dialogSaying(slack, 'looks like a secret');
    expect(blockOf(again, field)).not.toBe(blockOf(dialog, field));
    expect(blockOf(again, 'choose_tokens')).toBe(blockOf(dialog, 'choose_tokens'));
    const body = SECRET.slice(6, 22);
    expect(JSON.stringify([again.content, log, audit()])).not.toContain(body);
    await submit(slack, again, { tokens: [live[0]?.id ?? ''] });
    await dialogSaying(slack, 'Revoke 1 token');
  });

  test('leaves the screen at once where it looks like a secret, however slow Slack is', async () => {
    const clock = createFakeClock(new Date());
    const { slack, log } = await startBot({ clock, transport: 'socket' });
    const dialog = await opened(slack);
    clock.advance(31_000);
    const held = Promise.withResolvers<void>();
    slack.fault({ method: 'users.info' }, { until: held.promise });
    const asked = slack.requests('users.info').length;

    const submitted = submit(slack, dialog, { pasted: SECRET });
    await expect.poll(() => slack.requests('users.info')).toHaveLength(asked + 1);
    clock.advance(1_000);
    expect(await submitted).toEqual({});

    const loading = await slack.surfaces.modal('alice');
    expect(wordsOf(loading)).toContain('Loading');
    expect(loading.content.blocks.filter(({ type }) => type === 'input')).toEqual([]);
    held.resolve();
    expect(blockOf(await dialogSaying(slack, 'looks like a secret'), 'pasted')).not.toBe(blockOf(dialog, 'pasted'));
    expect(JSON.stringify(log)).not.toContain(SECRET.slice(6, 22));
  });

  test('leaves the screen where it looks like a secret, also when the rest cannot be filled', async () => {
    const { slack, storePath } = await startBot();
    const dialog = await opened(slack);
    const database = new DatabaseSync(storePath);
    database.exec('drop table selection');
    database.close();

    expect(await submit(slack, dialog, { pasted: SECRET })).toEqual({});

    await dialogSaying(slack, 'Something went wrong in the bot before this dialog was filled.');
    expect((await slack.nextMessage()).plainText()).toContain('(E-');
  });

  test('counts once where it was given twice, and that is said', async () => {
    const { slack, live } = await startBot();
    const [id = ''] = live.map((token) => token.id);

    await submit(slack, await opened(slack), { tokens: [id], pasted: id.toUpperCase().replaceAll('-', '–') });

    expect(wordsOf(await dialogSaying(slack, 'Revoke 1 token'))).toContain('1 ID given more than once counts once.');
  });

  test('is refused where the policy refuses it, under the profile', async () => {
    const { slack, live } = await startBot({ policy: { maxTokens: 1 } });
    const dialog = await opened(slack);

    const { errors = {} } = await submit(slack, dialog, { tokens: live.slice(0, 2).map(({ id }) => id) });

    expect(errors.choose_profile).toContain('allows 1 at once');
  });

  test('with tokens that are gone shows a plan with nothing to revoke', async () => {
    const { slack } = await startBot();

    await submit(slack, await opened(slack), { pasted: '00000000-0000-4000-8000-000000000000' });

    const plan = await dialogSaying(slack, 'There is nothing to revoke.');
    expect(plan.content.submit).toBeUndefined();
  });
});

describe('the plan in the dialog', () => {
  test('is among what is pending and in the App Home, should nobody see the dialog', async () => {
    const { slack, live } = await startBot();
    await planned(slack, live.slice(0, 1));

    const pending = await (await slack.command('/influx', 'pending')).answer();
    await slack.surfaces.openHome('alice');

    expect(pending.buttons.map(({ text }) => text)).toContain('Revoke 1 token');
    const home = () => JSON.stringify(slack.surfaces.home('alice')?.content ?? '');
    await expect.poll(home, { timeout: 10_000 }).toContain('Revoke 1 token');
  });

  test('is cancelled when the dialog is closed', async () => {
    const { slack, live, store } = await startBot();
    const plan = await planned(slack, live.slice(0, 1));

    await slack.surfaces.close(plan);

    expect(await store.transaction((t) => t.plansIn(['cancelled']))).toHaveLength(1);
  });

  test('comes by direct message, with its buttons, when the dialog was closed before it was read', async () => {
    const { slack, live, cluster } = await startBot();
    const dialog = await opened(slack);
    cluster.fault({ method: 'GET', times: 1 }, { kind: 'slow', delayMs: 300 });
    await submit(slack, dialog, { tokens: [live[0]?.id ?? ''] });
    await slack.surfaces.close(await dialogSaying(slack, 'Reading 1 token'));

    const message = await slack.nextMessage((one) => one.plainText().includes('1 token will be revoked'));

    expect(message.channel).toBe(slack.workspace.directMessages('alice').id);
    await slack.click(message, 'Revoke');
    await slack.nextMessage((one) => one.plainText().includes('1 revoked'));
  });

  test('comes by direct message when Slack does not take it', async () => {
    const { slack, live } = await startBot();
    const dialog = await opened(slack);
    slack.fault({ method: 'views.update' }, { status: 500 });

    await submit(slack, dialog, { tokens: [live[0]?.id ?? ''] });

    const message = await slack.nextMessage((one) => one.plainText().includes('1 token will be revoked'));
    expect(message.buttons.map(({ text }) => text)).toContain('Revoke 1 token');
  });

  test('is confirmed once, however often it is submitted', async () => {
    const { slack, live, cluster } = await startBot();
    const plan = await planned(slack, live.slice(0, 1));

    await Promise.all([
      slack.surfaces.submit(plan, {}),
      slack.surfaces.submit(plan, {}),
      slack.surfaces.submit(plan, {}),
    ]);

    await slack.nextMessage((one) => one.plainText().includes('1 revoked'));
    expect(cluster.deletes).toHaveLength(1);
  });

  test('is confirmed by nobody else', async () => {
    const { slack, live, cluster } = await startBot();
    const plan = await planned(slack, live.slice(0, 1));

    await slack.surfaces.submit({ ...plan, person: slack.workspace.person('carol').id }, {});

    await dialogSaying(slack, 'Only the person who asked');
    expect(cluster.deletes).toEqual([]);
  });

  test('waits while all is frozen, and says so on top', async () => {
    const { slack, live, cluster } = await startBot({ bot: { freeze: { users: ['U0BOB00001'], usergroups: [] } } });
    const plan = await planned(slack, live.slice(0, 1));
    await (await slack.command('/influx', 'freeze drill', { user: 'bob' })).answer();

    await slack.surfaces.submit(plan, {});

    await dialogSaying(slack, 'Revoking is frozen');
    expect(slack.surfaces.modals('alice')).toHaveLength(2);
    expect(cluster.deletes).toEqual([]);
  });

  test('is over once it has expired', async () => {
    const clock = createFakeClock(new Date());
    const { slack, live, cluster } = await startBot({ clock, transport: 'socket' });
    const plan = await planned(slack, live.slice(0, 1));
    clock.step(900_000);

    await slack.surfaces.submit(plan, {});

    await dialogSaying(slack, 'This plan has expired. Nothing was revoked.');
    expect(cluster.deletes).toEqual([]);
  });

  test('is the same one when the same is asked again in another dialog', async () => {
    const { slack, live, store } = await startBot();
    await planned(slack, live.slice(0, 2));

    await planned(slack, live.slice(0, 2));

    expect(await store.transaction((t) => t.plansIn(['pending']))).toHaveLength(1);
  });

  test('is that of the command a moment ago, and the dialog says that its reason and options are as they were', async () => {
    const { slack, live, store } = await startBot();
    await planFor(slack, live.slice(0, 1), '--reason first');
    const tokens = [live[0]?.id ?? ''];

    await submit(slack, await opened(slack), { tokens, reason: 'second', share: true });
    const plan = await dialogSaying(slack, 'Revoke 1 token');

    expect(wordsOf(plan)).toContain('This is that plan again, with its reason and options as they were.');
    expect(wordsOf(plan)).toContain('first');
    expect(wordsOf(plan)).not.toContain('second');
    expect(await store.transaction((t) => t.plansIn(['pending']))).toHaveLength(1);
  });

  test('is not cancelled by closing another dialog that shows it, nor is that of a message', async () => {
    const { slack, live, store } = await startBot();
    await planFor(slack, live.slice(0, 1));
    const ofMessage = await planned(slack, live.slice(0, 1));
    await slack.surfaces.close({ ...ofMessage, content: { ...ofMessage.content, notify_on_close: true } });
    await planned(slack, live.slice(0, 2));

    const ofOther = await planned(slack, live.slice(0, 2));
    await slack.surfaces.close({ ...ofOther, content: { ...ofOther.content, notify_on_close: true } });

    expect(wordsOf(ofOther)).not.toContain('Closing this dialog cancels the plan.');
    expect(await store.transaction((t) => t.plansIn(['pending']))).toHaveLength(2);
  });

  test('asks for the name of the profile where the policy does', async () => {
    const { slack, live, cluster, store } = await startBot({
      policy: { typeToConfirm: { wildcardWrite: false, above: 0 } },
    });
    const plan = await planned(slack, live.slice(0, 1));

    expect((await slack.surfaces.submit(plan, {})).errors).toHaveProperty('typed_name');
    const wrong = await slack.surfaces.submit(plan, { typed_name: { typed_name: { value: 'nope' } } });
    expect(wrong.errors?.typed_name).toContain('Type default');
    expect(await store.transaction((t) => t.plansIn(['pending']))).toHaveLength(1);
    await slack.surfaces.submit(plan, { typed_name: { typed_name: { value: 'default' } } });

    await slack.nextMessage((one) => one.plainText().includes('1 revoked'));
    expect(cluster.deletes).toEqual([live[0]?.id]);
  });

  test('goes on after a restart of the bot', async () => {
    const { slack, live, restart } = await startBot();
    const plan = await planned(slack, live.slice(0, 1));
    await restart();

    await slack.surfaces.submit(plan, {});

    await slack.nextMessage((one) => one.plainText().includes('1 revoked'));
  });
});

describe('a dialog that cannot be used', () => {
  test('says who may not revoke anything, and why', async () => {
    const { slack } = await startBot();

    await slack.command('/influx', 'token revoke', { user: 'mallory' });

    const dialog = await dialogSaying(slack, 'You may not revoke tokens here.', 'mallory');
    expect(wordsOf(dialog)).toContain('You are not on the list of people who may revoke tokens of this profile.');
    expect(dialog.content.submit).toBeUndefined();
  });

  test('is not somebody else’s', async () => {
    const { slack, live, store } = await startBot();
    const dialog = await opened(slack);

    await submit(slack, { ...dialog, person: slack.workspace.person('carol').id }, { tokens: [live[0]?.id ?? ''] });

    await dialogSaying(slack, 'This dialog is too old to be used. Nothing was revoked.');
    expect(await store.transaction((t) => t.plansIn(['draft', 'pending']))).toEqual([]);
  });

  test('with metadata the bot did not write is not used', async () => {
    const { slack, live } = await startBot();
    const dialog = await opened(slack);
    const forged = { ...dialog, content: { ...dialog.content, private_metadata: '{"selection":"__proto__"}' } };

    await submit(slack, forged, { tokens: [live[0]?.id ?? ''] });

    await dialogSaying(slack, 'This dialog is too old to be used.');
  });

  test('that Slack does not open leaves the usage', async () => {
    const { slack } = await startBot();
    slack.fault({ method: 'views.open' }, { error: 'expired_trigger_id' });

    const answer = await (await slack.command('/influx', 'token delete')).answer();

    expect(answer.plainText()).toContain('/influx token revoke [--profile NAME]');
    expect(slack.surfaces.modals('alice')).toEqual([]);
  });

  test('that Slack does not let the bot fill is told by message', async () => {
    const { slack } = await startBot();
    slack.fault({ method: 'views.update' }, { status: 500 });

    const answer = await (await slack.command('/influx', 'token revoke')).answer();

    expect(answer.plainText()).toContain('nothing was revoked: try again');
    expect(wordsOf(await slack.surfaces.modal('alice'))).toContain('Something went wrong in the bot before');
  });
});

test('a plan for more tokens than a message shows is opened from its message, and not cancelled by closing', async () => {
  const { slack, cluster, store } = await startBot({ policy: { maxTokens: 1_000 } });
  const plan = await planFor(slack, cluster.tokens.slice(0, 1));
  const [button] = plan.buttons;
  const actions = [{ type: 'button', action_id: 'open_dialog', block_id: 'x', value: button?.value }];
  const click = { actions, container: { type: 'message', channel_id: plan.channel } };

  await slack.clickRaw(click);
  await slack.surfaces.close(await dialogSaying(slack, 'Revoke 1 token'));
  expect(await store.transaction((t) => t.plansIn(['pending']))).toHaveLength(1);

  await slack.clickRaw(click, { user: 'carol' });
  await dialogSaying(slack, 'does not wait any more, or is not yours', 'carol');
});
