import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { status } from '@grpc/grpc-js';
import { z } from 'zod';
import { makeDirectory } from '../make-directory.ts';
import { parsedJson } from './cluster-token.ts';
import { Failure, reasonOf } from './failure.ts';

const HOUR_MS = 3_600_000;

/** How many different tokens each profile may still revoke within any hour. Survives kill -9 and restarts. */
export interface Budget {
  /**
   * Counts a DELETE that is about to be sent, in the file before it returns; the same token within the hour counts once.
   * Throws a `Failure` when the hour is full or the file cannot be written: then nothing may be sent.
   */
  spend(profile: string, tokenId: string): void;
  /** How many more tokens may be revoked now. */
  left(profile: string): number;
}

export interface BudgetOptions {
  readonly file: string;
  /** Revocations in an hour, by profile. */
  readonly limits: ReadonlyMap<string, number>;
  readonly now: () => number;
}

const spending = z.object({ at: z.number(), profile: z.string(), tokenId: z.string() });

type Spending = z.infer<typeof spending>;

/** Reads the file, drops what is older than an hour, and writes it anew. Throws when the file cannot be read or written. */
export function openBudget({ file, limits, now }: BudgetOptions): Budget {
  const spent = new Map<string, Map<string, number>>();
  const recent = readSpendings(file).filter(({ at }) => at > now() - HOUR_MS);
  for (const { profile, tokenId, at } of recent) within(spent, profile).set(tokenId, at);
  compact(file, recent);

  /** What the profile spent in the last hour, oldest first. */
  function lastHour(profile: string): Map<string, number> {
    const tokens = within(spent, profile);
    for (const [tokenId, at] of tokens) {
      if (at > now() - HOUR_MS) break;
      tokens.delete(tokenId);
    }
    return tokens;
  }

  return {
    spend: (profile, tokenId) => {
      const tokens = lastHour(profile);
      if (tokens.has(tokenId)) return;
      if (tokens.size >= (limits.get(profile) ?? 0))
        throw exhausted(Math.min(...tokens.values(), now()) + HOUR_MS - now());
      const entry = { at: now(), profile, tokenId };
      append(file, entry);
      tokens.set(tokenId, entry.at);
    },
    left: (profile) => Math.max(0, (limits.get(profile) ?? 0) - lastHour(profile).size),
  };
}

function within(spent: Map<string, Map<string, number>>, profile: string): Map<string, number> {
  const tokens = spent.get(profile) ?? new Map<string, number>();
  spent.set(profile, tokens);
  return tokens;
}

function exhausted(waitMs: number): Failure {
  return new Failure(status.RESOURCE_EXHAUSTED, 'the hourly budget of revocations is spent', {
    retryAfterMs: Math.min(waitMs, HOUR_MS),
  });
}

function readSpendings(file: string): readonly Spending[] {
  const lines = readIfThere(file).split('\n');
  // A line that a crash or a full disk cut short says nothing; the DELETE it announced was never sent.
  return lines.map((line) => spending.safeParse(parsedJson(line)).data).filter((entry) => entry !== undefined);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return '';
    throw new Error(`The budget file ${file} cannot be read.`, { cause: error });
  }
}

function compact(file: string, entries: readonly Spending[]): void {
  try {
    makeDirectory(dirname(file));
    writeFileSync(`${file}.new`, entries.map(line).join(''), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new Error(`The budget file ${file} cannot be written.`, { cause: error });
  }
}

function append(file: string, entry: Spending): void {
  try {
    appendFileSync(file, line(entry), { mode: 0o600 });
  } catch (error) {
    const message = `nothing was sent, since the budget file cannot be written: ${reasonOf(error)}`;
    throw new Failure(status.ABORTED, message, { cause: error });
  }
}

/** Begins a line of its own even after one that was cut short. */
function line(entry: Spending): string {
  return `\n${JSON.stringify(entry)}`;
}
