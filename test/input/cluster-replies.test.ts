import { expect, test } from 'vitest';
import { TokenServiceError } from '../../src/revocation/token-service.ts';
import { startGateway } from '../gateway/start-gateway.ts';
import { replyCases } from '../support/corpus.ts';
import { figures } from '../support/sizes.ts';
import { revokeRequest } from '../tokens/contract.ts';

const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';

test('every reply of a cluster means to the bot what it should, and none but a confirmation means revoked', async () => {
  const { cluster, service, logText } = await startGateway();
  const [token] = cluster.tokens.filter(({ id }) => id === LIVE);
  if (!token) throw new Error('the sandbox cluster has another seed');
  const wrong: unknown[] = [];

  for (const { name, to, reply, means } of replyCases) {
    cluster.put(token);
    const fault = cluster.fault({ method: to }, reply);
    const outcome = await (to === 'GET' ? read() : revoke());
    fault.remove();
    if (outcome !== means) wrong.push([name, outcome]);
    if (fault.hits !== 1) wrong.push([name, 'never answered so']);
  }

  figures('replies of a cluster', { cases: replyCases.length });
  expect(wrong).toEqual([]);
  expect(logText()).not.toContain('Zm9vYmFyYmF6');

  async function read(): Promise<string> {
    const reading = await service.get({ profile: 'default', tokenId: LIVE, timeoutMs: 5_000 }).catch(kindOf);
    if (typeof reading === 'string') return reading;
    if (!reading.token) return 'not found';
    return reading.token.revokedAt ? 'revoked' : 'live';
  }

  async function revoke(): Promise<string> {
    const revoked = await service.revoke(revokeRequest()).catch(kindOf);
    return typeof revoked === 'string' ? revoked : revoked.outcome;
  }
});

function kindOf(error: unknown): string {
  if (error instanceof TokenServiceError) return error.kind;
  throw error;
}
