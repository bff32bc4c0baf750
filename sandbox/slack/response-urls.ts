import { randomBytes } from 'node:crypto';
import type { Chat } from './chat.ts';
import { compose, Refusal } from './compose.ts';
import { objectFromJson } from './json.ts';
import type { Message } from './message.ts';
import type { Channel, Person } from './workspace.ts';

const MAX_USES = 5;
const LIFETIME_MS = 30 * 60_000;

/** What an app may post by way of one interaction. */
export interface ResponseUrl {
  readonly id: string;
  readonly channel: Channel;
  readonly person: Person;
  /** The message whose button was clicked; a slash command has none. */
  readonly original: Message | undefined;
  readonly createdAt: Date;
  uses: number;
}

/** What Slack answers to a request at a response URL. */
export interface ResponseUrlReply {
  readonly status: number;
  readonly contentType: 'text/plain' | 'application/json';
  readonly body: string;
}

/** The response URLs handed out: five uses within 30 minutes of the workspace's clock. */
export class ResponseUrls {
  readonly #chat: Chat;
  readonly #urls = new Map<string, ResponseUrl>();

  constructor(chat: Chat) {
    this.#chat = chat;
  }

  create(place: { channel: Channel; person: Person; original?: Message | undefined }): ResponseUrl {
    const id = randomBytes(12).toString('hex');
    const url = { id, original: undefined, ...place, createdAt: this.#chat.now(), uses: 0 };
    this.#urls.set(id, url);
    return url;
  }

  find(id: string): ResponseUrl | undefined {
    return this.#urls.get(id);
  }

  /**
   * Does what the app asks and says what Slack answers.
   * 404 for a URL used up or expired. A message Slack does not take is answered with HTTP 200 and `ok: false`, which a
   * client that looks only at the status misses: of the answers reported, the one that is hardest to notice.
   */
  use(id: string, contentType: string, source: string): ResponseUrlReply {
    const url = this.#urls.get(id);
    if (!url) return json(404, { ok: false, error: 'invalid_url' });
    if (this.#chat.now().getTime() - url.createdAt.getTime() > LIFETIME_MS)
      return json(404, { ok: false, error: 'expired_url' });
    if (url.uses >= MAX_USES) return json(404, { ok: false, error: 'used_url' });
    url.uses += 1;
    const request = contentType.startsWith('application/json') ? objectFromJson(source) : undefined;
    if (!request) return json(400, { ok: false, error: 'invalid_payload' });
    try {
      this.#apply(url, request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return json(200, { ok: false, error: error.error, ...error.details });
    }
    // A slash command's URL says `ok` in plain text, a click's says it in JSON.
    return url.original ? json(200, { ok: true }) : { status: 200, contentType: 'text/plain', body: 'ok' };
  }

  #apply(url: ResponseUrl, request: Readonly<Record<string, unknown>>): void {
    const { original } = url;
    if (original && isTrue(request.delete_original)) {
      if (this.#chat.latest(original)) this.#chat.delete(original, url.id);
      if (request.text !== undefined || request.blocks !== undefined) this.#post(url, request);
      return;
    }
    // Slack documents that leaving `replace_original` out overwrites the message; only `false` keeps it.
    const replaces = original && (request.replace_original === undefined || isTrue(request.replace_original));
    if (replaces) this.#replace(url, original, request);
    else this.#post(url, request);
  }

  #replace(url: ResponseUrl, original: Message, request: Readonly<Record<string, unknown>>): void {
    if (!this.#chat.latest(original)) throw new Refusal('message_not_found');
    this.#chat.replace(original, compose(request), url.id);
  }

  #post(url: ResponseUrl, request: Readonly<Record<string, unknown>>): void {
    const isVisible = request.response_type === 'in_channel';
    const mayThread = isVisible && typeof request.thread_ts === 'string' && request.replace_original === false;
    this.#chat.post({
      ...compose(request),
      channel: url.channel,
      ephemeralFor: isVisible ? undefined : url.person.id,
      threadTs: mayThread ? String(request.thread_ts) : undefined,
      cause: url.id,
    });
  }
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

function json(status: number, body: unknown): ResponseUrlReply {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}
