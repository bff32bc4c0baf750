import type { Backend, BackendOptions } from '../backend.ts';
import { managementApi, originOf } from '../management-api.ts';

/** InfluxDB Cloud Dedicated: the same API on InfluxData's console, below the account and the cluster. */
export function dedicated(options: BackendOptions): Backend {
  const { name, host = 'console.influxdata.com', accountId, clusterId } = options.settings;
  if (!accountId || !clusterId) throw new Error(`The profile ${name} needs an account ID and a cluster ID.`);
  const path = `/api/v0/accounts/${encodeURIComponent(accountId)}/clusters/${encodeURIComponent(clusterId)}`;
  return managementApi({ origin: originOf(options.settings, host), path }, options);
}
