import { randomUUID } from 'node:crypto';
import type { ClusterToken } from '../../sandbox/cluster/seed-tokens.ts';

/** So many live tokens that nobody else has. */
export function freshTokens(count: number): readonly ClusterToken[] {
  return Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    description: `telegraf ${index}`,
    permissions: [{ action: 'write', resource: 'sensors' }],
    createdAt: '2026-01-01T00:00:00Z',
  }));
}
