import type { Token } from '../generated/influxchatops/token/v1/token_service.ts';
import { clustered } from './backends/clustered.ts';
import { dedicated } from './backends/dedicated.ts';
import type { ManagementToken } from './management-token.ts';
import type { ClusterSettings } from './settings.ts';

/** What all calls to a cluster have in common. */
export interface ClusterCall {
  readonly requestId: string;
  /** The whole exchange takes no longer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tokens of one cluster. Every implementation passes the gateway's contract. All throw `Failure`: `NOT_FOUND` when the
 * cluster itself says that it knows no token with this ID.
 */
export interface Backend {
  /** The token as it is now. */
  get(tokenId: string, call: ClusterCall): Promise<Token>;
  /** Every token, as they arrive. */
  list(call: ClusterCall): AsyncIterable<Token>;
  /** Resolves when the cluster has confirmed that it revoked the token in this one attempt. */
  revoke(tokenId: string, call: ClusterCall): Promise<void>;
  close(): Promise<void>;
}

export interface BackendOptions {
  readonly settings: ClusterSettings;
  readonly managementToken: ManagementToken;
}

const BACKENDS: Readonly<Record<ClusterSettings['product'], (options: BackendOptions) => Backend>> = {
  clustered,
  dedicated,
};

/** The backend for the cluster's product. Opens no connection yet; throws when the settings cannot work. */
export function createBackend(options: BackendOptions): Backend {
  return BACKENDS[options.settings.product](options);
}
