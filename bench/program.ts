import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const START_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 15_000;
const LINES_KEPT = 20;
/** What Linux counts processor time in, for programs to see. */
const TICK_MS = 10;

export interface ProgramOptions {
  /** The module to run, as `import.meta.resolve` names it. */
  readonly module: string;
  readonly arguments?: readonly string[];
  /** Its whole environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The `msg` of the line it logs once it works. */
  readonly readyWith: string;
}

/** A program in a process of its own, which works. */
export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** From before the process was made until its line arrived here. */
  readonly readyAfterMs: number;
  /** The line it logged when it was ready. */
  readonly readyLine: string;
}

/** Starts the program and resolves when it says that it works. Throws, with its last words, when it does not. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { module, readyWith, environment = {} } = options;
  const startedAt = performance.now();
  const child = spawn(process.execPath, [fileURLToPath(module), ...(options.arguments ?? [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment },
  });
  const ready = Promise.withResolvers<string>();
  const words: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      words.push(line);
      if (words.length > LINES_KEPT) words.shift();
      if (line.includes(`"msg":"${readyWith}"`)) ready.resolve(line);
    });
  }
  const fail = (how: string) => ready.reject(new Error(`${module} ${how}:\n${words.join('\n')}`));
  const timer = setTimeout(() => fail(`was not ready within ${START_WITHIN_MS} ms`), START_WITHIN_MS);
  child.once('close', (code) => fail(`ended with ${code}`));
  try {
    const readyLine = await ready.promise;
    const readyAfterMs = performance.now() - startedAt;
    return { pid: child.pid ?? 0, readyAfterMs, readyLine, [Symbol.asyncDispose]: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

/** The processor time a process has used so far, in all its threads; in steps of 10 ms. Linux only. */
export function processorMs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold spaces; user and system time are the 14th and 15th field.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The memory a process has resident, in bytes. Linux only. */
export function residentBytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kibibytes === undefined) throw new Error(`process ${pid} has no resident memory`);
  return Number(kibibytes) * 1024;
}

/** The processes this one started and that still run. Linux only. */
export function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}
