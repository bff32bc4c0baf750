import type { Backend, BackendOptions } from '../backend.ts';
import { managementApi, originOf } from '../management-api.ts';

/** InfluxDB Clustered: the Management API on the cluster's own host. */
export function clustered(options: BackendOptions): Backend {
  const { name, host } = options.settings;
  if (host === undefined) throw new Error(`The profile ${name} needs a host.`);
  return managementApi({ origin: originOf(options.settings, host), path: '/api/v0' }, options);
}
