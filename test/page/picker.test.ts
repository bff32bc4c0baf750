import { join } from 'node:path';
import type { Page as Tab } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { seriousFindings } from './axe.ts';
import { stage, withoutBrowser } from './browser.ts';

describe.skipIf(withoutBrowser)('a select that is searched by typing', () => {
  const here = stage({
    program: join(import.meta.dirname, 'stand-in-bot.ts'),
    manifestFile: join(import.meta.dirname, 'stand-in-manifest.yml'),
  });

  async function openPicker(tab: Tab) {
    await tab.getByRole('button', { name: 'Shortcut: Revoke tokens' }).click();
    const dialog = tab.getByRole('dialog', { name: 'Revoke tokens' });
    const field = dialog.getByRole('combobox', { name: 'Tokens' });
    await field.waitFor();
    const { surfaces } = here.page.sandbox.slack;
    onTestFinished(async () => {
      for (const view of surfaces.modals('alice')) await surfaces.close(view, true);
    });
    const chips = dialog.getByRole('button', { name: /^Remove / });
    const list = dialog.getByRole('listbox', { name: 'Search' });
    return { dialog, field, chips, list, options: list.getByRole('option') };
  }

  /** The text of the option that the keyboard is on, as a screen reader finds it. */
  function active(tab: Tab): Promise<string | null> {
    return tab.evaluate(
      `document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.textContent ?? null`,
    );
  }

  function submissions(): number {
    return here.page.sandbox.slack.requests('view_submission').length;
  }

  test('shows and says the label under which the app offers something, and lets that be chosen as Slack does', async () => {
    const tab = await here.open();
    const { dialog, field, chips, list } = await openPicker(tab);

    await field.fill('grafana');
    const group = list.getByRole('group', { name: 'No token fits this.' });
    await group.getByText('No token fits this.').waitFor();
    const heard = await dialog.getByRole('status').textContent();
    await group.getByRole('option', { name: '(nothing to choose)' }).click();

    expect(heard).toBe('No token fits this. 1 to choose from.');
    expect(await chips.allTextContents()).toEqual(['(nothing to choose) ✕']);
  });

  test('arrows go through the list and around its ends, and Enter chooses without a submission', async () => {
    const tab = await here.open();
    const { dialog, field, chips, options } = await openPicker(tab);
    const before = submissions();
    await field.fill('edge');
    await options.nth(1).waitFor();

    await field.press('Enter');
    const chosenWithout = await chips.count();
    const visited: (string | null)[] = [await active(tab)];
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp']) {
      await field.press(key);
      visited.push(await active(tab));
    }
    await field.press('Enter');
    await chips.first().waitFor();

    const [first, second] = ['telegraf edge: plant 1', 'telegraf edge: plant 2'];
    expect(visited).toEqual([null, first, second, first, second]);
    expect(chosenWithout).toBe(0);
    expect(await chips.allTextContents()).toEqual([`${second} ✕`]);
    expect(submissions()).toBe(before);
    expect(await dialog.isVisible()).toBe(true);
  });

  test('Escape closes the list and leaves the dialog, and Enter submits once the list is closed', async () => {
    const tab = await here.open();
    const { dialog, field, list, options } = await openPicker(tab);
    await field.fill('edge');
    await options.first().waitFor();

    await field.press('Escape');
    await list.waitFor({ state: 'detached' });
    const expanded = await field.getAttribute('aria-expanded');
    await field.press('Enter');
    await dialog.getByText('Please complete this required field.').first().waitFor();
    await field.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    expect(expanded).toBe('false');
  });

  test('Backspace takes the last choice away, and only where nothing is typed', async () => {
    const tab = await here.open();
    const { field, chips, options } = await openPicker(tab);
    for (const number of [0, 1]) {
      await field.fill('edge');
      await options.nth(number).click();
    }
    await field.fill('x');

    await field.press('Backspace');
    const afterTheLetter = await chips.allTextContents();
    await field.press('Backspace');
    await chips.nth(1).waitFor({ state: 'detached' });

    expect(afterTheLetter).toEqual(['telegraf edge: plant 1 ✕', 'telegraf edge: plant 2 ✕']);
    expect(await chips.allTextContents()).toEqual(['telegraf edge: plant 1 ✕']);
  });

  test('what was chosen is marked in the list, and choosing it again takes it away', async () => {
    const tab = await here.open();
    const { field, chips, options } = await openPicker(tab);
    await field.fill('edge');
    await options.first().click();
    await field.fill('edge');
    await options.nth(1).waitFor();

    const marked = await options.evaluateAll((all) => all.map((one) => one.getAttribute('aria-selected')));
    await options.first().click();
    await chips.waitFor({ state: 'detached' });

    expect(marked).toEqual(['true', 'false']);
  });

  test('Tab and a click elsewhere close the list', async () => {
    const tab = await here.open();
    const { dialog, field, list } = await openPicker(tab);

    await field.fill('edge');
    await list.waitFor();
    await field.press('Tab');
    await list.waitFor({ state: 'detached' });
    await field.fill('edge');
    await list.waitFor();
    await dialog.getByRole('heading').click();

    await list.waitFor({ state: 'detached' });
  });

  test('axe finds nothing serious while the list is open, with a label and with a choice', async () => {
    const tab = await here.open();
    const { field, list, options } = await openPicker(tab);
    await field.fill('edge');
    await options.first().click();

    const found = await seriousFindings(tab);
    await field.fill('grafana');
    await list.getByText('No token fits this.').waitFor();
    await field.press('ArrowDown');
    found.push(...(await seriousFindings(tab)));

    expect(found).toEqual([]);
  });
});
