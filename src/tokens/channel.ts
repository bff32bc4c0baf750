import { type ClientOptions, credentials } from '@grpc/grpc-js';
import { TokenServiceClient } from '../generated/influxchatops/token/v1/token_service.ts';

const OPTIONS: ClientOptions = {
  // A peer that is stopped or half-open is noticed within 15 s, also between calls.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 5_000,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  // Otherwise the socket's path is the :authority, and HTTP/2 servers that check it refuse.
  'grpc.default_authority': 'localhost',
  // The worker's ladder is the only one that retries.
  'grpc.enable_retries': 0,
};

/** A client of the gateway behind this Unix socket, `unix:/path`; it connects with its first call. */
export function openChannel(address: string, options: ClientOptions = {}): TokenServiceClient {
  // Without TLS only the file system says who listens.
  if (!address.startsWith('unix:')) throw new Error(`A gateway's address is a Unix socket, not ${address}.`);
  return new TokenServiceClient(address, credentials.createInsecure(), { ...OPTIONS, ...options });
}
