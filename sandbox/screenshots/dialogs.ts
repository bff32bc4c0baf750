import type { Shot } from './shots.ts';
import type { Studio } from './studio.ts';

const MESSAGE_SHORTCUT = 'Revoke InfluxDB tokens';

/** The dialog as somebody leaves it before the plan: two tokens chosen, a third one pasted, and a reason. */
async function fillIn(studio: Studio): Promise<void> {
  const [pasted = ''] = studio.fresh(1);
  const dialog = studio.dialog();
  const tokens = dialog.getByRole('combobox', { name: /^Tokens/ });
  for (const words of ['edge gateways, plant 1', 'edge gateways, plant 2']) {
    await tokens.fill(words);
    await dialog.getByRole('option', { name: words }).click();
  }
  await tokens.press('Escape');
  await dialog.getByRole('textbox', { name: /^Or paste token IDs/ }).fill(`leaked: token_id=${pasted}`);
  await dialog.getByRole('textbox', { name: /^Reason/ }).fill('leaked in a CI log');
}

/** The dialog, in the order of somebody who uses it. */
export const dialogs: readonly Shot[] = [
  {
    ...{
      name: 'dialog',
      title: 'The dialog',
      words:
        '`/influx token revoke` without IDs opens it, and so do the shortcut and the App Home. Tokens are searched in the cluster, or pasted with anything around them.',
      part: 'dialog',
    },
    async play(studio) {
      await studio.openDialog(() => studio.send('token revoke'), 'Or paste token IDs');
      await fillIn(studio);
    },
  },
  {
    ...{
      name: 'dialog-plan',
      title: 'The plan in the dialog',
      words: 'The same plan as in the channel, with the same red button.',
      part: 'dialog',
    },
    async play(studio) {
      await studio.dialog().getByRole('button', { name: 'Show the plan' }).click();
      await studio.dialog().getByText('3 tokens will be revoked').waitFor();
    },
  },
  {
    ...{
      name: 'dialog-phone',
      title: 'The dialog on a phone',
      words: 'The same, in the width of a phone.',
      size: 'phone',
    },
    play: async () => undefined,
    after: (studio) => studio.leave(),
  },
  {
    ...{
      name: 'dialog-message',
      title: 'The shortcut on a message',
      words:
        'Every token ID in the message, in its attachments and in its files is found. The result is shared in the thread of the message.',
      part: 'dialog',
    },
    async play(studio) {
      const ids = studio.fresh(3);
      const text = `The build printed its environment again:\n${ids.map((id) => `TOKEN_ID=${id}`).join('\n')}`;
      studio.sandbox.slack.surfaces.say('bob', 'incident-4711', text);
      await studio.until('The build printed');
      await studio.openDialog(() => studio.chooseOnMessage(MESSAGE_SHORTCUT), 'Found in the message');
    },
    after: (studio) => studio.leave(),
  },
  {
    ...{
      name: 'type-to-confirm',
      title: 'Type to confirm',
      words:
        'Where the policy asks for it, a plan that reaches far is confirmed by typing the name of its profile. Until then it waits.',
      part: 'dialog',
    },
    async play(studio) {
      const [id = ''] = studio.fresh(1);
      const { cluster } = studio.sandbox;
      const token = cluster.tokens.find((one) => one.id === id);
      if (token) cluster.put({ ...token, permissions: [{ action: 'write', resource: '*' }] });
      await studio.type(`token revoke ${id}`, /^Revoke 1/);
      const press = () =>
        studio
          .message()
          .getByRole('button', { name: /^Revoke/ })
          .click();
      await studio.openDialog(press, 'may write to all databases');
    },
    async after(studio) {
      await studio.leave();
      await studio.click(/^Cancel/, 'Cancelled');
    },
  },
];
