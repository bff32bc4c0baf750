import { constants } from 'node:crypto';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { type Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import type { Logger } from '../logger.ts';
import type { TlsFiles } from '../tls/tls-files.ts';
import { openTlsIdentity } from '../tls/tls-identity.ts';
import { tlsReason } from '../tls/tls-reason.ts';
import { clientNames } from './client-names.ts';
import { createRefusalLog } from './refusal-log.ts';
import type { TlsSettings } from './settings.ts';

const HANDSHAKE_TIMEOUT_MS = 5_000;
/** Far more than there are bots. */
const MAX_CONNECTIONS = 256;

export interface TlsListenerOptions {
  readonly grpc: GrpcServer;
  /** `host:port`; port 0 takes any free one. */
  readonly listen: string;
  readonly tls: TlsSettings;
  readonly logger: Logger;
}

/** A port where only known clients are let in. */
export interface TlsListener {
  readonly port: number;
  /** Takes no more connections; those there are stay. */
  close(): void;
}

/**
 * Listens, and hands connections to the gRPC server whose client has shown a valid certificate with a name on the list.
 * All others are refused before a byte of HTTP/2 is read, and logged with the reason. Who may come in is decided here and
 * not in calls, whose `UNAUTHENTICATED` and `PERMISSION_DENIED` are answers of the cluster.
 */
export async function listenOverTls({ grpc, listen, tls, logger }: TlsListenerOptions): Promise<TlsListener> {
  const server = createTlsServer(tls, logger);
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure()); // secured here
  const clients = new Set(tls.clients.map((name) => (name.includes(':') ? name : name.toLowerCase())));
  const refusals = createRefusalLog(logger);
  server.on('tlsClientError', (error, socket) => refusals.add(socket, { reason: tlsReason(codeOf(error)) }));
  server.on('secureConnection', (socket) => {
    socket.on('error', () => socket.destroy());
    const refused = refusal(socket, clients);
    if (refused) refusals.add(socket, refused);
    if (refused || !server.listening) socket.destroy();
    else injector.injectConnection(socket);
  });
  const port = await bound(server, listen);
  return {
    port,
    close: () => {
      refusals.close();
      server.close();
    },
  };
}

/** A server that uses the files as they are when a client connects. */
function createTlsServer(files: TlsFiles, logger: Logger): Server {
  const identity = openTlsIdentity(files, (problem) =>
    logger.error({ problem }, 'changed certificates cannot be used, the old ones stay'),
  );
  let used = identity.current();
  // A session that is taken up again would not be asked for its certificate again.
  const context = () => ({ ...used, secureOptions: constants.SSL_OP_NO_TICKET });
  const server = createServer({
    ...context(),
    requestCert: true,
    // Refused all the same, by `refusal`: Node's own way forgets who it was.
    rejectUnauthorized: false,
    ALPNProtocols: ['h2'],
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  });
  server.maxConnections = MAX_CONNECTIONS;
  // Before the handshake, so that the first connection after a change already meets the new files.
  server.prependListener('connection', () => {
    const current = identity.current();
    if (used === current) return;
    used = current;
    server.setSecureContext(context());
    logger.info('certificates have changed, new connections use them');
  });
  return server;
}

/** Why this client is not let in, if so, and what it calls itself. */
function refusal(
  socket: TLSSocket,
  allowed: ReadonlySet<string>,
): { readonly reason: string; readonly names: readonly string[] } | undefined {
  const certificate = socket.getPeerX509Certificate();
  const names = clientNames(certificate?.subjectAltName);
  if (!certificate) return { reason: 'it showed no certificate', names };
  if (!socket.authorized) return { reason: tlsReason(socket.authorizationError), names };
  if (!names.some((name) => allowed.has(name))) return { reason: 'its certificate has no name in `clients`', names };
  return undefined;
}

async function bound(server: Server, listen: string): Promise<number> {
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(listen) ?? [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (error) =>
    reject(new Error(`The gateway cannot listen on ${listen}: ${codeOf(error)}.`, { cause: error })),
  );
  server.listen({ host, port: Number(port) }, resolve);
  await promise;
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function codeOf(error: unknown): unknown {
  return Error.isError(error) && 'code' in error ? error.code : undefined;
}
