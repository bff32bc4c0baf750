import type { Block } from './block-kit-blocks.ts';
import { Refusal } from './compose.ts';
import type { Ack, Delivery, Transport } from './delivery.ts';
import type { Exchange } from './exchange.ts';
import type { Hands } from './hands.ts';
import type { Message } from './message.ts';
import type { Parts } from './parts.ts';
import { elementsIn, messageActions } from './payloads.ts';
import type { ResponseUrl } from './response-urls.ts';
import { type Answered, answerToSubmission, missingIn, type Suggestions, suggestionsIn } from './surface-answers.ts';
import {
  appHomeOpened,
  blockSuggestion,
  type Doing,
  globalShortcut,
  messageShortcut,
  type Values,
  valuesIn,
  viewActions,
  viewClosed,
  viewSubmission,
} from './surface-payloads.ts';
import { viewResponseUrls } from './view-response-urls.ts';
import type { View } from './views.ts';

/** Which element somebody uses, and what they choose in it: `{ selected_option: … }`. */
export interface Use {
  readonly blockId: string;
  readonly actionId: string;
  readonly chosen?: Readonly<Record<string, unknown>>;
}

/** A file as somebody shares it. */
export interface SharedFile {
  readonly name: string;
  readonly content: string | Buffer;
}

/** What people do besides commands and buttons: messages, shortcuts, modals, the App Home, selects on messages. Users are names or IDs. */
export class Surfaces {
  readonly #parts: Parts;
  readonly #hands: Hands;
  readonly #transport: () => Transport;

  constructor(parts: Parts, hands: Hands, transport: () => Transport) {
    this.#parts = parts;
    this.#hands = hands;
    this.#transport = transport;
  }

  /** The modals on this person's screen, the top one last. */
  modals(user: string): readonly View[] {
    return this.#parts.views.modals(this.#parts.directory.person(user).id);
  }

  /** The modal on top of this person's screen, now or as soon as there is one that is accepted. Fails after the workspace's patience. */
  async modal(user: string, accept: (view: View) => boolean = () => true): Promise<View> {
    const { views, directory } = this.#parts;
    const { id } = directory.person(user);
    const top = views.modals(id).at(-1);
    if (top && accept(top)) return top;
    const { event } = await views.shown.next(
      views.shown.length,
      (view) => view.person === id && view.content.type === 'modal' && accept(view),
      () => `Waiting for a modal. On top is:\n${JSON.stringify(views.modals(id).at(-1)?.content ?? 'none')}`,
    );
    return event;
  }

  /** This person's App Home, as last published. */
  home(user: string): View | undefined {
    return this.#parts.views.home(this.#parts.directory.person(user).id);
  }

  /** Writes a message, as people do, with files where some are given. */
  say(user: string, channel: string, text: string, threadTs?: string, files: readonly SharedFile[] = []): Message {
    const { chat, directory, files: all } = this.#parts;
    const author = directory.person(user).id;
    const shared = files.map(({ name, content }) => all.add({ name, content: Buffer.from(content), author }));
    const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const place = { channel: directory.channel(channel), author, threadTs };
    return chat.post({ ...place, text: escaped, blocks: [], files: shared, cause: 'slack' });
  }

  /** Where and for whom a response URL was handed out. */
  responseUrl(id: string): ResponseUrl | undefined {
    return this.#parts.responseUrls.find(id);
  }

  /** Chooses a global shortcut. */
  shortcut(callbackId: string, user: string): Promise<Ack> {
    return this.#tell('shortcut', globalShortcut(this.#doing(user), callbackId));
  }

  /** Chooses a message shortcut. Slack offers none on ephemeral messages. */
  messageShortcut(callbackId: string, message: Message, user: string): Promise<Exchange> {
    if (message.ephemeralFor !== undefined) throw new Error('Slack offers no shortcuts on ephemeral messages.');
    const { interaction, url } = this.#hands.interaction(user, message.channel, message);
    const payload = messageShortcut(interaction, message, callbackId, this.#parts.chat.now());
    const delivery: Delivery = { type: 'interactive', method: 'message_action', payload };
    return this.#hands.act({ url, triggerId: interaction.triggerId, delivery });
  }

  /** Opens the app's Home, for an app that listens to that event. */
  openHome(user: string): Promise<Ack> {
    const doing = this.#doing(user);
    const { id } = this.#parts.directory.directMessages(user);
    return this.#tell('app_home_opened', appHomeOpened(doing, id, this.home(user)), 'events_api');
  }

  /** Uses any element of a message. Resolves like a click. */
  useOnMessage(message: Message, use: Use, user: string, values: Values = {}): Promise<Exchange> {
    const shown = message.latest;
    if (!shown) throw new Error('This message was deleted.');
    const { interaction, url } = this.#hands.interaction(user, message.channel, message);
    const merged = valuesIn(shown.blocks, withUse(values, use));
    const action = { ...actionOf(shown.blocks, use), action_ts: interaction.triggerId.split('.', 1)[0] };
    const payload = messageActions(interaction, shown, action, merged);
    const delivery: Delivery = { type: 'interactive', method: 'block_actions', payload };
    return this.#hands.act({ url, triggerId: interaction.triggerId, delivery });
  }

  /** Uses an element of a modal or App Home. */
  useOnView(view: View, use: Use, values: Values = {}): Promise<Ack> {
    const action = actionOf(view.content.blocks, use);
    const payload = viewActions(this.#doing(view.person), view, action, withUse(values, use));
    return this.#tell('block_actions', payload);
  }

  /** What the bot offers in an external select for what was typed so far. */
  async suggest(place: View | Message, asked: Use & { readonly value: string }, user: string): Promise<Suggestions> {
    const where = 'content' in place ? { view: place } : { message: place };
    const ack = await this.#tell('block_suggestion', blockSuggestion(this.#doing(user), asked, where));
    return suggestionsIn(ack);
  }

  /** Submits a modal, and does what the bot answers. Required inputs are asked for before the bot hears of it. */
  async submit(view: View, values: Values): Promise<Answered> {
    const missing = missingIn(view.content.blocks, values);
    if (Object.keys(missing).length > 0) return { errors: missing };
    const urls = viewResponseUrls(this.#parts, view, values);
    const payload = viewSubmission(this.#doing(view.person), view, values, urls);
    const ack = await this.#tell('view_submission', payload);
    try {
      return answerToSubmission(this.#parts.views, view, ack);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { problem: error.error };
    }
  }

  /** Closes the top modal, or all of them; the bot hears of it where the view asks for that. */
  async close(view: View, isCleared = view.content.clear_on_close ?? false): Promise<void> {
    const { views } = this.#parts;
    if (isCleared) views.clear(view.person);
    else views.close(view);
    if (view.content.notify_on_close)
      await this.#tell('view_closed', viewClosed(this.#doing(view.person), view, isCleared));
  }

  #doing(user: string): Doing {
    const { directory, triggers, chat } = this.#parts;
    const person = directory.person(user);
    return { directory, person, triggerId: triggers.issue(person.id), now: chat.now() };
  }

  #tell(
    method: string,
    payload: Readonly<Record<string, unknown>>,
    type: Delivery['type'] = 'interactive',
  ): Promise<Ack> {
    const transport = this.#transport();
    return this.#hands.send(transport, method, transport.prepare({ type, method, payload }), payload);
  }
}

function actionOf(blocks: readonly Block[], { blockId, actionId, chosen = {} }: Use) {
  const element = blocks
    .filter(({ block_id }) => block_id === blockId)
    .flatMap(elementsIn)
    .find((one) => 'action_id' in one && one.action_id === actionId);
  if (!element) throw new Error(`Nothing here is ${blockId}/${actionId}.`);
  const base = { type: element.type, block_id: blockId, action_id: actionId };
  if (element.type !== 'button') return { ...base, ...chosen };
  const { text, value, style } = element;
  return { ...base, text, ...(value === undefined ? {} : { value }), ...(style === undefined ? {} : { style }) };
}

function withUse(values: Values, { blockId, actionId, chosen }: Use): Values {
  if (!chosen) return values;
  const block = values[blockId] ?? {};
  return { ...values, [blockId]: { ...block, [actionId]: { ...block[actionId], ...chosen } } };
}
