import { type App, type Receiver, SocketModeReceiver, type webApi } from '@slack/bolt';
import type { Logger } from '../../src/logger.ts';
import { type Clock, sleep } from '../../src/revocation/clock.ts';
import { isSlackSocket } from './response-url.ts';
import { clientOptions, isUnusableToken, SlackCredentialsError } from './slack-api.ts';

const LONGEST_PAUSE_MS = 5_000;
const WITHOUT_HELLO_MS = 10_000;
const LOOK_EVERY_MS = 500;

export interface SocketReceiverOptions {
  readonly appToken: string;
  readonly apiUrl: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly logger: webApi.Logger;
  /** Slack rejects the app token for good: a person has to mend it. */
  readonly onUnusable: (error: SlackCredentialsError) => void;
}

/**
 * Socket Mode that always comes back. Bolt's own receiver can die or stay deaf when its connection breaks
 * (https://github.com/slackapi/node-slack-sdk/issues/2656), so each of its connections is used once, and a new one is
 * opened within five seconds of the end of the last.
 */
export class SocketReceiver implements Receiver {
  readonly #options: SocketReceiverOptions;
  readonly #stop = new AbortController();
  #app: App | undefined;
  #current: SocketModeReceiver | undefined;
  readonly #firstConnection = Promise.withResolvers<void>();
  #connected = false;

  constructor(options: SocketReceiverOptions) {
    this.#options = options;
  }

  /** Whether Slack can reach the bot right now. */
  get connected(): boolean {
    return this.#connected;
  }

  init(app: App): void {
    this.#app = app;
  }

  /** Resolves when Slack is reached for the first time, or when it is stopped before that. */
  async start(): Promise<void> {
    void this.#keepConnected();
    await Promise.race([this.#firstConnection.promise, aborted(this.#stop.signal)]);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#current?.stop();
  }

  async #keepConnected(): Promise<void> {
    const { clock, log, onUnusable } = this.#options;
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      try {
        await this.#connectOnce(() => {
          failures = 0;
        });
        log.info('Socket Mode connection ended');
      } catch (error) {
        if (isUnusableToken(error)) onUnusable(new SlackCredentialsError('SLACK_APP_TOKEN', error));
        log.warn({ err: error }, 'Socket Mode connection failed');
      }
      this.#connected = false;
      const pauseMs = Math.min(LONGEST_PAUSE_MS, 250 * 2 ** failures) * (0.5 + Math.random() / 2);
      failures += 1;
      await sleep(clock, pauseMs, this.#stop.signal);
    }
  }

  /** Opens one connection, and resolves when it is of no use any more. */
  async #connectOnce(onConnected: () => void): Promise<void> {
    const { appToken, apiUrl, clock, log, logger } = this.#options;
    const receiver = new SocketModeReceiver({
      appToken,
      logger,
      autoReconnectEnabled: false,
      installerOptions: { clientOptions: clientOptions(apiUrl, logger) },
    });
    if (this.#app) receiver.init(this.#app);
    this.#current = receiver;
    const { client } = receiver;
    client.on('authenticated', ({ url }: { url: string }) => {
      if (!isSlackSocket(new URL(url), apiUrl))
        throw new Error('Slack named a socket that is not an address of Slack’s');
    });
    const ended = new Promise<void>((resolve) => client.once('disconnected', () => resolve()));
    const noHello = new AbortController();
    const tooLate = sleep(clock, WITHOUT_HELLO_MS, noHello.signal).then(() => {
      if (!noHello.signal.aborted) throw new Error('Slack did not greet the new connection');
    });
    try {
      await Promise.race([receiver.start(), tooLate, aborted(this.#stop.signal)]);
      noHello.abort();
      if (this.#stop.signal.aborted) return;
      this.#connected = true;
      this.#firstConnection.resolve();
      onConnected();
      log.info('Socket Mode connected');
      await Promise.race([ended, this.#untilClosing(client)]);
    } finally {
      noHello.abort();
      // Not waited for: a peer that is gone does not answer the handshake, and the next connection must not wait for it.
      void receiver.stop().catch(() => undefined);
    }
  }

  /** The client closes a dead connection with a handshake of up to 30 s; the next one is opened meanwhile. */
  async #untilClosing(client: SocketModeReceiver['client']): Promise<void> {
    while (client.websocket?.isActive()) await sleep(this.#options.clock, LOOK_EVERY_MS);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
