import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const head = z.object({ seq: z.number(), hash: z.string() });

/** The end of the audit log in a backup; `undefined` where the log is empty. */
export type BackedUp = z.output<typeof head> | undefined;

/**
 * Writes a copy of an SQLite store as it is at one moment, also while a bot uses it, to a new file that nobody else may
 * read. Resolves when it is on the disk and was found whole. Throws, in words for people, when it cannot.
 */
export function backupStore(path: string, file: string): BackedUp {
  if (!existsSync(path)) throw new Error(`There is no store at ${path}.`);
  // Before SQLite writes to it, so that it is never open to others, and no file is ever overwritten.
  closeSync(openNew(file));
  try {
    const source = new DatabaseSync(path, { readOnly: true });
    try {
      source.prepare('vacuum into ?').run(file);
    } finally {
      source.close();
    }
    toDisk(file);
    return checked(file);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

function openNew(file: string): number {
  try {
    return openSync(file, 'wx', 0o600);
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'EEXIST')
      throw new Error(`${file} is there already: a backup never overwrites anything.`, { cause: error });
    throw error;
  }
}

function toDisk(file: string): void {
  const descriptor = openSync(file, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function checked(file: string): BackedUp {
  const copy = new DatabaseSync(file, { readOnly: true });
  try {
    if (copy.prepare('pragma integrity_check').get()?.integrity_check !== 'ok')
      throw new Error('the copy is not whole: the store itself may be damaged');
    const row = copy.prepare('select seq, hash from audit order by seq desc limit 1').get();
    return row && head.parse(row);
  } finally {
    copy.close();
  }
}
