import {
  type TokenService,
  TokenServiceError,
  type TokenServiceErrorKind,
  WithdrawnError,
} from '../revocation/token-service.ts';

/** How a call to a cluster ended. */
export type CallResult = 'ok' | TokenServiceErrorKind | 'withdrawn' | 'fault';

/** Hears of every call to a cluster when it has ended. */
export type OnCall = (call: 'get' | 'list' | 'revoke', result: CallResult, tookMs: number) => void;

/** The same token service, timed. */
export function observedTokens(tokens: TokenService, onCall: OnCall): TokenService {
  async function timed<T>(call: 'get' | 'revoke', work: () => Promise<T>): Promise<T> {
    const ended = begun(call);
    try {
      const reply = await work();
      ended('ok');
      return reply;
    } catch (error) {
      ended(resultOf(error));
      throw error;
    }
  }

  function begun(call: Parameters<OnCall>[0]): (result: CallResult) => void {
    const startedAt = performance.now();
    return (result) => onCall(call, result, performance.now() - startedAt);
  }

  return {
    get: (request) => timed('get', () => tokens.get(request)),
    async *list(request) {
      const ended = begun('list');
      let result: CallResult = 'ok';
      try {
        yield* tokens.list(request);
      } catch (error) {
        result = resultOf(error);
        throw error;
      } finally {
        // Whoever stops early has what they wanted.
        ended(result);
      }
    },
    revoke: (request) => timed('revoke', () => tokens.revoke(request)),
  };
}

function resultOf(error: unknown): CallResult {
  if (error instanceof WithdrawnError) return 'withdrawn';
  return error instanceof TokenServiceError ? error.kind : 'fault';
}
