import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, ClientOptions } from '@grpc/grpc-js';
import type { GatewaySettings } from './gateway/settings.ts';
import type { Logger } from './logger.ts';
import { openChannel } from './tokens/channel.ts';
import { isServing } from './tokens/health.ts';

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;
const CHECK_EVERY_MS = 2_000;
const CHECK_TIMEOUT_MS = 5_000;
/** So many checks in a row without an answer, and the child is deaf: it is killed and started again. */
const MAX_MISSED_CHECKS = 3;
const MAX_BACKOFF_MS = 5_000;
/** A child that lived this long was well started; the next one is not waited for. */
const STEADY_AFTER_MS = 30_000;

/** The child is new and near: what it needs to start is most of the wait. */
const QUICK_CONNECT: ClientOptions = { 'grpc.initial_reconnect_backoff_ms': 20, 'grpc.max_reconnect_backoff_ms': 200 };

/** What of the bot's environment a gateway may know: how to run and whom to trust, no secrets. */
const ENVIRONMENT = [
  'PATH',
  'HOME',
  'TZ',
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

/** A gateway in a process of its own that lives as long as the bot. */
export interface ChildGateway {
  /** Where it listens now, `unix:/path`; another one after every start. */
  readonly address: string;
  /** The process that runs now. */
  readonly pid: number | undefined;
  /** Whether its last answer was that it is serving. */
  serving(): boolean;
  /** Lets it finish the calls in flight, for at most 10 s, and ends it. */
  stop(): Promise<void>;
}

export interface ChildGatewayOptions {
  /** Asked at every start, so that the bot keeps no management token; `listen` is decided here. */
  readonly settings: () => GatewaySettings | Promise<GatewaySettings>;
  /** The path of `bin/gateway.ts`. */
  readonly program: string;
  readonly logger: Logger;
  /** The bot's environment, of which little is passed on. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The file descriptor that gets the child's log lines and last words; standard output when left out. */
  readonly logsTo?: number | undefined;
}

/** Starts the gateway and resolves when it serves. Throws when its first start fails; later it is started again and again. */
export async function startChildGateway(options: ChildGatewayOptions): Promise<ChildGateway> {
  const supervisor = new Supervisor(options);
  try {
    await supervisor.start();
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  void supervisor.keepAlive();
  return supervisor;
}

class Supervisor implements ChildGateway {
  readonly #options: ChildGatewayOptions;
  // Made with mode 0700, and short: the path of a socket has little room.
  readonly #directory = mkdtempSync(join(tmpdir(), 'influx-chatops-'));
  readonly #stopping = new AbortController();
  #starts = 0;
  #child: ChildProcess | undefined;
  #channel: Client | undefined;
  #serving = false;

  constructor(options: ChildGatewayOptions) {
    this.#options = options;
  }

  get address(): string {
    return `unix:${join(this.#directory, `${this.#starts}.sock`)}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  serving(): boolean {
    return this.#serving;
  }

  /** Resolves when a new child serves; throws when it ends before that, or takes too long. */
  async start(): Promise<void> {
    const settings = await this.#options.settings();
    this.#stopping.signal.throwIfAborted();
    this.#starts += 1;
    const child = this.#spawn(JSON.stringify({ ...settings, listen: this.address }));
    this.#child = child;
    this.#channel?.close();
    this.#channel = openChannel(this.address, QUICK_CONNECT);
    const ended = ending(child).then((how) => {
      throw new Error(`The gateway ended before it served: ${how}. Its last words are in the log.`);
    });
    const check = { timeoutMs: START_TIMEOUT_MS, waitForReady: true };
    this.#serving = await Promise.race([isServing(this.#channel, check), ended]);
    if (this.#serving) return;
    child.kill('SIGKILL');
    throw new Error(`The gateway did not serve within ${START_TIMEOUT_MS / 1_000} s.`);
  }

  /** Starts the child again whenever it has ended, until `stop`. */
  async keepAlive(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; failures += 1) {
      const startedAt = performance.now();
      const how = await this.#end();
      this.#serving = false;
      if (signal.aborted) return;
      if (performance.now() - startedAt > STEADY_AFTER_MS) failures = 0;
      this.#options.logger.error({ how, failures }, 'gateway ended, starting it again');
      await delay(backoffMs(failures), undefined, { signal }).catch(() => undefined); // stopped: the loop ends
      await this.start().catch((error) => {
        if (!signal.aborted) this.#options.logger.error({ err: error }, 'gateway did not start');
      });
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#serving = false;
    if (this.#child) {
      this.#child.stdin?.end();
      const child = this.#child;
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ending(child);
      clearTimeout(timer);
    }
    this.#channel?.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #spawn(settings: string): ChildProcess {
    const { program, environment, logsTo = 1 } = this.#options;
    const child = spawn(process.execPath, [program, '--child'], {
      stdio: ['pipe', logsTo, logsTo],
      env: Object.fromEntries(ENVIRONMENT.map((name) => [name, environment[name]])),
    });
    child.stdin?.on('error', () => undefined); // a child that is gone is noticed by its ending
    child.stdin?.write(`${settings}\n`);
    return child;
  }

  /** Resolves when the child has ended, by itself or because it was deaf, with how. */
  async #end(): Promise<string> {
    const [child, channel] = [this.#child, this.#channel];
    if (!child || !channel) return 'never started';
    const ended = ending(child);
    for (let missed = 0; missed < MAX_MISSED_CHECKS; ) {
      const how = await Promise.race([ended, delay(CHECK_EVERY_MS, undefined, { ref: false })]);
      if (how !== undefined) return how;
      this.#serving = await isServing(channel, { timeoutMs: CHECK_TIMEOUT_MS });
      missed = this.#serving ? 0 : missed + 1;
    }
    child.kill('SIGKILL');
    return ended;
  }
}

function backoffMs(failures: number): number {
  return Math.min(MAX_BACKOFF_MS, 100 * 2 ** failures) * (0.5 + Math.random() / 2);
}

/** Resolves with how the process ended, also when it has ended already. Never rejects. */
async function ending(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const describe = () => resolve(child.signalCode ?? `exit code ${child.exitCode}`);
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) describe();
  child.once('exit', describe);
  child.once('error', (error) => resolve(error.message));
  return promise;
}
