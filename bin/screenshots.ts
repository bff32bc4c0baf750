import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Locator, type Page as Tab } from 'playwright-core';
import { openPage, type Page } from '../sandbox/page-server/open-page.ts';
import { SHOTS, type Shot } from '../sandbox/screenshots/shots.ts';
import { Studio } from '../sandbox/screenshots/studio.ts';

const ROOT = fileURLToPath(import.meta.resolve('..'));
const FOLDER = join(ROOT, 'docs', 'screenshots');
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Wide enough for a message, narrow enough to be read in a README. */
const MESSAGE = { width: 700, height: 1_200 };
const SIZES = {
  tall: { width: 700, height: 3_600 },
  phone: { width: 390, height: 844 },
  page: { width: 1360, height: 850 },
};

/** Draws every message the bot has, as the sandbox page shows it, and the page of the documentation that holds them all. */
async function main(): Promise<void> {
  const { PATH, HOME, TMPDIR } = process.env;
  const page = await openPage({
    ...{ port: 0, program: join(ROOT, 'bin', 'bot.ts'), environment: { PATH, HOME, TMPDIR } },
    ...{ manifestFile: join(ROOT, 'manifest.yml'), withExtras: true },
  });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  const context = await browser.newContext({ viewport: MESSAGE, deviceScaleFactor: 1.25, timezoneId: 'Europe/Berlin' });
  try {
    const tab = await context.newPage();
    await tab.goto(page.url);
    save(await draw(page, tab));
  } finally {
    await browser.close();
    await page.close();
  }
  writeFileSync(join(ROOT, 'docs', 'messages.md'), gallery());
}

type Picture = readonly [name: string, webp: Buffer];

async function draw({ sandbox }: Page, tab: Tab): Promise<readonly Picture[]> {
  const studio = new Studio(sandbox, tab);
  const pictures: Picture[] = [];
  for (const shot of SHOTS) {
    console.log(shot.name);
    await shot.play(studio);
    if (shot.size) await tab.setViewportSize(SIZES[shot.size]);
    await studio.settle();
    pictures.push([shot.name, await picture(tab, partOf(shot, studio))]);
    await tab.setViewportSize(MESSAGE);
    await shot.after?.(studio);
  }
  return pictures;
}

function partOf({ size, part = 'message' }: Shot, studio: Studio): Locator {
  const isWhole = size === 'phone' || size === 'page';
  return isWhole ? studio.tab.locator('.page') : studio[part]();
}

/** As WebP: a tenth of a PNG, and every browser and GitHub show it. */
async function picture(tab: Tab, part: Locator): Promise<Buffer> {
  const box = await part.boundingBox();
  if (!box) throw new Error('There is nothing to draw.');
  const session = await tab.context().newCDPSession(tab);
  const clip = { ...box, scale: 1 };
  const { data } = await session.send('Page.captureScreenshot', {
    ...{ format: 'webp', quality: 50, clip, captureBeyondViewport: false },
  });
  await session.detach();
  return Buffer.from(data, 'base64');
}

/** In the place of the old pictures, once all new ones are there. */
function save(pictures: readonly Picture[]): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, webp] of pictures) writeFileSync(join(FOLDER, `${name}.webp`), webp);
}

function gallery(): string {
  const parts = SHOTS.map(
    ({ name, title, words }: Shot) => `## ${title}\n\n${words}\n\n![${title}](screenshots/${name}.webp)\n`,
  );
  return `# Every message of the bot\n\nDrawn by \`npm run screenshots\` from the real bot, through the sandbox page.\n\n${parts.join('\n')}`;
}

await main();
