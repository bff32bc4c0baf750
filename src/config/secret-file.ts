import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { resolve, sep } from 'node:path';

/** Where Docker and Kubernetes mount secrets: world-readable, in a container of their own. */
const MOUNTS = ['/run/secrets', '/var/run/secrets'];
/** Far more than a bundle of certificates. */
const MAX_BYTES = 1_048_576;

/** Who else may read a file with this absolute path and mode, if that is more than its owner and group; with the cure. */
export function exposure(path: string, mode: number): string | undefined {
  if (MOUNTS.some((mount) => path.startsWith(mount + sep))) return undefined;
  return (mode & 0o006) === 0 ? undefined : `is open to every user of this machine. Run: chmod o-rwx ${path}`;
}

/** Why this file cannot be read as a secret or a certificate, if so. Does not look into it. */
export function fileProblem(path: string): string | undefined {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return `names ${path}, which is not a file`;
    accessSync(path, constants.R_OK);
    if (stats.size === 0) return `names ${path}, which is empty`;
    return stats.size > MAX_BYTES ? `names ${path}, which is too large` : undefined;
  } catch (error) {
    return `names ${path}, which cannot be read (${Error.isError(error) && 'code' in error ? error.code : 'unknown'})`;
  }
}

/** Why this file cannot be used for a secret, if so. Does not look into it. */
export function secretFileProblem(path: string): string | undefined {
  const problem = fileProblem(path);
  if (problem !== undefined) return problem;
  const exposed = exposure(resolve(path), statSync(path).mode);
  return exposed && `names ${path}, which ${exposed}`;
}

/** The secret in this file, without the space around it; or why it cannot be used. */
export function readSecretFile(path: string): { readonly secret: string } | { readonly problem: string } {
  const problem = secretFileProblem(path);
  return problem === undefined ? { secret: readFileSync(path, 'utf8').trim() } : { problem };
}
