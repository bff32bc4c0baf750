import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';

const WAIT_MS = 3_000;
const EVERY_MS = 100;

/**
 * Holds an SQLite store for this process alone, until released or until the process is gone, however it goes. Waits up
 * to 3 s for another one to leave; then throws, naming it.
 */
export async function holdAlone(path: string): Promise<{ release(): void }> {
  const holderFile = `${path}.holder`;
  // A file of its own: the lock must not stand in the way of backups that read the store.
  const lock = new DatabaseSync(`${path}.lock`);
  lock.exec('pragma busy_timeout = 0');
  for (let waited = 0; !locked(lock); waited += EVERY_MS) {
    if (waited >= WAIT_MS) {
      lock.close();
      throw new Error(
        `${path} is in use by ${holder(holderFile)}. Only one process may use an SQLite store: stop that one, or give this one a store of its own.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  writeFileSync(holderFile, `process ${process.pid} on ${hostname()}, since ${new Date().toISOString()}\n`, {
    mode: 0o600,
  });
  return { release: () => lock.close() };
}

/** Who holds this store now; undefined when nobody does. Only looks: it keeps nobody from holding it, and leaves nothing behind. */
export function holderOf(path: string): string | undefined {
  if (!existsSync(`${path}.lock`)) return undefined;
  using lock = new DatabaseSync(`${path}.lock`, { readOnly: true, timeout: 0 });
  return unlessLocked(() => lock.exec('select count(*) from sqlite_master')) ? undefined : holder(`${path}.holder`);
}

function locked(lock: DatabaseSync): boolean {
  return unlessLocked(() => lock.exec('begin exclusive'));
}

function unlessLocked(step: () => void): boolean {
  try {
    step();
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes('locked')) return false;
    throw error;
  }
}

function holder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    // It is only a courtesy: the lock decides, whether or not its holder left a name.
    return 'another process';
  }
}
