import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { afterEach, describe, expect, test } from 'vitest';
import { type Slack, startSlack } from '../../../sandbox/slack/slack.ts';

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
  app.command('/influx', async ({ ack, respond, command }) => {
    await ack();
    if (command.text === 'say hello') await respond('hello');
    else await respond({ text: plan.text, blocks: [...plan.blocks] });
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
  async function start(): Promise<Slack> {
    const slack = await startSlack();
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
});
