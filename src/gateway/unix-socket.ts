import { lstatSync, unlinkSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { makeDirectory } from '../make-directory.ts';
import { reasonOf } from './failure.ts';

/** What Linux and macOS allow for a socket's path, the smaller of the two. */
const MAX_PATH_BYTES = 103;
/** What connecting to a socket without a listener says. */
const GONE: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT']);

/**
 * Makes the path ready to listen on: its directory exists and is ours alone, and a socket that nobody listens on any
 * more is removed. Throws an `Error` that names the path when somebody does, or when the directory is not ours.
 */
export async function claimSocket(path: string): Promise<void> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw new Error(`The socket path ${path} is too long for the system.`);
  const directory = dirname(path);
  makeDirectory(directory);
  const { uid, mode } = lstatSync(directory);
  // Whoever may write there could put a socket of their own in its place.
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) {
    throw new Error(`The directory ${directory} must belong to this user and be closed to all others (chmod 700).`);
  }
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw new Error(`${path} is in the way: it is not a socket.`);
  if (await isListening(path)) throw new Error(`Another program listens on ${path} already.`);
  unlinkSync(path);
}

async function isListening(path: string): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const probe = createConnection(path, () => resolve(true));
  probe.once('error', (error) => {
    if (GONE.has(reasonOf(error))) resolve(false);
    else reject(new Error(`The socket ${path} cannot be probed.`, { cause: error }));
  });
  return promise.finally(() => probe.destroy());
}
