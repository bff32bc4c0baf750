import { statSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import { readTlsFiles, type TlsFiles, tlsProblem } from './tls-files.ts';

/** Who one end of a connection is and whom it trusts, as its files say. */
export interface TlsIdentity {
  /**
   * For `node:tls`, with TLS 1.3 and nothing older; another object once the files have changed. Never throws: files that
   * changed and cannot be used are reported once, and what was read before stays.
   */
  current(): SecureContextOptions;
}

/** Reads the files, and again whenever they have changed. Throws an `Error` fit for a person when they cannot be used. */
export function openTlsIdentity(files: TlsFiles, onProblem: (problem: string) => void): TlsIdentity {
  let version = versionOf(files);
  let options = read(files);
  return {
    current: () => {
      const now = versionOf(files);
      if (now === version) return options;
      version = now;
      try {
        options = read(files);
      } catch (error) {
        onProblem(Error.isError(error) ? error.message : 'they cannot be read');
      }
      return options;
    },
  };
}

function read(files: TlsFiles): SecureContextOptions {
  const texts = readTlsFiles(files);
  const found = tlsProblem(texts);
  if (found) throw new Error(`${files[found.file]} ${found.problem}.`);
  return { ...texts, minVersion: 'TLSv1.3' };
}

/** Changes with every file that is written anew, moved into place, or taken away. */
function versionOf({ ca, cert, key }: TlsFiles): string {
  return [ca, cert, key].map(stamp).join(' ');
}

function stamp(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch {
    return 'missing'; // reading it says why
  }
}
