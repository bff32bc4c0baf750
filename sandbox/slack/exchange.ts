import type { Chat, ChatEvent } from './chat.ts';
import type { Ack, Delivery, Sent } from './delivery.ts';
import type { Message } from './message.ts';
import type { RecordEntry } from './record.ts';
import type { ResponseUrl } from './response-urls.ts';

export interface ExchangeOptions {
  readonly chat: Chat;
  readonly record: () => readonly RecordEntry[];
  readonly url: ResponseUrl;
  readonly delivery: Delivery;
  readonly sent: Sent;
  readonly triggerId: string;
  readonly ack: Ack;
  /** The place in the workspace's events where this exchange began. */
  readonly began: number;
}

/** Something a person did, how the bot acknowledged it, and what followed on that person's screen. */
export class Exchange {
  readonly ack: Ack;
  readonly triggerId: string;
  /** Where the bot may answer, and how often it has. */
  readonly url: ResponseUrl;
  readonly delivery: Delivery;
  readonly sent: Sent;
  readonly #options: ExchangeOptions;
  #read: number;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.ack = options.ack;
    this.triggerId = options.triggerId;
    this.url = options.url;
    this.delivery = options.delivery;
    this.sent = options.sent;
    this.#read = options.began;
  }

  /** Everything this exchange put on the person's screen so far, new messages and replacements, oldest first. */
  get messages(): readonly Message[] {
    const { chat, began } = this.#options;
    return chat.events
      .since(began)
      .filter((event) => this.#isAnswer(event))
      .map(({ message }) => message);
  }

  /**
   * The next answer nobody asked for yet (by acknowledgement, response URL, direct message, or Slack's own error): a new
   * message or a replacement of one. Those not accepted are passed over. Fails after the workspace's patience with a
   * text that says what was seen and what Slack refused.
   */
  async answer(accept: (message: Message) => boolean = () => true): Promise<Message> {
    const { event, at } = await this.#options.chat.events.next(
      this.#read,
      (one) => this.#isAnswer(one) && accept(one.message),
      () => this.#complaint(),
    );
    this.#read = at + 1;
    return event.message;
  }

  #isAnswer({ kind, message, cause }: ChatEvent): boolean {
    const { chat, url } = this.#options;
    if (kind === 'deleted' || (message.author !== 'app' && message.author !== 'slack')) return false;
    if (cause !== 'web api') return cause === url.id;
    const place = message.channel === url.channel.id || message.channel.startsWith('D');
    return place && chat.sees(url.person, message);
  }

  #complaint(): string {
    const { url, delivery, record } = this.#options;
    const seen = this.messages.map((message) => `- ${message.plainText().replaceAll('\n', '\n  ')}`);
    const refused = record()
      .filter(
        ({ direction, method, status, reply }) =>
          direction === 'from bot' && method !== 'socket' && (status !== 200 || isRefusal(reply)),
      )
      .map(({ method, status, reply }) => `- ${method} ${status ?? 'not answered'} ${JSON.stringify(reply)}`);
    return [
      `Waiting for an answer to ${delivery.method} by ${url.person.name}; acknowledged with ${this.ack.status} ${this.ack.error ?? ''}`,
      ...section('Seen so far:', seen),
      ...section('What Slack refused:', refused.slice(-5)),
    ].join('\n');
  }
}

function isRefusal(reply: unknown): boolean {
  return typeof reply === 'object' && reply !== null && 'ok' in reply && reply.ok === false;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return [title, ...(lines.length > 0 ? lines : ['- nothing'])];
}
