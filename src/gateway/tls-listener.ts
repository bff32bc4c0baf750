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
/** How often to look for changed files and for clients whose certificate has expired since. */
const LOOK_EVERY_MS = 60_000;
/** How long calls may go on over a connection that is to be made anew. */
const DRAIN_MS = 10_000;

export interface TlsListenerOptions {
  readonly grpc: GrpcServer;
  /** `host:port`; port 0 takes any free one. */
  readonly listen: string;
  readonly tls: TlsSettings;
  readonly logger: Logger;
  readonly lookEveryMs?: number | undefined;
}

/** A port where only known clients are let in. */
export interface TlsListener {
  readonly port: number;
  /** Takes no more connections, and resolves when those there are have ended. */
  close(): Promise<void>;
}

/**
 * Listens, and hands connections to the gRPC server whose client has shown a valid certificate with a name on the list.
 * All others are refused before a byte of HTTP/2 is read, and logged with the reason. Who may come in is decided here and
 * not in calls, whose `UNAUTHENTICATED` and `PERMISSION_DENIED` are answers of the cluster. When the files have changed
 * or a certificate has expired, everybody has to connect anew; calls in flight end first.
 */
export async function listenOverTls(options: TlsListenerOptions): Promise<TlsListener> {
  const { grpc, listen, tls, logger, lookEveryMs = LOOK_EVERY_MS } = options;
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure()); // secured here
  const reconnect = () => injector.drain(DRAIN_MS);
  const { server, renew } = createTlsServer(tls, logger, reconnect);
  const clients = new Set(tls.clients.map((name) => (name.includes(':') ? name : name.toLowerCase())));
  const refusals = createRefusalLog(logger);
  const expiries = new Map<TLSSocket, number>();
  server.on('tlsClientError', (error, socket) => refusals.add(socket, { reason: tlsReason(codeOf(error)) }));
  server.on('secureConnection', (socket) => {
    socket.on('error', () => socket.destroy());
    const refused = refusal(socket, clients);
    if (refused) refusals.add(socket, refused);
    if (refused || !server.listening) return void socket.destroy();
    expiries.set(socket, socket.getPeerX509Certificate()?.validToDate.getTime() ?? 0);
    socket.once('close', () => expiries.delete(socket));
    injector.injectConnection(socket);
  });
  const timer = setInterval(() => {
    renew();
    if (Math.min(...expiries.values()) < Date.now()) reconnect();
  }, lookEveryMs).unref();
  const port = await bound(server, listen);
  return {
    port,
    close: () => {
      clearInterval(timer);
      refusals.close();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A server that uses the files as they are when a client connects, or as they are at `renew`. */
function createTlsServer(files: TlsFiles, logger: Logger, onChange: () => void): { server: Server; renew: () => void } {
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
  const renew = () => {
    const current = identity.current();
    if (used === current) return;
    used = current;
    server.setSecureContext(context());
    logger.info('certificates have changed, all connections are made anew');
    onChange();
  };
  // Before the handshake, so that the first connection after a change already meets the new files.
  server.prependListener('connection', renew);
  return { server, renew };
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
