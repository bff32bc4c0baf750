import { type ClientOptions, credentials } from '@grpc/grpc-js';
import { TokenServiceClient } from '../generated/influxchatops/token/v1/token_service.ts';
import type { TlsFiles } from '../tls/tls-files.ts';
import { openTlsIdentity } from '../tls/tls-identity.ts';
import { TlsCredentials } from './tls-credentials.ts';

/** Where a gateway listens: `unix:/path`, or a port, also on another machine. */
export type GatewayAddress = string | TlsAddress;

/** A port, and the files that prove to either end who the other is. */
export interface TlsAddress extends TlsFiles {
  /** `host:port` */
  readonly address: string;
  /** The name in the gateway's certificate, where it is not the host. */
  readonly serverName?: string | undefined;
}

/** Hears why no connection is made to a gateway at a port, or why changed files are not used; once for each time it begins. */
export type OnTrouble = (address: string, reason: string) => void;

const OPTIONS: ClientOptions = {
  // A peer that is stopped or half-open is noticed within 15 s, also between calls.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 5_000,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  // The worker's ladder is the only one that retries.
  'grpc.enable_retries': 0,
};

// Otherwise the socket's path is the :authority, and HTTP/2 servers that check it refuse.
const OPTIONS_OVER_SOCKET: ClientOptions = { ...OPTIONS, 'grpc.default_authority': 'localhost' };

/** A client of the gateway at this address; it connects with its first call. Throws when files for TLS cannot be used. */
export function openChannel(
  gateway: GatewayAddress,
  options: ClientOptions = {},
  onTrouble?: OnTrouble,
): TokenServiceClient {
  if (typeof gateway === 'string') {
    // Without TLS only the file system says who listens.
    if (!gateway.startsWith('unix:'))
      throw new Error(`Without TLS a gateway's address is a Unix socket, not ${gateway}.`);
    return new TokenServiceClient(gateway, credentials.createInsecure(), { ...OPTIONS_OVER_SOCKET, ...options });
  }
  const { address, serverName = hostOf(address), ...files } = gateway;
  const trouble = (reason: string) => onTrouble?.(address, reason);
  const identity = openTlsIdentity(files, trouble);
  const secure = new TlsCredentials({ identity, serverName, onRefusal: trouble });
  return new TokenServiceClient(`dns:${address}`, secure, { ...OPTIONS, ...options });
}

/** `gateway.example.com:8443` and `[::1]:8443` without their ports and brackets. */
function hostOf(address: string): string {
  return address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}
