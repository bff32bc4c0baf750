import { describe, expect, test } from 'vitest';
import type { ClusterSettings } from '../../src/gateway/settings.ts';
import { createAuthority } from './certificates.ts';
import { openRawClient } from './raw-client.ts';
import { startGateway, temporaryFile } from './start-gateway.ts';

const LIVE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';

const ours = await createAuthority('ours');
const theirs = await createAuthority('theirs');
const server = await ours.issue();
const expired = await ours.issue({ expired: true });
const workload = await ours.issue();
const stranger = await theirs.issue();

type Tls = Omit<ClusterSettings['tls'], 'disable' | 'insecure'> & { readonly insecure?: boolean };

/** The ending of a revocation on a cluster with this certificate, asked with these options; files hold the PEM texts. */
async function revoke(cluster: { cert: string; key: string; ca?: string }, { insecure = false, ...pem }: Tls) {
  const files = Object.fromEntries(Object.entries(pem).map(([option, text]) => [option, temporaryFile(text)]));
  const tls = { insecure, disable: false, ...files };
  const running = await startGateway({ cluster: { tls: cluster }, profile: { tls } });
  const ending = await openRawClient(running.address).revoke({ tokenId: LIVE });
  return { ending, deletes: running.cluster.deletes };
}

test('trusts a cluster whose certificate the given authority signed', async () => {
  const { ending } = await revoke(server, { ca: ours.cert });

  expect(ending.reply).toMatchObject({ outcome: 1, clusterStatus: 204 });
});

test.each([
  ['another authority signed it', server, { ca: theirs.cert }],
  ['no authority is given and nobody known signed it', server, {}],
  ['it has expired', expired, { ca: ours.cert }],
])('sends nothing to a cluster when %s', async (_why, cluster, tls) => {
  const { ending, deletes } = await revoke(cluster, tls);

  expect(ending).toMatchObject({ status: 'ABORTED' });
  expect(ending.details).toMatch(/^the cluster cannot be reached: [A-Z_]+$/);
  expect(deletes).toEqual([]);
});

test.each([
  ['self-made', server],
  ['expired', expired],
])('takes a %s certificate where `insecure` says so', async (_what, cluster) => {
  const { ending } = await revoke(cluster, { insecure: true });

  expect(ending.reply).toMatchObject({ outcome: 1 });
});

describe('a cluster that asks for a client certificate', () => {
  const asking = { ...server, ca: ours.cert };

  test('lets the right one in', async () => {
    const { ending } = await revoke(asking, { ca: ours.cert, cert: workload.cert, key: workload.key });

    expect(ending.reply).toMatchObject({ outcome: 1 });
  });

  test.each([
    ['none', {}],
    ["another authority's", { cert: stranger.cert, key: stranger.key }],
  ])('refuses %s, and nothing is revoked', async (_what, own) => {
    const { ending, deletes } = await revoke(asking, { ca: ours.cert, ...own });

    expect(['ABORTED', 'UNAVAILABLE']).toContain(ending.status);
    expect(deletes).toEqual([]);
  });
});

test('says in plain words that a cluster does not speak TLS at all', async () => {
  const running = await startGateway({ profile: { tls: { insecure: true, disable: false } } });

  const ending = await openRawClient(running.address).revoke({ tokenId: LIVE });

  expect(ending).toMatchObject({ status: 'ABORTED' });
  expect(running.cluster.requests).toEqual([]);
});

test('does not start when a file of the TLS settings is missing', async () => {
  const tls = { insecure: false, disable: false, ca: '/nonexistent/ca.pem' };

  await expect(startGateway({ profile: { tls } })).rejects.toThrow('/nonexistent/ca.pem');
});
