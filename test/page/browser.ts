import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page as Tab } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { openPage, type Page, type PageOptions } from '../../sandbox/page-server/open-page.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXECUTABLE = '/usr/bin/chromium';
const isInstalled = existsSync(EXECUTABLE);

if (!isInstalled) {
  const how = `The tests of the sandbox page need Chromium at ${EXECUTABLE}: apt-get install chromium.`;
  if (process.env.CI === 'true') throw new Error(how);
  process.stderr.write(`${how} They are left out here.\n`);
}

/** Whether there is no browser to test with. */
export const withoutBrowser = !isInstalled;

/** A sandbox with its page for all tests of a file, and a browser to look at it. */
export interface Stage {
  readonly page: Page;
  /** Opens the page in a window of its own; whatever the browser complains of fails the file. */
  open(options?: BrowserContextOptions): Promise<Tab>;
}

/** Starts both before the file's tests and ends them after. */
export function stage(options: Partial<PageOptions> = {}): Stage {
  let page: Page | undefined;
  let browser: Browser | undefined;
  const complaints: string[] = [];
  beforeAll(async () => {
    const { PATH, HOME, TMPDIR } = process.env;
    const sandbox = { program: join(ROOT, 'bin/bot.ts'), environment: { PATH, HOME, TMPDIR } };
    [page, browser] = await Promise.all([
      openPage({ ...sandbox, port: 0, manifestFile: join(ROOT, 'manifest.yml'), ...options }),
      chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox', '--disable-dev-shm-usage'] }),
    ]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await page?.close();
    expect(complaints).toEqual([]);
  }, 60_000);
  const opened = <T>(it: T | undefined): T => {
    if (it === undefined) throw new Error('The page is open during tests only.');
    return it;
  };
  return {
    get page() {
      return opened(page);
    },
    async open(context = {}) {
      const window = await opened(browser).newContext({ viewport: { width: 1400, height: 900 }, ...context });
      onTestFinished(() => window.close());
      window.setDefaultTimeout(40_000);
      const tab = await window.newPage();
      const { url } = opened(page);
      tab.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      tab.on('pageerror', ({ message }) => complaints.push(message));
      tab.on('request', (request) => {
        if (!request.url().startsWith(url) && !request.url().startsWith('data:')) complaints.push(request.url());
      });
      await tab.goto(url);
      await composer(tab).waitFor();
      return tab;
    },
  };
}

/** Where people write. */
export function composer(tab: Tab) {
  return tab.getByRole('textbox', { name: /^Message / }).first();
}

/** Types a line and sends it. */
export async function say(tab: Tab, text: string): Promise<void> {
  await composer(tab).fill(text);
  await composer(tab).press('Enter');
}

/** The latest message on the screen. */
export function latest(tab: Tab) {
  return tab
    .getByRole('region', { name: 'Messages' })
    .getByRole('listitem')
    .filter({ has: tab.locator('.byline') })
    .last();
}

/** The live tokens that can be revoked, as the cluster panel shows them. */
export function liveIds({ page }: Stage, count: number): string[] {
  return page.sandbox.cluster.tokens
    .filter(({ revokedAt, description }) => !revokedAt && !description.includes('do not revoke'))
    .slice(0, count)
    .map(({ id }) => id);
}
