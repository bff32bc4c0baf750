import { isLoopback } from './addresses.ts';
import type { Surroundings } from './environment.ts';
import type { Config } from './schema.ts';

/** Where the bot tells how it is. */
export interface AdminSettings {
  readonly host: string;
  readonly port: number;
}

/** Where to listen for `/healthz`, `/readyz` and `/metrics`; undefined when nowhere. */
export function adminSettings({ listen }: Config['admin'], { findings }: Surroundings): AdminSettings | undefined {
  const [, host = '127.0.0.1', port] = /^(?:(.*):)?(\d+)$/.exec(listen ?? '') ?? [];
  if (port === undefined) return undefined;
  if (!isLoopback(host)) {
    findings.warning('admin.listen', 'is not on this machine alone: whoever reaches it reads the metrics');
  }
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}
