import type { Logger } from './logger.ts';
import { createTokenIndex, type TokenIndex } from './revocation/looking/token-index.ts';
import {
  createTokenReader,
  type TokenReader,
  type TokenReaderDependencies,
} from './revocation/looking/token-reader.ts';
import type { ProfileName } from './revocation/token.ts';

/** Tokens for people to look at, and to choose from. */
export interface TokenReading {
  readonly tokenReader: TokenReader;
  readonly tokenIndex: TokenIndex;
}

export interface TokenReadingOptions extends Omit<TokenReaderDependencies, 'onFailure'> {
  readonly log: Logger;
}

export function createTokenReading({ log, ...dependencies }: TokenReadingOptions): TokenReading {
  const onFailure = (error: unknown, profile: ProfileName) =>
    log.warn({ err: error, profile }, 'tokens could not be read, or not shown');
  return {
    tokenReader: createTokenReader({ ...dependencies, onFailure }),
    tokenIndex: createTokenIndex({ ...dependencies, onFailure }),
  };
}
