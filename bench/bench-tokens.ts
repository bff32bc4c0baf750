import type { ClusterToken } from '../sandbox/cluster/seed-tokens.ts';

/** The ID of the nth token of the benchmark's cluster; each begins with eight digits of its own. */
export function tokenId(n: number): string {
  return `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
}

/** So many live tokens, as plain as they come. */
export function benchTokens(count: number): readonly ClusterToken[] {
  return Array.from({ length: count }, (_, n) => ({
    id: tokenId(n),
    description: `telegraf: edge gateways, plant ${n}`,
    permissions: [{ action: 'write', resource: 'sensors' }],
    createdAt: '2025-01-14T08:12:05Z',
  }));
}
