import type { Locator, Page as Tab } from 'playwright-core';
import type { ClusterToken } from '../cluster/seed-tokens.ts';
import type { Sandbox } from '../sandbox.ts';

const PATIENCE_MS = 90_000;

/** The hands that bring the page into a state worth a picture. */
export class Studio {
  readonly sandbox: Sandbox;
  readonly tab: Tab;
  #taken = 0;

  constructor(sandbox: Sandbox, tab: Tab) {
    this.sandbox = sandbox;
    this.tab = tab;
    tab.setDefaultTimeout(PATIENCE_MS);
  }

  /** The message at the end of the channel. */
  latest(): Locator {
    return this.tab.getByRole('region', { name: 'Messages' }).locator('.message').last();
  }

  /** Types a command, and waits until its answer holds these words. */
  async type(text: string, words: string | RegExp): Promise<void> {
    const before = await this.tab.locator('.message').count();
    const box = this.tab.getByRole('textbox', { name: /^Message / });
    await box.fill(`/influx ${text}`);
    await box.press('Enter');
    await this.tab.locator('.message').nth(before).waitFor();
    await this.until(words);
  }

  /** Waits until the latest message holds these words. */
  async until(words: string | RegExp): Promise<void> {
    await this.latest().getByText(words).first().waitFor();
  }

  async click(button: string | RegExp, words: string | RegExp): Promise<void> {
    await this.latest().getByRole('button', { name: button }).click();
    await this.until(words);
  }

  async actAs(name: string): Promise<void> {
    await this.tab.getByRole('button', { name: 'Channels', exact: true }).click();
    await this.tab.getByRole('button', { name: new RegExp(`^${name} `) }).click();
    await this.tab.getByRole('button', { name: 'Messages', exact: true }).click();
    await this.tab.getByText(`as ${name}`).waitFor();
  }

  /** So many live tokens that no picture has used yet; new ones of the same kind when those of the cluster are used up. */
  fresh(count: number): readonly string[] {
    const { cluster } = this.sandbox;
    const made = Array.from({ length: count }, (_, index): ClusterToken => {
      const number = this.#taken + index;
      const plant = ['Aarhus', 'Brno', 'Cork', 'Delft', 'Espoo'][number % 5] ?? '';
      return {
        id: `${(0x2f8a91c3 + number * 0x1d0c5b7).toString(16).slice(-8)}-6f18-40c4-a842-${(number + 0xad85a63a0000).toString(16)}`,
        description: `telegraf: ${plant}, line ${Math.floor(number / 5) + 1}`,
        permissions: [{ action: number % 3 === 2 ? 'read' : 'write', resource: number % 2 ? 'sensors' : 'events' }],
        createdAt: '2025-03-22T10:00:31Z',
      };
    });
    this.#taken += count;
    cluster.put(...made);
    return made.map(({ id }) => id);
  }

  /** Waits until everything is drawn, pictures too. */
  async settle(): Promise<void> {
    await this.tab.waitForLoadState('networkidle').catch(() => undefined);
    await this.latest().scrollIntoViewIfNeeded();
  }
}
