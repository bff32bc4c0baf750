import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { assertAllowed } from '../../src/gateway/allowed-request.ts';
import { createBackend } from '../../src/gateway/backend.ts';
import { createManagementToken } from '../../src/gateway/management-token.ts';
import { openRawClient } from './raw-client.ts';
import { startGateway } from './start-gateway.ts';

const BASE = { origin: 'https://cluster.example.com', path: '/api/v0' };
const ID = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';

function allows(method: string, path: string, origin = BASE.origin): boolean {
  try {
    assertAllowed(BASE, { method, path, origin });
    return true;
  } catch {
    return false;
  }
}

test('the gateway may make three requests', () => {
  expect(allows('GET', '/api/v0/tokens')).toBe(true);
  expect(allows('GET', `/api/v0/tokens/${ID}`)).toBe(true);
  expect(allows('DELETE', `/api/v0/tokens/${ID}`)).toBe(true);
});

test.each([
  ['DELETE', '/api/v0/tokens'],
  ['DELETE', '/api/v0/tokens/'],
  ['GET', '/api/v0/tokens/'],
  ['GET', '/api/v0/tokens?all'],
  ['GET', '/api/v0/databases'],
  ['DELETE', '/api/v0/databases/prod'],
  ['DELETE', '/api/v0/tokens/../databases/prod'],
  ['DELETE', `/api/v0/tokens/${ID}/../../databases/prod`],
  ['DELETE', `/api/v0/tokens/${ID}?x`],
  ['DELETE', `/api/v0/tokens/${ID}#x`],
  ['DELETE', `/api/v0/tokens/${ID.toUpperCase()}`],
  ['DELETE', `/api/v0/tokens/${ID}\r\nX: y`],
  ['DELETE', `/api/v0//tokens/${ID}`],
  ['DELETE', `/tokens/${ID}`],
  ['POST', '/api/v0/tokens'],
  ['PATCH', `/api/v0/tokens/${ID}`],
  ['HEAD', `/api/v0/tokens/${ID}`],
  ['delete', `/api/v0/tokens/${ID}`],
])('never %s %s', (method, path) => {
  expect(allows(method, path)).toBe(false);
});

test.each(['http://cluster.example.com', 'https://cluster.example.com:8443', 'https://evil.example', ''])(
  'never to %s',
  (origin) => {
    expect(allows('GET', '/api/v0/tokens', origin)).toBe(false);
  },
);

test('invariant 7: of all methods and paths only the three pass', () => {
  const exact = /^\/api\/v0\/tokens(\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/;
  const piece = fc.oneof(
    fc.constantFrom('/api/v0', '/tokens', '/', '..', '%2e%2e', ID, '?', '#', '\n', '\0'),
    fc.string(),
  );
  const path = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
  const method = fc.constantFrom('GET', 'DELETE', 'POST', 'PUT', 'get', '');

  fc.assert(
    fc.property(method, path, (verb, text) => {
      const one = exact.test(text) && text.endsWith('tokens') === false;
      const expected = (verb === 'GET' && exact.test(text)) || (verb === 'DELETE' && one);
      expect(allows(verb, text)).toBe(expected);
    }),
  );
});

const HOSTILE = [
  '',
  '../databases/prod',
  '..%2fdatabases%2fprod',
  '%2e%2e/databases/prod',
  `${ID}/../../databases/prod`,
  `${ID}/`,
  `${ID}?x=1`,
  `${ID}#`,
  ` ${ID}`,
  `${ID}\n`,
  `${ID}\r\nHost: evil`,
  `${ID}\0`,
  ID.toUpperCase(),
  ID.replaceAll('-', ''),
  `{${ID}}`,
  `urn:uuid:${ID}`,
  'gb9bea7b-6f18-40c4-a842-ad85a63a0f73',
  'ｂb9bea7b-6f18-40c4-a842-ad85a63a0f73',
  '__proto__',
  'constructor',
  'apiv1_c2VjcmV0c2VjcmV0c2VjcmV0',
  'a'.repeat(100_000),
];

describe('invariant 7, on the wire', () => {
  test('a hostile ID is INVALID_ARGUMENT before anything leaves', async () => {
    const { cluster, address, logText } = await startGateway();
    const client = openRawClient(address);

    for (const tokenId of HOSTILE) {
      expect(await client.get({ tokenId })).toMatchObject({ status: 'INVALID_ARGUMENT' });
      expect(await client.revoke({ tokenId })).toMatchObject({ status: 'INVALID_ARGUMENT' });
    }

    expect(cluster.requests).toEqual([]);
    expect(logText()).not.toContain('apiv1_');
  });

  test('a UUID of any version is sent as it is', async () => {
    const { cluster, address } = await startGateway();
    const client = openRawClient(address);
    const ids = ['1', '4', '7', '8'].map((version) => `018f2f3a-0000-${version}000-8000-0123456789ab`);

    for (const tokenId of ids) await client.get({ tokenId });

    expect(cluster.requests.map(({ path }) => path)).toEqual(ids.map((id) => `/api/v0/tokens/${id}`));
  });

  test('a hostile ID is stopped even behind the service, where the request would leave', async () => {
    const { cluster, settings } = await startGateway();
    const [profile] = settings.clusters;
    if (!profile) throw new Error('There is one profile.');
    const backend = createBackend({
      settings: profile,
      managementToken: createManagementToken(profile.managementToken),
    });
    onTestFinished(() => backend.close());
    const call = { requestId: 'request-1', timeoutMs: 1_000 };

    for (const tokenId of HOSTILE) {
      await expect(backend.get(tokenId, call)).rejects.toThrow('A request that no gateway may make was stopped.');
      await expect(backend.revoke(tokenId, call)).rejects.toThrow('A request that no gateway may make was stopped.');
    }

    expect(cluster.requests).toEqual([]);
  });

  test.each(['two words', 'a\r\nX-Evil: 1', 'é', 'x'.repeat(129)])(
    'the request ID %j never becomes a header',
    async (requestId) => {
      const { cluster, address } = await startGateway();

      const ending = await openRawClient(address).revoke({ tokenId: ID, requestId });

      expect(ending).toMatchObject({ status: 'INVALID_ARGUMENT' });
      expect(cluster.requests).toEqual([]);
    },
  );
});
