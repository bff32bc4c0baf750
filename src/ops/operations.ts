import type { Logger } from '../logger.ts';
import type { Clock } from '../revocation/clock.ts';
import type { Store } from '../revocation/store.ts';
import type { ProfileName } from '../revocation/token.ts';
import type { TokenService } from '../revocation/token-service.ts';
import type { CertificateDays } from '../tls/certificate-days.ts';
import { openAdminServer } from './admin-server.ts';
import { startAnchor } from './anchor.ts';
import { createClusterWatch } from './cluster-watch.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { observedStore } from './observed-store.ts';
import { observedTokens } from './observed-tokens.ts';
import { createReadiness } from './readiness.ts';

export interface OperationsOptions {
  readonly store: Store;
  readonly tokens: TokenService & { serving(profile: ProfileName): Promise<boolean> };
  readonly clock: Clock;
  readonly log: Logger;
  readonly profiles: readonly ProfileName[];
  /** Where to tell how the bot is; undefined for nowhere. */
  readonly admin: { readonly host: string; readonly port: number } | undefined;
  /** Whether Slack can reach the bot right now. */
  readonly connected: () => boolean;
  readonly certificates: () => ReadonlyMap<ProfileName, CertificateDays>;
}

/** The bot as it is seen from outside. */
export interface Operations {
  /** The store and the token service for the bot to use: the same, watched. */
  readonly store: Store;
  readonly tokens: TokenService;
  /** Hears how the bot and Slack get on. */
  readonly observer: Metrics;
  /** Where the admin port is; undefined when there is none. */
  readonly adminPort: number | undefined;
  stop(): Promise<void>;
}

/** Starts watching, anchoring the audit log and, where it is wanted, telling. Throws an `Error` fit for a person. */
export async function startOperations(options: OperationsOptions): Promise<Operations> {
  const { store, tokens, log, admin } = options;
  const onFault = (error: unknown, doing: string) => log.warn({ err: error, doing }, 'operations failed');
  const metrics = createMetrics(options);
  const readiness = createReadiness({
    ...{ ...options, serving: tokens.serving, onFault },
    cluster: createClusterWatch({ ...options, onFault }),
  });
  const server = admin && (await openAdminServer({ ...admin, readiness, metrics, onFault }));
  if (server) log.info({ host: admin.host, port: server.port }, 'admin port open');
  const anchor = startAnchor(options);
  return {
    store: observedStore(store, {
      ...metrics,
      revocationEnded(tookMs) {
        metrics.revocationEnded(tookMs);
        void anchor.now();
      },
    }),
    tokens: observedTokens(tokens, metrics.clusterCalled),
    observer: metrics,
    adminPort: server?.port,
    async stop() {
      await server?.close();
      await anchor.stop();
    },
  };
}
