import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type GrpcCall, readCall, tappedCall } from './grpc-call.ts';

const logLine = z.object({ msg: z.string() });
const timeSet = z.object({ aheadMs: z.number() });

export interface BotProcessOptions {
  /** The path of the bot's program. */
  readonly program: string;
  readonly configFile: string;
  /** Where its log lines go. */
  readonly logFile: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Hears of every gRPC call of the bot as it ends. */
  readonly onCall?: ((call: GrpcCall) => void) | undefined;
}

/** The real bot in a process of its own, with its gateway as its child. */
export class BotProcess {
  readonly #options: BotProcessOptions;
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  /** Starts the program and resolves when it says that it is ready. Throws, with its last words, when it ends before. */
  static async start(options: BotProcessOptions): Promise<BotProcess> {
    const bot = new BotProcess(options);
    await bot.#ready();
    return bot;
  }

  private constructor(options: BotProcessOptions) {
    const { program, configFile, environment } = options;
    const preloads = ['./time-machine.ts', ...(options.onCall ? ['./wire-tap.ts'] : [])];
    const imports = preloads.flatMap((path) => ['--import', fileURLToPath(import.meta.resolve(path))]);
    this.#options = options;
    this.#process = spawn(process.execPath, [...imports, program, '--config', configFile], {
      env: { PATH: environment.PATH, HOME: environment.HOME, TMPDIR: environment.TMPDIR, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#ended = once(this.#process, 'exit');
    this.#process.on('message', (message) => {
      const tapped = tappedCall.safeParse(message);
      if (tapped.success) options.onCall?.(readCall(tapped.data.call));
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Whether it has not ended yet. */
  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Ends it as a service manager would; resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.isRunning) this.#process.kill('SIGTERM');
    await this.#ended;
  }

  /** Ends it without any warning; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  /** Sets its clock this far ahead of the machine's; resolves when it has. */
  async setAhead(aheadMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (message: unknown) => {
      if (timeSet.safeParse(message).success) resolve();
    };
    this.#process.on('message', look).once('exit', () => resolve());
    this.#process.send({ aheadMs });
    await promise;
    this.#process.off('message', look);
  }

  async #ready(): Promise<void> {
    const { stdout, stderr } = this.#process;
    if (!stdout || !stderr) throw new Error('the bot was started without its outputs');
    const log = createWriteStream(this.#options.logFile, { flags: 'a', mode: 0o600 });
    let lastWords = '';
    stderr.on('data', (chunk: Buffer) => {
      lastWords = `${lastWords}${chunk.toString()}`.slice(-2_000);
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    createInterface({ input: stdout }).on('line', (line) => {
      log.write(`${line}\n`);
      if (messageOf(line) === 'ready') resolve();
    });
    this.#process.once('exit', () => reject(new Error(`The bot ended before it was ready. ${lastWords}`)));
    this.#process.once('error', reject);
    await promise;
  }
}

function messageOf(line: string): string | undefined {
  try {
    return logLine.safeParse(JSON.parse(line)).data?.msg;
  } catch {
    // Not a log line: nothing to wait for.
    return undefined;
  }
}
