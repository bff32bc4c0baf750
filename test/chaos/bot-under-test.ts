import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Failpoint } from './failpoint.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/bot.ts');

export interface BotUnderTestOptions {
  readonly configFile: string;
  readonly logFile: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** None outlives the process that started it. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The real bot in a process of its own that can be killed, frozen, and made to fail at a named step. */
export class BotUnderTest {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #saying = new Set<() => void>();
  readonly #said: string[] = [];

  /** Starts the program; `says('ready')` tells when Slack can reach it. */
  constructor({ configFile, logFile, environment }: BotUnderTestOptions) {
    const failpoints = fileURLToPath(import.meta.resolve('./failpoints.ts'));
    this.#process = spawn(process.execPath, ['--import', failpoints, PROGRAM, '--config', configFile], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#ended = once(this.#process, 'exit');
    running.add(this.#process);
    this.#process.once('exit', () => running.delete(this.#process));
    const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
    for (const output of [this.#process.stdout, this.#process.stderr]) {
      if (output) createInterface({ input: output }).on('line', (line) => this.#hear(line, log));
    }
    this.#ended.then(() => {
      for (const look of this.#saying) look();
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get isGone(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Resolves when it logs this; rejects, with its last lines, when it ends before. */
  says(words: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = () => {
      if (this.#said.some((line) => line.includes(words))) resolve();
      else if (this.isGone)
        reject(new Error(`The bot ended and never said ${words}:\n${this.#said.slice(-5).join('\n')}`));
      else return;
      this.#saying.delete(look);
    };
    this.#saying.add(look);
    look();
    return promise;
  }

  /** Arms a failpoint in place of any other; resolves when it is. */
  arm(arm: Failpoint | null): Promise<void> {
    return this.#tell({ arm });
  }

  /** Lets its store grow no further (SQLite says that the disk is full), or again. */
  fillDisk(full: boolean): Promise<void> {
    return this.#tell({ full });
  }

  freeze(): void {
    if (!this.isGone) process.kill(this.pid, 'SIGSTOP');
  }

  thaw(): void {
    if (!this.isGone) process.kill(this.pid, 'SIGCONT');
  }

  async kill(): Promise<void> {
    if (!this.isGone) this.#process.kill('SIGKILL');
    await this.#ended;
  }

  /** As a service manager ends it. */
  async stop(): Promise<void> {
    this.thaw();
    if (!this.isGone) this.#process.kill('SIGTERM');
    await this.#ended;
  }

  /** Resolves when it is gone, however it went. */
  async gone(): Promise<void> {
    await this.#ended;
  }

  /** The gateway it started; undefined when there is none at the moment. */
  get gatewayPid(): number | undefined {
    try {
      const [first] = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8').trim().split(/\s+/);
      return Number(first) || undefined;
    } catch {
      // The bot itself is gone.
      return undefined;
    }
  }

  #hear(line: string, log: { write(line: string): unknown }): void {
    log.write(`${line}\n`);
    this.#said.push(line);
    if (this.#said.length > 500) this.#said.splice(0, 250);
    for (const look of [...this.#saying]) look();
  }

  async #tell(message: object): Promise<void> {
    if (this.isGone) return;
    const heard = once(this.#process, 'message');
    this.#process.send(message, () => undefined); // a bot that is gone hears nothing, which `#ended` tells
    await Promise.race([heard, this.#ended]);
  }
}
