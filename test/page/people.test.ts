import type { Page as Tab } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { composer, latest, liveIds, say, stage, withoutBrowser } from './browser.ts';

async function actAs(tab: Tab, name: string): Promise<void> {
  const person = tab.getByRole('button', { name: new RegExp(`^${name} `) });
  await person.click();
  await person.and(tab.locator('[aria-pressed=true]')).waitFor();
  await composer(tab).waitFor();
}

async function goTo(tab: Tab, channel: string): Promise<void> {
  await tab
    .getByRole('navigation', { name: 'Channels and people' })
    .getByRole('button', { name: channel })
    .first()
    .click();
}

describe.skipIf(withoutBrowser)('people to act as', () => {
  const here = stage();

  test.for([
    ['alice', /you may revoke tokens, not with --force/],
    ['carol', /you may revoke tokens, also with --force/],
    ['bob', /you may not revoke tokens here/],
    ['mallory', /you may not revoke tokens here/],
    ['guest', /You may do nothing here\. Guests cannot/],
    ['partner', /You may do nothing here\./],
  ] as const)('%s is told what the policy lets them do', async ([name, words]) => {
    const tab = await here.open();

    await actAs(tab, name);
    await say(tab, '/influx whoami');
    await latest(tab).getByText('Only visible to you').waitFor();

    expect(await latest(tab).locator('.blocks').textContent()).toMatch(words);
  });

  test.for(['bob', 'mallory', 'guest', 'partner'])('%s gets no plan, and nothing reaches the cluster', async (name) => {
    const tab = await here.open();
    const before = here.page.sandbox.cluster.requests.length;

    await actAs(tab, name);
    await say(tab, `/influx token revoke ${liveIds(here, 1)}`);
    await latest(tab)
      .getByText(/may|cannot/)
      .first()
      .waitFor();

    expect(
      await latest(tab)
        .getByRole('button', { name: /^Revoke/ })
        .count(),
    ).toBe(0);
    expect(here.page.sandbox.cluster.requests.length).toBe(before);
  });

  test('what is only visible to one is not on the screen of another', async () => {
    const tab = await here.open();
    await say(tab, '/influx version');
    await latest(tab).getByText('influx-chatops').waitFor();

    await actAs(tab, 'mallory');
    await say(tab, 'What is going on?');
    await latest(tab).getByText('What is going on?').waitFor();

    expect(await tab.getByText('influx-chatops').count()).toBe(0);
  });

  test('the app is absent from a channel it was not invited to, and its command works there all the same', async () => {
    const tab = await here.open();

    await goTo(tab, 'random no app');
    await say(tab, '/influx help');
    await latest(tab).getByText('Revoke leaked InfluxDB tokens from here.').waitFor();

    expect(await tab.locator('.acting').textContent()).toContain('influx is not in this channel');
  });

  test('an archived channel takes nothing', async () => {
    const tab = await here.open();

    await goTo(tab, 'incident-4600 archived');
    await tab.getByText('This channel is archived.').waitFor();

    expect(await tab.getByRole('textbox', { name: /^Message/ }).count()).toBe(0);
  });

  test.for([
    ['alice', /you may revoke tokens/, 1],
    ['mallory', /You are not on the list/, 0],
  ] as const)('the app’s Home tells %s what they may do, and lets begin who may', async ([name, words, buttons]) => {
    const tab = await here.open();
    const home = tab.getByRole('region', { name: 'Home' });

    await actAs(tab, name);
    await goTo(tab, 'influx');
    await tab.getByRole('button', { name: 'Home' }).click();
    await home.getByText(words).first().waitFor();

    expect(await home.getByRole('button', { name: 'Revoke tokens' }).count()).toBe(buttons);
  });

  test('people talk in threads, where Slack takes no command', async () => {
    const tab = await here.open();
    await goTo(tab, 'general');
    await say(tab, 'Which tokens leaked?');
    await latest(tab).getByText('Which tokens leaked?').hover();
    await latest(tab).getByRole('button', { name: 'Reply in thread' }).click();
    const thread = tab.getByRole('region', { name: 'Thread' });
    const reply = thread.getByRole('textbox', { name: 'Message the thread in #general' });

    await reply.fill('All of plant 1.');
    await reply.press('Enter');
    await thread.getByText('All of plant 1.').waitFor();
    await reply.fill('/influx help');
    await reply.press('Enter');

    await thread.getByText('/influx cannot be used in a thread').waitFor();
    await tab.getByRole('button', { name: '1 reply' }).waitFor();
    expect(await reply.inputValue()).toBe('/influx help');
  });

  test('a command that no app has is refused in Slack’s words', async () => {
    const tab = await here.open();

    await say(tab, '/nonsense');

    await tab.getByRole('alert').getByText('/nonsense is not a valid command.').waitFor();
  });
});
