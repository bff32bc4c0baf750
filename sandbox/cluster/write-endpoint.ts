import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Cluster } from './cluster.ts';
import type { ClusterToken } from './seed-tokens.ts';

/** Where clients write points: the other side of the cluster, which asks for database tokens instead of a management token. */
export interface WriteEndpoint {
  /** `POST ?bucket=DATABASE` with `Authorization: Token SECRET`, as InfluxDB's v2 API takes it. */
  readonly url: string;
  /** The value of a token: what leaks. Nobody but a client of the sandbox ever holds it. */
  secretOf(tokenId: string): string;
  close(): Promise<void>;
}

/** Opens it on 127.0.0.1. A token that is revoked writes nothing from that moment on. */
export async function openWriteEndpoint(cluster: Pick<Cluster, 'tokens'>): Promise<WriteEndpoint> {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => answer(cluster.tokens, request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('a listening server has a port');
  return {
    url: `http://127.0.0.1:${address.port}/api/v2/write`,
    secretOf,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(tokens: readonly ClusterToken[], { url = '/', headers }: IncomingMessage, response: ServerResponse) {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  if (pathname !== '/api/v2/write') return end(response, 404);
  const secret = headers.authorization?.replace(/^(Token|Bearer) /, '');
  const token = tokens.find(({ id }) => secretOf(id) === secret);
  if (!token || token.revokedAt) return end(response, 401);
  return end(response, mayWrite(token, searchParams.get('bucket') ?? '') ? 204 : 403);
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

function mayWrite({ permissions }: ClusterToken, database: string): boolean {
  return permissions.some(({ action, resource }) => action === 'write' && (resource === '*' || resource === database));
}

function secretOf(tokenId: string): string {
  return `apiv1_sandbox_${createHash('sha256').update(tokenId).digest('base64url')}`;
}
