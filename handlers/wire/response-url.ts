import type { Message } from '../messages/parts.ts';

const TIMEOUT_MS = 5_000;
const PAUSE_MS = 300;

/** How a message lands: beside the others, in place of the one before, or for the whole channel to see. */
export type Placement = 'beside' | 'replace' | 'in channel';

/** Slack does not take messages at this address any more: it is used up, or half an hour old. */
export class AddressGoneError extends Error {
  override readonly name = 'AddressGoneError';
}

/** Slack did not take a message, or did not say that it did. */
export class NotDeliveredError extends Error {
  override readonly name = 'NotDeliveredError';
}

/** Posts to the response URLs that come with commands and clicks. Throws `AddressGoneError` or `NotDeliveredError`. */
export interface Responder {
  respond(url: string, message: Message, placement: Placement): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly words: string;
}

/** Only ever posts to Slack itself; to this machine only when the Slack API is configured to be on it. */
export function createResponder({ apiUrl }: { apiUrl: string | undefined }): Responder {
  async function post(url: string, body: string): Promise<Answer> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, redirect: 'error' } as const;
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
      return { status: response.status, words: await response.text() };
    } catch (error) {
      throw new NotDeliveredError('the response URL did not answer', { cause: error });
    }
  }

  return {
    async respond(url, message, placement) {
      if (!isSlackAddress(new URL(url), apiUrl))
        throw new AddressGoneError('this response URL is not an address of Slack’s');
      const body = JSON.stringify({ ...message, ...PLACEMENTS[placement] });
      let answer = await post(url, body);
      if (answer.status === 404) {
        // Seen for addresses that are a moment old: https://github.com/slackapi/bolt-js/issues/1261
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        answer = await post(url, body);
      }
      const { status, words } = answer;
      if (status === 404 || status === 410) throw new AddressGoneError(`HTTP ${status} ${words.slice(0, 100)}`);
      // A page instead of an answer comes from something in between, whatever its status says.
      if (status < 200 || status > 299 || words.includes('"ok":false') || words.trimStart().startsWith('<')) {
        throw new NotDeliveredError(`HTTP ${status} ${words.slice(0, 300)}`);
      }
    },
  };
}

// Said explicitly, since Slack's documents disagree about what happens where it is left out.
const PLACEMENTS = {
  beside: { response_type: 'ephemeral', replace_original: false },
  replace: { replace_original: true },
  'in channel': { response_type: 'in_channel', replace_original: false },
} as const;

/** Whether this is an address of Slack's own; one on this machine, when the Slack API is configured to be on it. */
export function isSlackAddress(url: URL, apiUrl: string | undefined): boolean {
  if (url.protocol === 'http:') return apiUrl !== undefined && isLoopback(new URL(apiUrl)) && isLoopback(url);
  return url.protocol === 'https:' && (isBelow(url, 'slack.com') || isBelow(url, 'slack-gov.com'));
}

/** The same for the address of a socket. */
export function isSlackSocket(url: URL, apiUrl: string | undefined): boolean {
  if (url.protocol === 'ws:') return apiUrl !== undefined && isLoopback(new URL(apiUrl)) && isLoopback(url);
  return url.protocol === 'wss:' && (isBelow(url, 'slack.com') || isBelow(url, 'slack-gov.com'));
}

const isBelow = ({ hostname }: URL, domain: string) => hostname.endsWith(`.${domain}`);

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
