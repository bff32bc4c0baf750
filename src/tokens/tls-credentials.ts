import { isIP, type Socket } from 'node:net';
import { connect, createSecureContext } from 'node:tls';
import { CallCredentials, ChannelCredentials, type experimental } from '@grpc/grpc-js';
import type { TlsIdentity } from '../tls/tls-identity.ts';
import { tlsReason } from '../tls/tls-reason.ts';

/** A server that says nothing for so long while a connection is made is given up. */
const SILENCE_MS = 5_000;
const UNKNOWN = 'it closed the connection: it may not know this certificate';
/** What a connection that the other end has closed says. */
const CUT: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE']);

export interface TlsCredentialsOptions {
  readonly identity: TlsIdentity;
  /** The name or address that the server's certificate must be made out to. */
  readonly serverName: string;
  /** Hears why no connection is made, once until one is made or the reason is another. */
  readonly onRefusal: (reason: string) => void;
}

type Connector = experimental.SecureConnector;

/**
 * Credentials for channels to one server: TLS 1.3 with a certificate on both ends, each connection with the files as they
 * are when it is made. grpc-js's own take no lowest version, read files once, and wait for a silent server for ever.
 */
export class TlsCredentials extends ChannelCredentials {
  readonly #options: TlsCredentialsOptions;
  #refusal: string | undefined;

  constructor(options: TlsCredentialsOptions) {
    super();
    this.#options = options;
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(_target: unknown, _options: unknown, calls?: CallCredentials): Connector {
    const callCredentials = calls ?? CallCredentials.createEmpty();
    return {
      connect: (socket) => secured(socket, this.#options, (refusal) => this.#ended(refusal)),
      waitForReady: async () => undefined,
      getCallCredentials: () => callCredentials,
      destroy: () => undefined,
    };
  }

  #ended(refusal: string | undefined): void {
    if (refusal && refusal !== this.#refusal) this.#options.onRefusal(refusal);
    this.#refusal = refusal;
  }
}

/** Resolves after the handshake; `onEnd` hears why the server was never heard of, or when it was that all is well. */
async function secured(
  socket: Socket,
  { identity, serverName }: TlsCredentialsOptions,
  onEnd: (refusal: string | undefined) => void,
): Promise<experimental.SecureConnectResult> {
  const { promise, resolve, reject } = Promise.withResolvers<experimental.SecureConnectResult>();
  const connection = connect({
    socket,
    secureContext: createSecureContext(identity.current()),
    host: serverName,
    servername: isIP(serverName) ? '' : serverName, // RFC 6066: an address is not sent
    ALPNProtocols: ['h2'],
    rejectUnauthorized: true, // whatever NODE_TLS_REJECT_UNAUTHORIZED says
  });
  // With TLS 1.3 a server judges our certificate when our part of the handshake is over: its first words say that we are in.
  const isHeard = () => connection.bytesRead > 0;
  let problem: string | undefined;
  const fail = (reason: string) => {
    problem ??= reason;
    connection.destroy();
  };
  connection.once('secureConnect', () => {
    if (connection.alpnProtocol === 'h2') resolve({ socket: connection, secure: true });
    else fail('it does not speak HTTP/2');
  });
  connection.on('error', (error) => {
    const code = codeOf(error);
    fail(connection.authorized && CUT.has(code) ? UNKNOWN : tlsReason(code));
  });
  const timer = setTimeout(() => (isHeard() ? onEnd(undefined) : fail('it said nothing')), SILENCE_MS);
  connection.once('close', () => {
    clearTimeout(timer);
    const refusal = isHeard() ? undefined : (problem ?? UNKNOWN);
    onEnd(refusal);
    reject(new Error(refusal)); // nothing, where it was resolved long ago
  });
  return promise;
}

function codeOf(error: unknown): unknown {
  return Error.isError(error) && 'code' in error ? error.code : undefined;
}
