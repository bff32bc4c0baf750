import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { afterEach, describe, expect, test } from 'vitest';
import { type Slack, type SlackOptions, startSlack } from '../../../sandbox/slack/slack.ts';

const resources: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of resources.splice(0).reverse()) await close();
});

const plan = {
  text: 'Revoke 2 tokens?',
  blocks: [
    { type: 'section', text: { type: 'mrkdwn', text: 'Revoke *2 tokens*?' } },
    {
      type: 'actions',
      elements: [
        {
          type: 'button',
          text: { type: 'plain_text', text: 'Revoke 2 tokens' },
          style: 'danger',
          action_id: 'confirm',
          value: 'plan-1',
        },
      ],
    },
  ],
} as const;

/** A bot on the real library that answers `/influx` with a plan, and its red button with a result. */
function teach(app: App): App {
  app.command('/influx', async ({ ack, respond }) => {
    await ack();
    await respond({ text: plan.text, blocks: [...plan.blocks] });
  });
  app.command('/hello', ({ ack, command }) => ack(`hello ${command.user_name}`));
  app.command('/broken', async ({ ack, respond }) => {
    await ack();
    await respond({ blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '' } }] });
  });
  app.action('confirm', async ({ ack, respond, body, client }) => {
    await ack();
    await respond({ replace_original: true, text: 'checking' });
    await client.chat.postMessage({ channel: body.user.id, text: 'done' });
    await respond({ replace_original: true, text: 'revoked' });
  });
  return app;
}

async function startHttpBot(slack: Slack): Promise<void> {
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logLevel: LogLevel.ERROR });
  const app = new App({
    token: slack.botToken,
    receiver,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logLevel: LogLevel.ERROR,
  });
  const server = await teach(app).start(0);
  resources.push(() => app.stop());
  const address = 'address' in server ? server.address() : null;
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  slack.deliverTo({ url: `http://127.0.0.1:${address.port}/slack/events` });
}

async function startSocketBot(slack: Slack): Promise<void> {
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logLevel: LogLevel.ERROR,
    clientPingTimeout: 100, // also the pause before it connects again
    installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
  });
  const app = new App({
    token: slack.botToken,
    receiver,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logLevel: LogLevel.ERROR,
  });
  await teach(app).start();
  resources.push(() => app.stop());
}

describe.each([
  ['HTTP', startHttpBot],
  ['Socket Mode', startSocketBot],
])('the real Bolt library over %s', (_, startBot) => {
  async function start(options: SlackOptions = {}): Promise<Slack> {
    const slack = await startSlack(options);
    resources.push(() => slack.close());
    await startBot(slack);
    return slack;
  }

  test('answers a command, takes a click and replaces the message', async () => {
    const slack = await start();

    const asked = await slack.command('/influx', 'token revoke 1 2');
    const prompt = await asked.answer();
    const clicked = await slack.click(prompt, 'Revoke');
    const result = await prompt.updated(({ text }) => text === 'revoked');

    expect(asked.ack).toMatchObject({ status: 200, error: undefined });
    expect(prompt.plainText()).toBe('Revoke 2 tokens?\n\n[ Revoke 2 tokens ]');
    expect(prompt.ephemeralFor).toBe(slack.workspace.person('alice').id);
    expect(clicked.ack).toMatchObject({ status: 200, error: undefined });
    expect(result.history.map(({ text }) => text)).toEqual(['Revoke 2 tokens?', 'checking']);
    expect(clicked.messages.map(({ text }) => text)).toEqual(['checking', 'done', 'revoked']);
    expect(slack.directMessages('alice').map(({ text }) => text)).toEqual(['done']);
  });

  test('shows the words of an acknowledgement', async () => {
    const slack = await start();

    const asked = await slack.command('/hello', '', { user: 'bob' });

    expect((await asked.answer()).text).toBe('hello bob');
  });

  test('does not notice that Slack refused its blocks, and the test that waits does', async () => {
    const slack = await start({ patienceMs: 1_000 });

    const asked = await slack.command('/broken', '');

    await expect(asked.answer()).rejects.toThrow(/response_url 200 .*must be more than 0 characters/);
  });
});

test('the real Bolt library refuses what is not signed by Slack, or long ago', async () => {
  const slack = await startSlack();
  resources.push(() => slack.close());
  await startHttpBot(slack);
  const send = async (options: Parameters<Slack['deliverRaw']>[1]) =>
    (await slack.deliverRaw('command=%2Fhello&user_name=x', options)).status;

  expect(await send({})).toBe(200);
  expect(await send({ headers: { 'x-slack-signature': 'v0=00' } })).toBe(401);
  expect(await send({ signedAt: new Date(Date.now() - 6 * 60_000) })).toBe(401);
  expect(await send({ headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' } })).toBe(400);
});

test.each(['drop', 'warning', 'refresh_requested', 'link_disabled'] as const)(
  'the real Bolt library hears again after %s',
  async (reason) => {
    const slack = await startSlack();
    resources.push(() => slack.close());
    await startSocketBot(slack);

    slack.disconnectSockets(reason);
    await slack.whenConnected();
    const asked = await slack.command('/hello', '');

    expect((await asked.answer()).text).toBe('hello alice');
  },
);

test('the real Bolt library notices that its connection is frozen, and connects again', async () => {
  const slack = await startSlack();
  resources.push(() => slack.close());
  await startSocketBot(slack);

  slack.freezeSockets();
  await slack.whenConnected();
  const asked = await slack.command('/hello', '');

  expect((await asked.answer()).text).toBe('hello alice');
});
