// Not the bot of this project: a small one on the same library, with a modal, a Home and shortcuts, so that the page's
// part of them can be seen working.
import { App, type BlockAction, LogLevel, type types } from '@slack/bolt';

const app = new App({
  token: process.env.SLACK_BOT_TOKEN ?? '',
  appToken: process.env.SLACK_APP_TOKEN ?? '',
  socketMode: true,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL ?? '' },
  logLevel: LogLevel.ERROR,
});

const words = (text: string) => ({ type: 'plain_text' as const, text });
const option = (text: string, value: string) => ({ text: words(text), value });

const dialog: types.ModalView = {
  type: 'modal',
  callback_id: 'dialog',
  title: words('Revoke tokens'),
  submit: words('Continue'),
  close: words('Leave'),
  notify_on_close: true,
  blocks: [
    {
      type: 'input',
      block_id: 'tokens',
      label: words('Tokens'),
      element: { type: 'multi_external_select', action_id: 'find', min_query_length: 2, placeholder: words('Search') },
    },
    {
      type: 'input',
      block_id: 'reason',
      label: words('Reason'),
      hint: words('For the audit log.'),
      element: { type: 'plain_text_input', action_id: 'text', multiline: true },
    },
    {
      type: 'input',
      block_id: 'profile',
      label: words('Profile'),
      optional: true,
      element: {
        type: 'static_select',
        action_id: 'choose',
        options: [option('default', 'default'), option('staging', 'staging')],
      },
    },
    {
      type: 'input',
      block_id: 'extras',
      label: words('Extras'),
      optional: true,
      element: {
        type: 'checkboxes',
        action_id: 'tick',
        options: [option('Share it', 'share'), option('Debug', 'debug')],
      },
    },
  ],
};

app.shortcut('revoke_global', async ({ ack, client, body }) => {
  await ack();
  await client.views.open({ trigger_id: body.trigger_id, view: dialog });
});

app.shortcut('revoke_message', async ({ ack, client, body }) => {
  await ack();
  const about = 'message' in body ? String(body.message.text) : '';
  const metadata = { ...dialog, private_metadata: about.slice(0, 100) };
  await client.views.open({ trigger_id: body.trigger_id, view: metadata });
});

app.options('find', async ({ ack, payload }) => {
  if (payload.value === 'grafana') {
    const nothing = option('(nothing to choose)', 'nothing');
    return ack({ option_groups: [{ label: words('No token fits this.'), options: [nothing] }] });
  }
  const found = ['plant 1', 'plant 2'].map((name) => option(`telegraf ${payload.value}: ${name}`, name));
  await ack({ options: found });
});

app.view('dialog', async ({ ack, view, client, body }) => {
  const { tokens, reason, profile, extras } = view.state.values;
  const text = reason?.text?.value ?? '';
  if (text.length < 5) return ack({ response_action: 'errors', errors: { reason: 'Say a little more.' } });
  await ack();
  const chosen = tokens?.find?.selected_options?.map(({ value }) => value);
  const said = {
    chosen,
    text,
    profile: profile?.choose?.selected_option?.value,
    extras: extras?.tick?.selected_options?.map(({ value }) => value),
  };
  await client.chat.postMessage({ channel: body.user.id, text: JSON.stringify(said) });
});

app.view({ callback_id: 'dialog', type: 'view_closed' }, async ({ ack, client, body }) => {
  await ack();
  await client.chat.postMessage({ channel: body.user.id, text: 'You left the dialog.' });
});

app.event('app_home_opened', async ({ client, event }) => {
  await client.views.publish({ user_id: event.user, view: home(0) });
});

app.action<BlockAction>('count', async ({ ack, client, body, action }) => {
  await ack();
  const pressed = 'value' in action ? Number(action.value) : 0;
  await client.views.publish({ user_id: body.user.id, view: home(pressed + 1) });
});

function home(pressed: number) {
  const button = { type: 'button' as const, action_id: 'count', text: words('Count'), value: String(pressed) };
  return {
    type: 'home' as const,
    blocks: [
      { type: 'header' as const, text: words('What you may do') },
      {
        type: 'section' as const,
        text: { type: 'mrkdwn' as const, text: `Pressed *${pressed}* times` },
        accessory: button,
      },
    ],
  };
}

app.command('/influx', async ({ ack, respond, command }) => {
  await ack();
  const blocks =
    command.text === 'wrong'
      ? [{ type: 'header' as const, text: words('x'.repeat(151)) }]
      : [
          {
            type: 'actions' as const,
            block_id: 'choices',
            elements: [
              {
                type: 'button' as const,
                action_id: 'asked',
                text: words('Dangerous'),
                confirm: {
                  title: words('Really?'),
                  text: words('There is no way back.'),
                  confirm: words('Do it'),
                  deny: words('No'),
                },
              },
              { type: 'overflow' as const, action_id: 'more', options: [option('First', '1'), option('Second', '2')] },
              {
                type: 'static_select' as const,
                action_id: 'pick',
                placeholder: words('Pick one'),
                options: [option('A', 'a'), option('B', 'b')],
              },
            ],
          },
        ];
  await respond({ text: 'choices', blocks });
});

app.action<BlockAction>(/^(asked|more|pick)$/, async ({ ack, respond, action }) => {
  await ack();
  const value = 'selected_option' in action ? action.selected_option?.value : 'clicked';
  await respond({ replace_original: false, text: `${action.action_id}: ${value}` });
});

await app.start();
process.stdout.write(`${JSON.stringify({ msg: 'ready' })}\n`);
process.once('SIGTERM', () => process.exit(0));
