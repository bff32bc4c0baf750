import { readFileSync, statSync } from 'node:fs';
import { status } from '@grpc/grpc-js';
import { Failure, reasonOf } from './failure.ts';
import type { ManagementTokenSource } from './settings.ts';

/** The management token of one cluster. */
export interface ManagementToken {
  /** The token as it is now: a file that changed is read again. Throws a `Failure` when there is none to use. */
  read(): Promise<string>;
  /** The cluster refused it: the next `read` looks at the file again, changed or not. */
  refused(): void;
}

/** The management token from where the settings say. Nothing is read yet. */
export function createManagementToken(source: ManagementTokenSource): ManagementToken {
  if ('value' in source) return { read: async () => usable(source.value), refused: () => undefined };
  let known: { readonly version: string; readonly token: string } | undefined;
  return {
    read: async () => {
      try {
        // Asked for every request: a look that waits for a thread costs more than all the rest of a request.
        const { ino, mtimeMs, size } = statSync(source.file);
        const version = `${ino} ${mtimeMs} ${size}`;
        if (known?.version !== version) known = { version, token: readFileSync(source.file, 'utf8') };
      } catch (error) {
        const message = `the file of the management token cannot be read: ${reasonOf(error)}`;
        throw new Failure(status.UNAUTHENTICATED, message, { cause: error });
      }
      return usable(known.token);
    },
    refused: () => {
      known = undefined;
    },
  };
}

/** Only what a header can carry, so that no error of the HTTP client ever quotes it. */
function usable(text: string): string {
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new Failure(status.UNAUTHENTICATED, 'the management token is empty or holds characters no header can carry');
}
