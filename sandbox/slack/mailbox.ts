import type { Chat } from './chat.ts';
import type { Message } from './message.ts';

/** Messages and replacements in the order they appeared, each returned or passed over once. */
export class Mailbox {
  readonly #chat: Chat;
  #read = 0;

  constructor(chat: Chat) {
    this.#chat = chat;
  }

  /** The next one that is accepted; fails after the workspace's patience, with what there was. */
  async next(accept: (message: Message) => boolean): Promise<Message> {
    const { events } = this.#chat;
    const seen = () => events.since(0).map(({ message }) => message.plainText());
    const { event, at } = await events.next(
      this.#read,
      ({ kind, message }) => kind !== 'deleted' && accept(message),
      () => `Waiting for a message. Seen:\n${seen().join('\n---\n')}`,
    );
    this.#read = at + 1;
    return event.message;
  }

  /** Passes over all there are. */
  skip(): void {
    this.#read = this.#chat.events.length;
  }
}
