import { readFileSync } from 'node:fs';
import { status } from '@grpc/grpc-js';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { assertAllowed, type Base } from './allowed-request.ts';
import { Failure, protocolFailure, reasonOf } from './failure.ts';
import type { ClusterSettings } from './settings.ts';

/** One request to the cluster. */
interface ClusterRequest {
  readonly method: 'GET' | 'DELETE';
  /** The whole path, the base included. */
  readonly path: string;
  readonly managementToken: string;
  readonly requestId: string;
  /** From the first byte sent to the last byte read. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The head of a reply, and its body, which must be read to its end or destroyed. */
export type ClusterReply = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

/** HTTP to one cluster: kept-alive connections, no redirects, no compression, no retries. */
export interface ClusterConnection {
  /** Sends one request and resolves with the head of the reply, whatever its status. Throws a `Failure` when none comes. */
  send(request: ClusterRequest): Promise<ClusterReply>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 3_000;

/** Opens nothing yet. Throws when a file of the TLS settings cannot be read. */
export function createClusterConnection(base: Base, { tls, limits }: ClusterSettings): ClusterConnection {
  const agent = new Agent({
    connect: connector(tls),
    connections: limits.concurrency,
    pipelining: 1,
    allowH2: false,
    maxHeaderSize: 16_384,
    // The timeout of the whole request is the only one.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    send: async ({ method, path, managementToken, requestId, timeoutMs, signal }) => {
      const target = { method, origin: base.origin, path };
      assertAllowed(base, target);
      const headers = {
        authorization: `Bearer ${managementToken}`,
        accept: 'application/json',
        'accept-encoding': 'identity',
        'x-request-id': requestId,
      };
      const timeout = AbortSignal.timeout(Math.ceil(timeoutMs));
      const ends = signal ? AbortSignal.any([timeout, signal]) : timeout;
      return agent.request({ ...target, method, headers, signal: ends }).catch((error) => {
        throw lostReply(error);
      });
    },
    close: () => agent.destroy(),
  };
}

/** No connection was made, so nothing was sent. It has no `code`: undici decides by the codes it knows what it retries. */
class NotConnected extends Error {
  override readonly name = 'NotConnected';
}

function connector({ insecure, ca, cert, key }: ClusterSettings['tls']): buildConnector.connector {
  const connect = buildConnector({
    rejectUnauthorized: !insecure,
    minVersion: 'TLSv1.2', // whatever the gateway asks of its own callers
    timeout: CONNECT_TIMEOUT_MS,
    allowH2: false,
    ...(ca && { ca: readFileSync(ca) }),
    ...(cert && { cert: readFileSync(cert) }),
    ...(key && { key: readFileSync(key) }),
  });
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error) callback(new NotConnected('not connected', { cause: error }), null);
      else callback(null, socket);
    });
}

/** What an error without a reply, or in the middle of one, says about the request. Passes a `Failure` through. */
export function lostReply(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const cause = { cause: error };
  if (error instanceof NotConnected) return unreachable(error.cause);
  if (isHandshakeAlert(error)) return unreachable(error);
  const is = (...names: readonly string[]) => Error.isError(error) && names.includes(error.name);
  if (is('TimeoutError')) return new Failure(status.DEADLINE_EXCEEDED, 'the cluster did not answer in time', cause);
  if (is('AbortError')) return new Failure(status.CANCELLED, 'the caller gave up', cause);
  if (is('HTTPParserError', 'HeadersOverflowError')) return protocolFailure('a reply that is not HTTP', cause);
  return new Failure(status.UNAVAILABLE, `the connection to the cluster was lost: ${reasonOf(error)}`, cause);
}

function unreachable(cause: unknown): Failure {
  return new Failure(status.ABORTED, `the cluster cannot be reached: ${reasonOf(cause)}`, { cause });
}

/** With TLS 1.3 the refusal of our certificate arrives when we believe to be connected; the cluster read no request. */
function isHandshakeAlert(error: unknown): boolean {
  return /^ERR_SSL_.*ALERT_(.*CERTIFICATE.*|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)$/.test(reasonOf(error));
}
