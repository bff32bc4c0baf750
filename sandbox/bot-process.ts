import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const logLine = z.object({ msg: z.string() });

export interface BotProcessOptions {
  /** The path of the bot's program. */
  readonly program: string;
  readonly configFile: string;
  /** Where its log lines go. */
  readonly logFile: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
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
    const timeMachine = fileURLToPath(import.meta.resolve('./time-machine.ts'));
    this.#options = options;
    this.#process = spawn(process.execPath, ['--import', timeMachine, program, '--config', configFile], {
      env: { PATH: environment.PATH, HOME: environment.HOME, TMPDIR: environment.TMPDIR, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#ended = once(this.#process, 'exit');
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Ends it as a service manager would; resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill('SIGTERM');
    await this.#ended;
  }

  /** Ends it without any warning; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  /** Sets its clock this far ahead of the machine's; resolves when it has. */
  async setAhead(aheadMs: number): Promise<void> {
    const set = once(this.#process, 'message');
    this.#process.send({ aheadMs });
    await set;
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
