import type { Page as Tab } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { seriousFindings } from './axe.ts';
import { latest, liveIds, say, stage, withoutBrowser } from './browser.ts';

const SIZES = { wide: { width: 1400, height: 900 }, narrow: { width: 375, height: 700 } } as const;
const LOOKS = (['wide', 'narrow'] as const).flatMap((size) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ size, colorScheme })),
);

/** Whether something is wider than the screen. */
function overflows(tab: Tab): Promise<boolean> {
  return tab.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
}

describe.skipIf(withoutBrowser)('how it looks', { timeout: 60_000 }, () => {
  const here = stage();

  test.for(LOOKS)(
    '$size and $colorScheme: nothing serious for axe, nothing beyond the edge',
    async ({ size, colorScheme }) => {
      const tab = await here.open({ viewport: SIZES[size], colorScheme });
      await say(tab, `/influx token revoke ${liveIds(here, 4).join(' ')}`);
      await latest(tab)
        .getByRole('button', { name: /^Revoke/ })
        .waitFor();
      const found: string[] = [...(await seriousFindings(tab))];
      const wide: string[] = (await overflows(tab)) ? ['Messages'] : [];

      if (size === 'narrow') await tab.getByRole('button', { name: 'Backstage' }).click();
      for (const panel of ['Cluster', 'Wire', 'Audit', 'Trouble']) {
        await tab.getByRole('button', { name: panel, exact: true }).click();
        found.push(...(await seriousFindings(tab)));
        if (await overflows(tab)) wide.push(panel);
      }

      expect(found).toEqual([]);
      expect(wide).toEqual([]);
    },
  );

  test('on a phone one part is seen at a time, and the other ones are a tap away', async () => {
    const tab = await here.open({ viewport: SIZES.narrow, hasTouch: true });
    const seen = async () =>
      Promise.all(['.sidebar', '.channel', '.beside'].map((part) => tab.locator(part).first().isVisible()));

    const first = await seen();
    await tab.getByRole('button', { name: 'Channels' }).tap();
    const second = await seen();
    await tab.getByRole('button', { name: 'general' }).tap();
    const third = await seen();

    expect([first, second, third]).toEqual([
      [false, true, false],
      [true, false, false],
      [false, true, false],
    ]);
    expect(await tab.getByRole('heading', { level: 1 }).textContent()).toBe('#general');
  });

  test('every visible button of the plan is within the screen of a phone', async () => {
    const tab = await here.open({ viewport: SIZES.narrow });
    await say(tab, `/influx token revoke ${liveIds(here, 2).join(' ')}`);
    const red = latest(tab).getByRole('button', { name: /^Revoke/ });
    await red.waitFor();

    const box = await red.boundingBox();

    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(SIZES.narrow.width);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(SIZES.narrow.height);
  });

  test('dates are in the reader’s own time zone', async () => {
    const zones = ['Asia/Tokyo', 'America/New_York'];
    const tabs = await Promise.all(zones.map((timezoneId) => here.open({ timezoneId })));
    const [tokyo, newYork] = tabs;
    if (!tokyo || !newYork) throw new Error('two tabs were opened');
    await say(tokyo, `/influx token revoke ${liveIds(here, 3).slice(1).join(' ')}`);

    const until = async (tab: Tab) => {
      await tab.getByText('can be confirmed until').last().waitFor();
      return tab.locator('.rich-text time').last();
    };
    const times = await Promise.all(tabs.map(async (tab) => (await until(tab)).textContent()));
    const at = new Date((await (await until(tokyo)).getAttribute('datetime')) ?? '');

    expect(times).toEqual(
      zones.map((timeZone) =>
        new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(at),
      ),
    );
  });

  test('the colours can be changed by hand', async () => {
    const tab = await here.open({ colorScheme: 'light' });
    const ground = () => tab.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const before = await ground();

    await tab.getByRole('button', { name: 'Dark colours' }).click();
    await tab.getByRole('button', { name: 'Light colours' }).waitFor();

    // The button changes its name a moment before the page changes its colours.
    await expect.poll(ground).not.toBe(before);
  });
});
