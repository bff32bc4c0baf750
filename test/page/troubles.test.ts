import type { Page as Tab } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { latest, liveIds, say, stage, withoutBrowser } from './browser.ts';

async function trouble(tab: Tab, name: string): Promise<void> {
  await tab.getByRole('button', { name: 'Trouble', exact: true }).click();
  const button = tab.getByRole('region', { name: 'Trouble' }).getByRole('button', { name });
  await button.click();
  await button.and(tab.locator('[aria-pressed=true]')).waitFor();
}

/** Ends a trouble where it is shown, above the channel. */
async function mend(tab: Tab, name: string): Promise<void> {
  await tab.locator('.trouble-strip').getByRole('button', { name }).click();
}

async function confirm(tab: Tab, count: number): Promise<void> {
  const red = latest(tab).getByRole('button', { name: new RegExp(`^Revoke ${count} token`) });
  await red.click();
}

describe.skipIf(withoutBrowser)('trouble', { timeout: 120_000 }, () => {
  const here = stage();

  afterEach(async () => {
    for (const id of ['slow', 'failing', 'losing', 'expired', 'slack-429', 'slack-500', 'kill-next'])
      await fetch(`${here.page.url}do`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ do: 'trouble', id, isOn: false }),
      });
  });

  /** Whether every token somebody confirmed has its outcome, as the page says. */
  async function expectNothingLost(tab: Tab): Promise<void> {
    await tab.getByRole('button', { name: 'Audit' }).click();
    await tab.getByText(/^(\d+) tokens confirmed, \1 with their outcome, 0 still open\.$/).waitFor();
    await tab.getByText(/^✓ The chain of \d+ entries verifies\.$/).waitFor();
  }

  test('a slow cluster: the message says that it is under way, and then how it ended', async () => {
    const tab = await here.open();
    const ids = liveIds(here, 1);
    await say(tab, `/influx token revoke ${ids}`);
    await latest(tab)
      .getByRole('button', { name: /^Revoke/ })
      .waitFor();

    await trouble(tab, 'The cluster is slow');
    await confirm(tab, 1);
    await latest(tab)
      .getByText(/Checking 1 token/)
      .waitFor();
    await latest(tab).getByText('1 revoked').waitFor();
    await mend(tab, 'The cluster is slow');

    await expectNothingLost(tab);
  });

  test('revoking fails for some tokens: they are marked, and are revoked once that is mended', async () => {
    const tab = await here.open();
    const ids = liveIds(here, 2);
    await trouble(tab, 'Revoking fails for some tokens');
    await tab.getByRole('button', { name: 'Cluster', exact: true }).click();
    await tab.getByText('will fail').first().waitFor();

    await say(tab, `/influx token revoke ${ids.join(' ')}`);
    await confirm(tab, 2);
    await latest(tab)
      .getByText(/Running: 1 of 2 tokens done/)
      .waitFor();
    await mend(tab, 'Revoking fails for some tokens');
    // The next try may be twelve seconds away.
    await latest(tab).getByText('2 revoked').waitFor({ timeout: 60_000 });

    await expectNothingLost(tab);
  });

  test('the cluster’s answers get lost: the tokens are looked up again and called revoked, since they are', async () => {
    const tab = await here.open();
    const ids = liveIds(here, 2);
    await trouble(tab, 'The cluster’s answers get lost');

    await say(tab, `/influx token revoke ${ids.join(' ')}`);
    await confirm(tab, 2);
    await latest(tab).getByText('2 revoked').waitFor();
    await mend(tab, 'The cluster’s answers get lost');

    await expectNothingLost(tab);
  });

  test('the management token has expired: there is no plan, and the message names the reason', async () => {
    const tab = await here.open();
    await trouble(tab, 'The management token has expired');

    await say(tab, `/influx token revoke ${liveIds(here, 1)}`);
    await latest(tab)
      .getByText(/management token/)
      .waitFor();
    await mend(tab, 'The management token has expired');

    expect(
      await latest(tab)
        .getByRole('button', { name: /^Revoke/ })
        .count(),
    ).toBe(0);
  });

  test.for(['Slack answers 429', 'Slack answers 500'])('%s: the result comes once Slack takes it', async (name) => {
    const tab = await here.open();
    const ids = liveIds(here, 1);
    await say(tab, `/influx token revoke ${ids}`);
    await latest(tab)
      .getByRole('button', { name: /^Revoke/ })
      .waitFor();

    const before = ends();

    await trouble(tab, name);
    await tab.getByRole('button', { name: 'Wire' }).click();
    await confirm(tab, 1);
    await tab.getByRole('region', { name: 'Wire' }).getByText(name.replace('Slack answers', 'HTTP')).first().waitFor();
    await mend(tab, name);
    await expect.poll(ends, { timeout: 30_000 }).toBeGreaterThan(before);

    await expectNothingLost(tab);
  });

  /**
   * How often somebody was told of an end: in place of the plan, or by direct message where Slack refused all that a click's
   * address takes. Without Slack nobody can be asked whether the operator still may: the plan then ends, and says so.
   */
  function ends(): number {
    const messages = here.page.sandbox.slack.visibleTo('alice');
    return messages.filter((message) => /1 revoked|Nothing was revoked/.test(message.plainText())).length;
  }

  test('the bot killed in the middle of a revocation: it is started again and finishes', async () => {
    const tab = await here.open();
    const ids = liveIds(here, 3);
    await trouble(tab, 'Kill the bot in the next revocation');

    await say(tab, `/influx token revoke ${ids.join(' ')}`);
    await confirm(tab, 3);
    await tab.getByText('The bot was killed.').waitFor();
    await latest(tab).getByText('3 revoked').waitFor();

    await expectNothingLost(tab);
    const revoked = here.page.sandbox.cluster.tokens.filter(({ revokedAt }) => revokedAt).map(({ id }) => id);
    expect(revoked).toEqual(expect.arrayContaining(ids));
  });

  test('a killed bot answers nobody, and does again when it was started', async () => {
    const tab = await here.open();
    await tab.getByRole('button', { name: 'Trouble', exact: true }).click();
    await tab.getByRole('button', { name: 'Kill the bot', exact: true }).click();
    await tab.getByText('Killed. Nothing answers Slack.').waitFor();

    await say(tab, '/influx version');
    await latest(tab)
      .getByText(/\/influx failed with the error "(dispatch_failed|operation_timeout)"/)
      .waitFor();
    await tab.getByRole('button', { name: 'Start the bot again' }).click();
    await tab.getByText(/^Running, process/).waitFor();
    await say(tab, '/influx version');

    await latest(tab).getByText('influx-chatops').waitFor();
  });

  test('an hour passes: the plan has expired, and the click on it revokes nothing', async () => {
    const tab = await here.open();
    const ids = liveIds(here, 1);
    await say(tab, `/influx token revoke ${ids}`);
    const plan = latest(tab);
    await plan.getByRole('button', { name: /^Revoke/ }).waitFor();

    await tab.getByRole('button', { name: 'Trouble', exact: true }).click();
    await tab.getByRole('button', { name: 'An hour passes' }).click();
    await confirm(tab, 1);
    await tab.getByText('This plan has expired. Nothing was revoked.').waitFor();

    expect(here.page.sandbox.cluster.deletes).not.toContain(ids[0]);
  });
});
