import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** A program of ours, run as a user runs it. */
export interface Program {
  readonly pid: number;
  /** What it wrote so far, to either output. */
  output(): string;
  /** Resolves when a line of its output holds this; rejects when it ends before. */
  says(words: string): Promise<void>;
  /** Resolves with the exit code when it has ended. */
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts it with no environment but this and the path; it is gone when the test has finished. */
export function runProgram(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Program {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  }
  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  child.once('close', (code) => resolve(code));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    pid: child.pid ?? 0,
    output: () => lines.join('\n'),
    ended,
    kill: (signal) => child.kill(signal),
    says(words) {
      const { promise, resolve: found, reject } = Promise.withResolvers<void>();
      const look = () => {
        if (!lines.some((line) => line.includes(words))) return;
        waiting.delete(look);
        found();
      };
      waiting.add(look);
      ended.then((code) => reject(new Error(`It ended with ${code} and never said ${words}:\n${lines.join('\n')}`)));
      look();
      return promise;
    },
  };
}
