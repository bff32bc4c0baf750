import { type TokenService, TokenServiceError, type TokenServiceErrorKind } from '../revocation/token-service.ts';

/** How a call to a cluster ended. */
export type CallResult = 'ok' | TokenServiceErrorKind | 'fault';

/** Hears of every call to a cluster when it has ended. */
export type OnCall = (call: 'get' | 'revoke', result: CallResult, tookMs: number) => void;

/** The same token service, timed. */
export function observedTokens(tokens: TokenService, onCall: OnCall): TokenService {
  async function timed<T>(call: 'get' | 'revoke', work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const ended = (result: CallResult) => onCall(call, result, performance.now() - startedAt);
    try {
      const reply = await work();
      ended('ok');
      return reply;
    } catch (error) {
      ended(error instanceof TokenServiceError ? error.kind : 'fault');
      throw error;
    }
  }

  return {
    get: (request) => timed('get', () => tokens.get(request)),
    revoke: (request) => timed('revoke', () => tokens.revoke(request)),
  };
}
