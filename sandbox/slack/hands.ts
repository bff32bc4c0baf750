import { showAcknowledgement } from './acknowledgement.ts';
import type { Ack, Delivery, Sent, Transport } from './delivery.ts';
import { Exchange } from './exchange.ts';
import type { Button, Message } from './message.ts';
import type { Parts } from './parts.ts';
import { actionBase, blockActions, commandFields } from './payloads.ts';
import type { ResponseUrl } from './response-urls.ts';

const DEFAULT_USER = 'alice';
const DEFAULT_CHANNEL = '#incident-4711';

export interface CommandOptions {
  /** Name or ID; alice unless given. */
  readonly user?: string | undefined;
  /** Name or ID; #incident-4711 unless given. */
  readonly channel?: string | undefined;
  /** Fields to replace, or with `undefined` to leave out, in what Slack sends. */
  readonly fields?: Readonly<Record<string, string | undefined>>;
}

export interface ClickOptions {
  /** Who clicks; the reader of an ephemeral message, else alice. */
  readonly user?: string | undefined;
  /** Clicks the version in hand though the screen shows another by now, as a client that lags does. */
  readonly stale?: boolean;
  /** Properties to replace, or with `undefined` to leave out, in what Slack sends. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

interface Action {
  readonly url: ResponseUrl;
  readonly triggerId: string;
  readonly delivery: Delivery;
}

/** What people do in the workspace, told to the bot by a transport. */
export class Hands {
  readonly #parts: Parts;
  readonly #transport: () => Transport;

  constructor(parts: Parts, transport: () => Transport) {
    this.#parts = parts;
    this.#transport = transport;
  }

  command(command: string, text: string, options: CommandOptions): Promise<Exchange> {
    const { user = DEFAULT_USER, channel = DEFAULT_CHANNEL, fields = {} } = options;
    const { interaction, url } = this.interaction(user, channel);
    const payload = { ...commandFields(interaction, command, text), ...fields };
    return this.act({
      url,
      triggerId: interaction.triggerId,
      delivery: { type: 'slash_commands', method: command, payload },
    });
  }

  click(message: Message, asked: string, options: ClickOptions): Promise<Exchange> {
    const { user = message.ephemeralFor ?? DEFAULT_USER, stale = false, payload = {} } = options;
    const shown = stale ? message : onScreen(message);
    const button = buttonOn(shown, asked);
    const { interaction, url } = this.interaction(user, message.channel, message);
    if (!this.#parts.chat.sees(interaction.person, message)) throw new Error(`${user} does not see this message.`);
    const clicked = { ...blockActions(interaction, shown, button, this.#parts.chat.now()), ...payload };
    return this.act({ url, triggerId: interaction.triggerId, delivery: clickDelivery(clicked) });
  }

  clickRaw(
    payload: Readonly<Record<string, unknown>>,
    { user = DEFAULT_USER, channel = DEFAULT_CHANNEL }: CommandOptions,
  ) {
    const { interaction, url } = this.interaction(user, channel);
    return this.act({
      url,
      triggerId: interaction.triggerId,
      delivery: clickDelivery({ ...actionBase(interaction), ...payload }),
    });
  }

  /** The same bytes once more, or the same delivery signed (or put into an envelope) afresh. */
  redeliver({ sent, delivery, triggerId, url }: Exchange, isFresh: boolean): Promise<Exchange> {
    return this.act({ url, triggerId, delivery }, isFresh ? undefined : sent);
  }

  /** Sends these bytes and records them, with what came back. */
  async send(transport: Transport, method: string, sent: Sent, shown: unknown = sent): Promise<Ack> {
    const headers = sent.by === 'http' ? sent.headers : undefined;
    const ended = this.#parts.record.begin('to bot', method, shown, { headers });
    const ack = await transport.attempt(sent);
    ended(ack.status, ack.error ?? ack.body);
    return ack;
  }

  /** What every payload of an interaction needs, with a response URL and a trigger ID of its own. */
  interaction(user: string, place: string, original?: Message) {
    const { directory, responseUrls, triggers, url: origin } = this.#parts;
    const person = directory.person(user);
    const channel = directory.channel(place);
    const url = responseUrls.create({ person, channel, original });
    const triggerId = triggers.issue(person.id);
    return { url, interaction: { directory, person, channel, triggerId, responseUrl: `${origin}/response/${url.id}` } };
  }

  /** Delivers what somebody did, and shows what comes of it. */
  async act({ url, triggerId, delivery }: Action, again?: Sent): Promise<Exchange> {
    const { chat, record } = this.#parts;
    const transport = this.#transport();
    const sent = again ?? transport.prepare(delivery);
    const began = chat.events.length;
    const ack = await this.send(transport, delivery.method, sent, delivery.payload);
    showAcknowledgement({ chat, url, delivery, ack });
    return new Exchange({ chat, record: () => record.entries, url, delivery, sent, triggerId, ack, began });
  }
}

function clickDelivery(payload: Readonly<Record<string, unknown>>): Delivery {
  return { type: 'interactive', method: 'block_actions', payload };
}

function onScreen(message: Message): Message {
  if (message.latest) return message.latest;
  throw new Error(`This message was deleted; it read:\n${message.plainText()}`);
}

/** The button with this text or action ID, or the only one whose text begins so. */
function buttonOn(message: Message, asked: string): Button {
  const { buttons } = message;
  const exact = buttons.find(({ text, actionId }) => text === asked || actionId === asked);
  const similar = buttons.filter(({ text }) => text.startsWith(asked));
  const button = exact ?? (similar.length === 1 ? similar[0] : undefined);
  if (button) return button;
  const there = buttons.map(({ text, actionId }) => `[ ${text} ] (${actionId})`).join(', ') || 'none';
  throw new Error(`No button ${asked} on this message. Buttons: ${there}. It reads:\n${message.plainText()}`);
}
