import { parseArgs } from 'node:util';
import { startCluster } from '../../sandbox/cluster/cluster.ts';
import { benchTokens } from '../bench-tokens.ts';

// The cluster in a process of its own: `--tokens` live ones, each request takes `--latency` milliseconds.
const { values } = parseArgs({ options: { tokens: { type: 'string' }, latency: { type: 'string' } } });
const cluster = await startCluster({ tokens: benchTokens(Number(values.tokens)) });
cluster.latencyMs = Number(values.latency);
console.log(JSON.stringify({ msg: 'cluster ready', port: cluster.port }));
