import { render } from '../terminal.ts';
import type { Block } from './block-kit-blocks.ts';
import type { Element } from './block-kit-elements.ts';
import type { SlackFile } from './files.ts';
import { reachOf } from './mentions.ts';

/** A button on a message, as it can be clicked. */
export interface Button {
  readonly text: string;
  readonly actionId: string;
  readonly blockId: string;
  readonly value: string | undefined;
  readonly style: 'primary' | 'danger' | undefined;
}

/** What a message consists of; a replacement changes `text` and `blocks` only. */
export interface MessageContent {
  readonly ts: string;
  readonly channel: string;
  /** The only person who sees it; undefined when the whole channel does. */
  readonly ephemeralFor: string | undefined;
  readonly threadTs: string | undefined;
  /** `app` for the bot, `slack` for Slack's own errors, else the ID of the person who wrote it. */
  readonly author: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly files: readonly SlackFile[];
}

/** What a message asks of the place it is kept in. */
export interface MessageKeeper {
  updated(message: Message, accept: (version: Message) => boolean): Promise<Message>;
  deleted(message: Message): Promise<void>;
  latest(message: Message): Message | undefined;
  nameOf(id: string): string;
  timeZoneFor(message: Message): string;
  now(): Date;
}

/** One version of a message, as people saw it at that time. A replacement is a new one; this one never changes. */
export class Message implements MessageContent {
  readonly ts: string;
  readonly channel: string;
  readonly ephemeralFor: string | undefined;
  readonly threadTs: string | undefined;
  readonly author: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly files: readonly SlackFile[];
  /** The versions before this one, oldest first. */
  readonly history: readonly Message[];
  readonly #keeper: MessageKeeper;

  constructor(content: MessageContent, history: readonly Message[], keeper: MessageKeeper) {
    this.ts = content.ts;
    this.channel = content.channel;
    this.ephemeralFor = content.ephemeralFor;
    this.threadTs = content.threadTs;
    this.author = content.author;
    this.text = content.text;
    this.blocks = content.blocks;
    this.files = content.files;
    this.history = history;
    this.#keeper = keeper;
  }

  /** What the message says now; undefined when it was deleted. */
  get latest(): Message | undefined {
    return this.#keeper.latest(this);
  }

  get buttons(): readonly Button[] {
    return this.blocks.flatMap(buttonsOf);
  }

  /** Who is pinged: user and user group IDs, and `here`, `channel`, `everyone`. */
  get mentions(): readonly string[] {
    return reachOf(this.text, this.blocks).mentions;
  }

  /** The addresses in its words that can be clicked. */
  get links(): readonly string[] {
    return reachOf(this.text, this.blocks).links;
  }

  /** All words on the screen, as the reader sees them: the blocks, or the text where there are none, and the files. */
  plainText(): string {
    const keeper = this.#keeper;
    const timeZone = keeper.timeZoneFor(this);
    const words = render(this, { nameOf: (id) => keeper.nameOf(id), timeZone, now: keeper.now() });
    return [words, ...this.files.map(({ name, size }) => `[ file ${name}, ${size} bytes ]`)].filter(Boolean).join('\n');
  }

  /** The first later version that is accepted, also when it came already. Fails after the workspace's patience. */
  updated(accept: (version: Message) => boolean = () => true): Promise<Message> {
    return this.#keeper.updated(this, accept);
  }

  /** Resolves once the message is gone. Fails after the workspace's patience. */
  deleted(): Promise<void> {
    return this.#keeper.deleted(this);
  }
}

function buttonsOf(block: Block): readonly Button[] {
  if (block.type === 'actions') return block.elements.flatMap((element) => buttonOf(element, block.block_id));
  if (block.type === 'section' && block.accessory) return buttonOf(block.accessory, block.block_id);
  return [];
}

function buttonOf(element: Element, blockId = ''): readonly Button[] {
  if (element.type !== 'button') return [];
  const { text, action_id: actionId = '', value, style } = element;
  return [{ text: text.text, actionId, blockId, value, style }];
}
