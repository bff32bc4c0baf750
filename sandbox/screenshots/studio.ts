import type { Locator, Page as Tab } from 'playwright-core';
import type { ClusterToken } from '../cluster/seed-tokens.ts';
import type { Sandbox } from '../sandbox.ts';

const PATIENCE_MS = 60_000;

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

  /** The message at the end of the channel, or of the thread that is open. */
  message(): Locator {
    return this.tab.locator('.thread, .messages').last().locator('.message').last();
  }

  /** The dialog on top. */
  dialog(): Locator {
    return this.tab.getByRole('dialog');
  }

  /** What the App Home holds. */
  home(): Locator {
    return this.tab.getByRole('region', { name: 'Home' }).locator('.blocks').first();
  }

  /** Types a command, and waits until its answer holds these words. */
  async type(text: string, words: string | RegExp): Promise<void> {
    const before = await this.tab.locator('.message').count();
    await this.send(text);
    await this.tab.locator('.message').nth(before).waitFor();
    await this.until(words);
  }

  /** Types a command. */
  async send(text: string): Promise<void> {
    const box = this.tab.getByRole('textbox', { name: /^Message / });
    await box.fill(`/influx ${text}`);
    await box.press('Enter');
  }

  /** Waits until the latest message holds these words. */
  async until(words: string | RegExp): Promise<void> {
    await this.message().getByText(words).first().waitFor();
  }

  async click(button: string | RegExp, words: string | RegExp): Promise<void> {
    await this.message().getByRole('button', { name: button }).click();
    await this.until(words);
  }

  /** Opens a dialog by something, and waits until it holds these words. */
  async openDialog(open: () => Promise<void>, words: string | RegExp): Promise<void> {
    await open();
    await this.dialog().getByText(words).first().waitFor();
  }

  /** Chooses a shortcut on the latest message. */
  async chooseOnMessage(shortcut: string): Promise<void> {
    await this.message().hover();
    await this.message().getByRole('button', { name: 'More message actions' }).click();
    await this.message().getByRole('button', { name: shortcut }).click();
  }

  /** Leaves every dialog. */
  async leave(): Promise<void> {
    await this.dialog().getByRole('button', { name: 'Close', exact: true }).first().click();
    await this.dialog().waitFor({ state: 'detached' });
  }

  /** To a channel, or by the app's name to the direct messages with it. */
  async openChannel(place: string): Promise<void> {
    await this.tab.getByRole('button', { name: 'Channels', exact: true }).click();
    const places = this.tab.getByRole('navigation', { name: 'Channels and people' });
    await places.getByRole('button', { name: place }).first().click();
  }

  /** There, when its latest message holds these words. */
  async go(place: string, words: string | RegExp): Promise<void> {
    await this.openChannel(place);
    await this.until(words);
  }

  /** The thread under the latest message. */
  async openThread(words: string | RegExp): Promise<void> {
    await this.message()
      .getByRole('button', { name: /repl(y|ies)$/ })
      .click();
    await this.until(words);
  }

  async closeThread(): Promise<void> {
    await this.tab.getByRole('button', { name: 'Close thread' }).click();
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

  /** Waits until everything is drawn, pictures too, with the mouse out of the way. */
  async settle(): Promise<void> {
    await this.tab.mouse.move(0, 0);
    await this.tab.waitForLoadState('networkidle').catch(() => undefined);
    const shown = this.tab.locator('dialog, .message, .home').last();
    await shown.scrollIntoViewIfNeeded();
  }
}
