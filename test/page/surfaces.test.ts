import { join } from 'node:path';
import type { Page as Tab } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { latest, say, stage, withoutBrowser } from './browser.ts';

async function goToApp(tab: Tab): Promise<void> {
  const places = tab.getByRole('navigation', { name: 'Channels and people' });
  await places.getByRole('button', { name: 'stand-in' }).click();
}

describe.skipIf(withoutBrowser)('modals, Home, shortcuts and every other element, with a bot that has them', () => {
  const here = stage({
    program: join(import.meta.dirname, 'stand-in-bot.ts'),
    manifestFile: join(import.meta.dirname, 'stand-in-manifest.yml'),
  });

  async function openDialog(tab: Tab) {
    await tab.getByRole('button', { name: 'Shortcut: Revoke tokens' }).click();
    const dialog = tab.getByRole('dialog', { name: 'Revoke tokens' });
    await dialog.waitFor();
    return dialog;
  }

  test('a global shortcut opens a dialog; what was chosen, typed and ticked there reaches the bot', async () => {
    const tab = await here.open();
    const dialog = await openDialog(tab);

    await dialog.getByRole('combobox', { name: 'Tokens' }).fill('edge');
    await dialog.getByRole('option', { name: 'telegraf edge: plant 2' }).click();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('leaked in CI');
    await dialog.getByLabel('Profile').selectOption('staging');
    await dialog.getByRole('checkbox', { name: 'Debug' }).check();
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.waitFor({ state: 'detached' });
    await goToApp(tab);

    const said = { chosen: ['plant 2'], text: 'leaked in CI', profile: 'staging', extras: ['debug'] };
    await latest(tab).getByText(JSON.stringify(said)).waitFor();
  });

  test('Slack asks for what is missing, and shows the bot’s own complaint under the input', async () => {
    const tab = await here.open();
    const dialog = await openDialog(tab);

    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('Please complete this required field.').nth(1).waitFor();
    await dialog.getByRole('combobox', { name: 'Tokens' }).fill('edge');
    await dialog.getByRole('option', { name: 'telegraf edge: plant 1' }).click();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('no');
    await dialog.getByRole('button', { name: 'Continue' }).click();

    await dialog.getByText('Say a little more.').waitFor();
    expect(await dialog.getByText('Please complete').count()).toBe(0);
    await tab.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('Escape closes the dialog, and the bot hears of it', async () => {
    const tab = await here.open();
    const dialog = await openDialog(tab);

    await tab.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await goToApp(tab);

    await latest(tab).getByText('You left the dialog.').waitFor();
  });

  test('a message shortcut is offered on messages, and not on those that only one person sees', async () => {
    const tab = await here.open();
    await say(tab, '/influx choices');
    await latest(tab).getByText('Only visible to you').waitFor();
    const onEphemeral = await latest(tab).getByRole('button', { name: 'More message actions' }).count();
    await say(tab, 'Look: bb9bea7b-6f18-40c4-a842-ad85a63a0f73 leaked');
    await latest(tab).getByText('leaked').waitFor();

    await latest(tab).hover();
    await latest(tab).getByRole('button', { name: 'More message actions' }).click();
    await latest(tab).getByRole('button', { name: 'Revoke tokens in this message' }).click();

    await tab.getByRole('dialog', { name: 'Revoke tokens' }).waitFor();
    expect(onEphemeral).toBe(0);
    await tab.keyboard.press('Escape');
  });

  test('the Home is what the bot published, and its buttons change it', async () => {
    const tab = await here.open();
    await goToApp(tab);

    await tab.getByRole('button', { name: 'Home' }).click();
    const home = tab.getByRole('region', { name: 'Home' });
    await home.getByText('Pressed 0 times').waitFor();
    await home.getByRole('button', { name: 'Count' }).click();

    await home.getByText('Pressed 1 times').waitFor();
  });

  test('a button with a question is told to the bot only after a yes', async () => {
    const tab = await here.open();
    await say(tab, '/influx choices');
    const message = latest(tab);
    await message.getByRole('button', { name: 'Dangerous' }).click();
    const question = tab.getByRole('dialog', { name: 'Really?' });

    await question.getByRole('button', { name: 'No' }).click();
    const afterNo = here.page.sandbox.slack
      .requests('block_actions')
      .filter(({ body }) => JSON.stringify(body).includes('"asked"'));
    await message.getByRole('button', { name: 'Dangerous' }).click();
    await question.getByRole('button', { name: 'Do it' }).click();

    await latest(tab).getByText('asked: clicked').waitFor();
    expect(afterNo).toEqual([]);
  });

  test('overflow menus and selects on a message tell the bot what was chosen', async () => {
    const tab = await here.open();
    const choices = tab.locator('.message').filter({ has: tab.getByRole('combobox', { name: 'Pick one' }) });
    const message = choices.nth(await choices.count());
    await say(tab, '/influx choices');
    await message.getByRole('button', { name: 'More actions' }).click();
    await message.getByRole('button', { name: 'Second' }).click();
    await latest(tab).getByText('more: 2').waitFor();

    await message.getByRole('combobox', { name: 'Pick one' }).selectOption('b');

    await latest(tab).getByText('pick: b').waitFor();
  });

  test('what Slack refuses is its error in red, in the place of the message', async () => {
    const tab = await here.open();

    await say(tab, '/influx wrong');
    const refused = tab.locator('.slack-refused').last();
    await refused.waitFor();

    expect(await refused.textContent()).toContain('invalid_blocks');
    expect(await refused.textContent()).toContain(
      'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
    );
    expect(await tab.getByText('x'.repeat(151)).count()).toBe(0);
  });
});
