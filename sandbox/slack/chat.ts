import type { Block } from './block-kit-blocks.ts';
import type { Directory } from './directory.ts';
import type { SlackFile } from './files.ts';
import { Message, type MessageContent, type MessageKeeper } from './message.ts';
import { Timeline } from './timeline.ts';
import type { Channel, Person } from './workspace.ts';

/** Something that happened on people's screens. `cause` is the response URL it came by, or `web api` or `slack`. */
export interface ChatEvent {
  readonly kind: 'posted' | 'updated' | 'deleted';
  readonly message: Message;
  readonly cause: string;
}

export interface NewMessage {
  readonly channel: Channel;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly ephemeralFor?: string | undefined;
  readonly threadTs?: string | undefined;
  readonly files?: readonly SlackFile[];
  readonly author?: string;
  readonly cause: string;
}

/** Every message of the workspace, and what happened to them in order. */
export class Chat implements MessageKeeper {
  readonly events: Timeline<ChatEvent>;
  readonly #directory: Directory;
  readonly #clock: { now(): Date };
  readonly #messages = new Map<string, Message>();
  #count = 0;

  constructor(options: { directory: Directory; clock: { now(): Date }; patienceMs: number }) {
    this.#directory = options.directory;
    this.#clock = options.clock;
    this.events = new Timeline(options.patienceMs);
  }

  post({ channel, text, blocks, ephemeralFor, threadTs, files = [], author = 'app', cause }: NewMessage): Message {
    this.#count += 1;
    const seconds = Math.floor(this.now().getTime() / 1000);
    const ts = `${seconds}.${String(this.#count).padStart(6, '0')}`;
    const named = blocks.map((block, index) => withIds(block, `${this.#count.toString(36)}${index.toString(36)}`));
    const content = { ts, channel: channel.id, ephemeralFor, threadTs, author, text, blocks: named, files };
    return this.#keep('posted', new Message(content, [], this), cause);
  }

  /** Replaces what the message says, keeping who sees it. */
  replace(message: Message, { text, blocks }: Pick<MessageContent, 'text' | 'blocks'>, cause: string): Message {
    const old = this.latest(message) ?? message;
    const named = blocks.map((block, index) => withIds(block, `${old.ts}-${old.history.length + 1}-${index}`));
    const content = { ...contentOf(old), text, blocks: named };
    return this.#keep('updated', new Message(content, [...old.history, old], this), cause);
  }

  delete(message: Message, cause: string): void {
    this.#messages.delete(message.ts);
    this.events.push({ kind: 'deleted', message, cause });
  }

  find(channel: string, ts: string): Message | undefined {
    const message = this.#messages.get(ts);
    return message?.channel === channel ? message : undefined;
  }

  latest(message: Message): Message | undefined {
    return this.#messages.get(message.ts);
  }

  /** Whether this person has the message on the screen. */
  sees(person: Person, { ephemeralFor, channel }: Message): boolean {
    if (ephemeralFor !== undefined) return ephemeralFor === person.id;
    return this.#directory.findChannel(channel)?.members.includes(person.id) ?? false;
  }

  visibleTo(person: Person, channel: Channel | undefined): readonly Message[] {
    const there = [...this.#messages.values()].filter(
      (message) => channel === undefined || message.channel === channel.id,
    );
    return there.filter((message) => this.sees(person, message));
  }

  async updated(message: Message, accept: (version: Message) => boolean): Promise<Message> {
    const { event } = await this.events.next(
      0,
      ({ kind, message: one }) =>
        kind === 'updated' && one.ts === message.ts && one.history.length > message.history.length && accept(one),
      () =>
        `Waiting for a replacement of this message, which now reads:\n${this.latest(message)?.plainText() ?? '(deleted)'}`,
    );
    return event.message;
  }

  async deleted(message: Message): Promise<void> {
    await this.events.next(
      0,
      ({ kind, message: one }) => kind === 'deleted' && one.ts === message.ts,
      () => `Waiting for this message to be deleted:\n${this.latest(message)?.plainText()}`,
    );
  }

  nameOf(id: string): string {
    const directory = this.#directory;
    return directory.findPerson(id)?.name ?? directory.findGroup(id)?.handle ?? directory.findChannel(id)?.name ?? id;
  }

  timeZoneFor({ ephemeralFor }: Message): string {
    return (ephemeralFor && this.#directory.findPerson(ephemeralFor)?.timeZone) || 'UTC';
  }

  now(): Date {
    return this.#clock.now();
  }

  #keep(kind: 'posted' | 'updated', message: Message, cause: string): Message {
    this.#messages.set(message.ts, message);
    this.events.push({ kind, message, cause });
    return message;
  }
}

function contentOf({ ts, channel, ephemeralFor, threadTs, author, text, blocks, files }: Message): MessageContent {
  return { ts, channel, ephemeralFor, threadTs, author, text, blocks, files };
}

/** Slack names every block and element that the app did not name. */
export function withIds(block: Block, seed: string): Block {
  const block_id = block.block_id ?? `b${seed}`;
  if (block.type === 'section' && block.accessory && block.accessory.type !== 'image') {
    return {
      ...block,
      block_id,
      accessory: { ...block.accessory, action_id: block.accessory.action_id ?? `a${seed}` },
    };
  }
  if (block.type === 'input')
    return { ...block, block_id, element: { ...block.element, action_id: block.element.action_id ?? `a${seed}` } };
  if (block.type !== 'actions') return { ...block, block_id };
  const elements = block.elements.map((element, index) => ({
    ...element,
    action_id: element.action_id ?? `a${seed}${index}`,
  }));
  return { ...block, block_id, elements };
}
