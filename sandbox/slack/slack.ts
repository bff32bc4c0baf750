import type { Directory } from './directory.ts';
import type { Exchange } from './exchange.ts';
import type { Fault, FaultTarget } from './faults.ts';
import { type ClickOptions, type CommandOptions, Hands } from './hands.ts';
import { HttpTransport } from './http-transport.ts';
import { Mailbox } from './mailbox.ts';
import type { Message } from './message.ts';
import { openParts, type Parts, type Settings } from './parts.ts';
import type { RecordEntry } from './record.ts';
import type { DisconnectReason } from './socket-mode.ts';
import { Surfaces } from './surfaces.ts';
import { exampleWorkspace } from './workspace.ts';

/**
 * All have defaults. Rules of time (30 minutes, signatures, dates) follow `clock`; acknowledgements are timed by the real
 * one, `ackWithinMs` (3,000). `answer`, `updated` and `nextMessage` fail after `patienceMs` (10,000).
 */
export type SlackOptions = Partial<Settings>;

/** Starts a workspace on 127.0.0.1. Close it when done; `await using` does. */
export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const parts = await openParts({
    clock: { now: () => new Date() },
    workspace: exampleWorkspace(),
    botToken: 'xoxb-sandbox-bot-token',
    appToken: 'xapp-sandbox-app-token',
    signingSecret: 'sandbox0signing0secret0000000000',
    scopes: ['commands', 'chat:write', 'users:read', 'usergroups:read', 'files:write', 'files:read'],
    port: 0,
    ackWithinMs: 3_000,
    patienceMs: 10_000,
    ...options,
  });
  return new Slack(parts);
}

/** A Slack workspace: what the bot talks to, the hands of the people in it, and everything that can go wrong. */
export class Slack implements AsyncDisposable {
  readonly url: string;
  /** What the bot is given as its Slack API address. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** Who and what is in the workspace, and how to change that. */
  readonly workspace: Directory;
  /** How the bot is reached; `deliverTo` sets it to `http`. */
  transport: 'http' | 'socket' = 'socket';
  /** Shortcuts, modals, App Home: what people do besides commands and buttons. */
  readonly surfaces: Surfaces;
  readonly #parts: Parts;
  readonly #hands: Hands;
  readonly #mailbox: Mailbox;
  #http: HttpTransport | undefined;

  constructor(parts: Parts) {
    const { settings, directory, url } = parts;
    this.#parts = parts;
    const transport = () => (this.transport === 'http' ? this.#httpTransport() : parts.sockets);
    this.#mailbox = new Mailbox(parts.chat);
    this.#hands = new Hands(parts, transport);
    this.surfaces = new Surfaces(parts, this.#hands, transport);
    this.url = url;
    this.apiUrl = `${url}/api/`;
    this.botToken = settings.botToken;
    this.appToken = settings.appToken;
    this.signingSecret = settings.signingSecret;
    this.workspace = directory;
  }

  /** Sends the bot's requests by signed HTTP to this URL (`http://127.0.0.1:3000/slack/events`) from now on. */
  deliverTo({ url, signingSecret = this.signingSecret }: { url: string; signingSecret?: string }): void {
    const { clock, ackWithinMs } = this.#parts.settings;
    this.#http = new HttpTransport({ url, signingSecret, clock, ackWithinMs });
    this.transport = 'http';
  }

  /** Types a slash command. Resolves when it is acknowledged, or when Slack gave up on that (`ack.error`). */
  async command(command: string, text: string, options: CommandOptions = {}): Promise<Exchange> {
    return this.#hands.command(command, text, options);
  }

  /**
   * Clicks the button with this text, the beginning of it, or this action ID, on the message as it is on the screen now.
   * Throws, naming the buttons there are, when there is no such button. Resolves like `command`.
   */
  async click(message: Message, button: string, options: ClickOptions = {}): Promise<Exchange> {
    return this.#hands.click(message, button, options);
  }

  /** Sends a forged click: these properties over those of a click on nothing (no `container`, no `actions`). */
  async clickRaw(payload: Readonly<Record<string, unknown>>, options: CommandOptions = {}): Promise<Exchange> {
    return this.#hands.clickRaw(payload, options);
  }

  /** Sends the same bytes once more, with the same response URL; with `fresh` the same delivery under a signature (or envelope ID) of now. */
  async redeliver(exchange: Exchange, { fresh = false }: { fresh?: boolean } = {}): Promise<Exchange> {
    return this.#hands.redeliver(exchange, fresh);
  }

  /** Posts this form to the bot as it is, correctly signed unless `headers` say otherwise; HTTP only. */
  deliverRaw(
    body: string,
    { signedAt, headers = {} }: { signedAt?: Date; headers?: Readonly<Record<string, string>> } = {},
  ) {
    const http = this.#httpTransport();
    const signed = http.sign(body, signedAt);
    return this.#hands.send(http, 'raw', { ...signed, headers: { ...signed.headers, ...headers } });
  }

  /** The next message or replacement, anywhere in the workspace, that this method has not returned or passed over yet. */
  nextMessage(accept: (message: Message) => boolean = () => true): Promise<Message> {
    return this.#mailbox.next(accept);
  }

  /** `nextMessage` begins with what comes from now on. */
  skipMessages(): void {
    this.#mailbox.skip();
  }

  /** The messages this person has on the screen now, oldest first, in one channel or in all. */
  visibleTo(user: string, channel?: string): readonly Message[] {
    const { chat, directory } = this.#parts;
    return chat.visibleTo(directory.person(user), channel === undefined ? undefined : directory.channel(channel));
  }

  /** The direct messages between this person and the app. */
  directMessages(user: string): readonly Message[] {
    return this.visibleTo(user, this.workspace.directMessages(user).id);
  }

  /** Lets the next requests of the bot go wrong. Returns how to mend it before they are used up. */
  fault(target: FaultTarget, fault: Fault): () => void {
    return this.#parts.faults.add(target, fault);
  }

  clearFaults(): void {
    this.#parts.faults.clear();
  }

  /** How many working Socket Mode connections the bot has. */
  get connections(): number {
    return this.#parts.sockets.connected;
  }

  /** Resolves when the bot has a working Socket Mode connection. */
  whenConnected(): Promise<void> {
    return this.#parts.sockets.whenConnected();
  }

  /** Asks the bot to connect again for this reason, or cuts the connections without a word. */
  disconnectSockets(reason: DisconnectReason = 'drop'): void {
    this.#parts.sockets.disconnect(reason);
  }

  /** Makes the present connections half-open: nothing is read, answered or sent on them. New ones work. */
  freezeSockets(): void {
    this.#parts.sockets.freeze();
  }

  /** Refuses every connection, on the same port, until `comeBack`. */
  goDown(): Promise<void> {
    return this.#parts.server.goDown({ politely: false });
  }

  comeBack(): Promise<void> {
    return this.#parts.server.comeBack();
  }

  /** Every request in both directions, oldest first. */
  get record(): readonly RecordEntry[] {
    return this.#parts.record.entries;
  }

  /** The recorded requests of one method: `chat.postMessage`, `response_url`, `/influx`, `block_actions`. */
  requests(method: string): readonly RecordEntry[] {
    return this.record.filter((entry) => entry.method === method);
  }

  /** Calls back for every request that ends from now on; returns how to stop. */
  onRecord(listener: (entry: RecordEntry) => void): () => void {
    return this.#parts.record.onRecord(listener);
  }

  close(): Promise<void> {
    return this.#parts.server.goDown({ politely: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #httpTransport(): HttpTransport {
    if (!this.#http) throw new Error('Nobody said where the bot is: call deliverTo first, or set transport to socket.');
    return this.#http;
  }
}
