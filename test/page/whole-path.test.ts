import { describe, expect, test } from 'vitest';
import { composer, latest, liveIds, say, stage, withoutBrowser } from './browser.ts';

describe.skipIf(withoutBrowser)('from the command to the result', () => {
  const here = stage();

  test('opens as alice in the incident channel, with every live token of the cluster in full above the revoked ones', async () => {
    const tab = await here.open();

    const ids = await tab.getByRole('region', { name: 'Cluster' }).locator('.token-id code').allTextContents();

    const { tokens } = here.page.sandbox.cluster;
    const live = tokens.filter(({ revokedAt }) => !revokedAt).map(({ id }) => id);
    const revoked = tokens.filter(({ revokedAt }) => revokedAt).map(({ id }) => id);
    expect(await tab.getByRole('heading', { level: 1 }).textContent()).toBe('#incident-4711');
    expect(await tab.getByRole('button', { name: /^alice/ }).getAttribute('aria-pressed')).toBe('true');
    expect(ids).toEqual([...live, ...revoked]);
  });

  test('by mouse: the plan, the red button, the result, and a client that cannot write any more', async () => {
    const tab = await here.open();
    const [id = ''] = liveIds(here, 1);
    const client = tab.locator('.client').filter({ hasText: 'telegraf@edge-01' });
    await client.and(tab.locator('.good')).waitFor();

    await composer(tab).fill(`/influx token revoke ${id}`);
    await tab.getByRole('button', { name: 'Send' }).click();
    await latest(tab)
      .getByRole('button', { name: /^Revoke 1 token/ })
      .click();
    await tab.getByText('1 revoked').waitFor();
    await client.and(tab.locator('.bad')).waitFor();

    expect(here.page.sandbox.cluster.deletes).toEqual([id]);
    expect(await latest(tab).textContent()).toContain('Only visible to you');
    expect(await tab.locator('.token.revoked').filter({ hasText: id }).textContent()).toContain('revoked');
  });

  test('by keyboard alone: no pointer is ever needed', async () => {
    const tab = await here.open();
    const [id = ''] = liveIds(here, 1);
    await composer(tab).focus();

    await tab.keyboard.type('/inf');
    await tab.keyboard.press('Tab');
    await tab.keyboard.type(`token revoke ${id}`);
    await tab.keyboard.press('Enter');
    const red = latest(tab).getByRole('button', { name: /^Revoke 1 token/ });
    await red.waitFor();
    for (let steps = 0; steps < 60 && (await red.and(tab.locator(':focus')).count()) === 0; steps += 1)
      await tab.keyboard.press('Shift+Tab');
    await tab.keyboard.press('Enter');
    await latest(tab).getByText('1 revoked').waitFor();

    expect(here.page.sandbox.cluster.deletes).toContain(id);
  });

  test('an export of the audit log is a file in the direct messages with the app', async () => {
    const tab = await here.open();

    await say(tab, '/influx audit');
    await latest(tab)
      .getByRole('button', { name: /^Export all of this as a file/ })
      .click();
    await tab.getByText('went to you as a file').waitFor();

    const { slack } = here.page.sandbox;
    const [file] = slack.directMessages('alice').flatMap(({ files }) => files);
    await tab.locator('button.unread').filter({ hasText: 'influx' }).click();
    await tab.locator('.message .file').getByText('audit.ndjson').waitFor();
    expect(file?.content.toString()).toContain('"prev_hash"');
  });

  test('shows the usage hint of the command while it is typed', async () => {
    const tab = await here.open();

    await composer(tab).fill('/');
    const offered = await tab.locator('.suggestions').textContent();
    await composer(tab).fill('/influx ');

    expect(offered).toContain('/influx token revoke [--profile NAME] [--reason TEXT] TOKEN_ID…');
    expect(await tab.locator('.composer .hint').textContent()).toContain('TOKEN_ID…');
  });

  test('cancelling revokes nothing, and the buttons are gone', async () => {
    const tab = await here.open();
    const [id = ''] = liveIds(here, 1);

    await say(tab, `/influx token revoke ${id}`);
    await latest(tab)
      .getByRole('button', { name: /^Cancel/ })
      .click();
    await latest(tab).getByText('Cancelled. Nothing was revoked.').waitFor();

    expect(await latest(tab).getByRole('button').count()).toBe(0);
    expect(here.page.sandbox.cluster.deletes).not.toContain(id);
  });

  test('the wire shows the command, its acknowledgement, the gRPC calls and the DELETE, with bodies', async () => {
    const tab = await here.open();
    await tab.getByRole('button', { name: 'Wire' }).click();
    const wire = tab.getByRole('region', { name: 'Wire' });

    const call = wire.getByRole('listitem').filter({ hasText: 'gRPC TokenService/RevokeToken' }).first();
    await call.locator('summary').click();
    const command = wire.getByRole('listitem').filter({ hasText: 'Slack → bot/influx' }).first();

    expect(await call.textContent()).toContain('"tokenId"');
    expect(await command.textContent()).toMatch(/acknowledged\d+ ms/);
    expect(await wire.textContent()).toMatch(/DELETE \/api\/v0\/tokens\/[0-9a-f-]{36}HTTP 204/);
  });

  test('over signed HTTP the wire shows the signature, and everything works as over a socket', async () => {
    const tab = await here.open();
    const [id = ''] = liveIds(here, 1);
    await tab.getByRole('button', { name: 'Trouble' }).click();
    await tab.getByRole('button', { name: 'Switch to signed HTTP' }).click();
    await tab.getByText('Slack reaches it by signed HTTP requests.').waitFor();
    await tab.getByText(/^Running, process/).waitFor();

    await say(tab, `/influx token revoke ${id}`);
    await latest(tab)
      .getByRole('button', { name: /^Revoke 1 token/ })
      .click();
    await latest(tab).getByText('1 revoked').waitFor();
    await tab.getByRole('button', { name: 'Wire' }).click();
    const command = tab
      .getByRole('region', { name: 'Wire' })
      .getByRole('listitem')
      .filter({ hasText: 'Slack → bot/influx' });

    expect(await command.first().textContent()).toMatch(/x-slack-signature: v0=[0-9a-f]{64}/);
  });

  test('the audit log names what happened, its chain verifies, and no token is without its outcome', async () => {
    const tab = await here.open();

    await tab.getByRole('button', { name: 'Audit', exact: true }).click();
    const audit = tab.getByRole('region', { name: 'Audit' });
    await audit.getByText(/^✓ The chain of \d+ entries verifies\.$/).waitFor();

    expect(await audit.locator('.summary').textContent()).toMatch(
      /^(\d+) tokens confirmed, \1 with their outcome, 0 still open\.$/,
    );
  });
});
