import { describe, expect, test, vi } from 'vitest';
import type { ClusterToken } from '../../sandbox/cluster/seed-tokens.ts';
import { breakIn } from '../../src/store/audit-chain.ts';
import { auditOf } from '../store/audit-of.ts';
import { openCommitProxy } from '../support/commit-proxy.ts';
import { planFor, resultOf } from '../support/operator.ts';
import { withThrowawayPostgres } from '../support/postgres.ts';
import { type Bots, startBots } from '../support/start-bots.ts';

const { PATH, HOME, TMPDIR } = process.env;
const TIMEOUT_MS = 240_000;

withThrowawayPostgres((server) => {
  /** Two bots on one database of their own. */
  async function two(transport: 'http' | 'socket') {
    const url = await server().newDatabase();
    const bots = await startBots({ transport, databaseUrls: [url, url], environment: { PATH, HOME, TMPDIR } });
    return { url, ...bots };
  }

  describe.each(['http', 'socket'] as const)('two bots over %s', (transport) => {
    test(
      'a click that reaches another bot than the command works, once',
      async () => {
        const { url, slack, cluster, other } = await two(transport);
        const tokens = live(cluster).slice(0, 3);
        const plan = await planFor(slack, tokens);

        // Over Socket Mode, Slack itself gives the next request to the other connection.
        if (transport === 'http') other.choose();
        const result = await resultOf(await slack.click(plan, 'Revoke'));

        expect(result.plainText()).toContain('3 revoked');
        expect([...cluster.deletes].sort()).toEqual(idsOf(tokens));
        await expectOneTruth(url, tokens);
      },
      TIMEOUT_MS,
    );
  });

  test(
    'invariant 4: the same click at both bots at once revokes once',
    async () => {
      const { url, slack, cluster, one, other } = await two('http');
      const tokens = live(cluster).slice(0, 2);
      const plan = await planFor(slack, tokens);
      cluster.latencyMs = 100;

      const clicks = Array.from({ length: 10 }, (_, n) => {
        (n % 2 ? one : other).choose();
        return slack.click(plan, 'Revoke');
      });
      await Promise.all(clicks);
      await plan.updated((version) => version.plainText().includes('2 revoked'));

      expect([...cluster.deletes].sort()).toEqual(idsOf(tokens));
      expect((await auditOf(url)).filter(({ action }) => action === 'plan claimed')).toHaveLength(1);
      await expectOneTruth(url, tokens);
    },
    TIMEOUT_MS,
  );

  test(
    'invariant 11: a bot killed in the middle of a revocation is taken over, and nothing is doubled',
    async () => {
      const { url, slack, cluster, one } = await two('http');
      const tokens = live(cluster).slice(0, 8);
      const plan = await planFor(slack, tokens);
      cluster.latencyMs = 1_500;
      const deleting = firstDelete(cluster);
      await slack.click(plan, 'Revoke');
      await deleting;

      await one.process.kill();
      cluster.latencyMs = 0;
      const result = await plan.updated((version) => version.plainText().includes('8 revoked'));

      for (const { id } of tokens) expect(result.plainText()).toContain(`${id.slice(0, 8)}: revoked`);
      await expectOneTruth(url, tokens);
      expect(results(slack, '8 revoked')).toBe(1);
    },
    TIMEOUT_MS,
  );

  test(
    'a command whose bot is killed is shown by the other, and a click too',
    async () => {
      const { url, slack, cluster, one, other } = await two('http');
      const tokens = live(cluster).slice(0, 1);
      cluster.fault({ method: 'GET' }, { kind: 'hang' });
      const asked = new Promise<void>((resolve) => {
        cluster.onRequest(() => resolve());
      });
      const command = await slack.command('/influx', `token revoke ${tokens[0]?.id}`);
      await asked;

      await one.process.kill();
      const plan = await command.answer();
      other.choose();
      const result = await resultOf(await slack.click(plan, 'Revoke'));

      expect(result.plainText()).toContain('1 revoked');
      await expectOneTruth(url, tokens);
    },
    TIMEOUT_MS,
  );

  test(
    'invariant 11: a bot stopped for longer than its lease writes nothing and sends nothing when it wakes up',
    async () => {
      const { url, slack, cluster, one, other } = await two('http');
      const tokens = live(cluster).slice(0, 6);
      const plan = await planFor(slack, tokens);
      cluster.latencyMs = 1_000;
      const deleting = firstDelete(cluster);
      await slack.click(plan, 'Revoke');
      await deleting;

      process.kill(one.process.pid ?? 0, 'SIGSTOP');
      const result = await plan.updated((version) => version.plainText().includes('6 revoked'));
      const deletes = cluster.deletes.length;
      process.kill(one.process.pid ?? 0, 'SIGCONT');
      // It is awake once it shows a plan again; what it had in hand it has tried to write by then.
      cluster.latencyMs = 0;
      await planFor(slack, live(cluster).slice(6, 7));
      other.choose();
      await planFor(slack, live(cluster).slice(7, 8));

      expect(result.plainText()).toContain('6 revoked');
      expect(cluster.deletes).toHaveLength(deletes);
      expect(results(slack, '6 revoked')).toBe(1);
      await expectOneTruth(url, tokens);
    },
    TIMEOUT_MS,
  );

  test(
    'PostgreSQL restarted in the middle of a revocation: both bots go on by themselves',
    async () => {
      const { url, slack, cluster, other } = await two('http');
      const tokens = live(cluster).slice(0, 8);
      const plan = await planFor(slack, tokens);
      cluster.latencyMs = 500;
      const deleting = firstDelete(cluster);
      await slack.click(plan, 'Revoke');
      await deleting;

      await server().crash();
      await server().start();
      const result = await plan.updated((version) => version.plainText().includes('8 revoked'));
      other.choose();
      const next = await planFor(slack, live(cluster).slice(8, 9));

      expect(result.plainText()).toContain('8 revoked');
      expect(next.buttons.map(({ text }) => text)).toContain('Cancel');
      await expectOneTruth(url, tokens);
    },
    TIMEOUT_MS,
  );

  test(
    'the answer to any COMMIT lost: people read the truth, and every token is revoked once',
    async () => {
      const url = await server().newDatabase();
      const proxy = await openCommitProxy(url);
      const { slack, cluster } = await startBots({
        transport: 'http',
        databaseUrls: [proxy.url, url],
        environment: { PATH, HOME, TMPDIR },
      });
      const tokens = live(cluster).slice(0, 4);
      for (let n = 0; n < 10; n += 1) proxy.failNext('answer lost');
      const plan = await planFor(slack, tokens);
      for (let n = 0; n < 20; n += 1) proxy.failNext('answer lost');
      const result = await resultOf(await slack.click(plan, 'Revoke'));

      expect(result.plainText()).toContain('4 revoked');
      expect(proxy.faults).toBeGreaterThan(10);
      expect([...cluster.deletes].sort()).toEqual(idsOf(tokens));
      await expectOneTruth(url, tokens);
    },
    TIMEOUT_MS,
  );

  test(
    'what is left to rotate is told once, and a press that reaches the other bot counts there too',
    async () => {
      const { url, slack, cluster, other } = await two('http');
      const tokens = live(cluster).slice(0, 2);
      await resultOf(await slack.click(await planFor(slack, tokens), 'Revoke'));
      const told = await slack.nextMessage((message) => message.plainText().includes('To rotate: 2 tokens'));

      other.choose();
      const closed = await (await slack.click(told, 'All 2 rotated')).answer();
      // Both bots look every half second; what the other one tells of comes after whatever could be doubled.
      await resultOf(await slack.click(await planFor(slack, live(cluster).slice(0, 1)), 'Revoke'));
      await slack.nextMessage((message) => message.plainText().includes('To rotate: 1 token'));

      expect(closed.plainText()).toContain('Nothing left to rotate: 2 rotated.');
      expect(slack.directMessages('alice')).toHaveLength(2);
      expect((await auditOf(url)).filter(({ action }) => action === 'rotation rotated')).toHaveLength(2);
    },
    TIMEOUT_MS,
  );

  test(
    'an App Home that was opened with one bot follows what happens in the other, also when the first is gone',
    async () => {
      const { slack, cluster, one, other } = await two('http');
      const home = (words: string) =>
        vi.waitFor(() => expect(JSON.stringify(slack.surfaces.home('alice')?.content)).toContain(words), 60_000);
      await slack.surfaces.openHome('alice');
      await home('Nothing waits for your click');

      other.choose();
      const plan = await planFor(slack, live(cluster).slice(0, 1));
      await home('1 plan waiting for your click');
      await one.process.kill();
      await resultOf(await slack.click(plan, 'Revoke'));

      await home('1 revoked');
    },
    TIMEOUT_MS,
  );

  test(
    'a bot that ends properly leaves its work to the other at once',
    async () => {
      const { url, slack, cluster, one, other } = await two('socket');
      const tokens = live(cluster).slice(0, 8);
      const plan = await planFor(slack, tokens);
      cluster.latencyMs = 300;
      const deleting = firstDelete(cluster);
      await slack.click(plan, 'Revoke');
      await deleting;

      await one.process.stop();
      await plan.updated((version) => version.plainText().includes('8 revoked'));

      expect([...cluster.deletes].sort()).toEqual(idsOf(tokens));
      await expectOneTruth(url, tokens);
      await other.process.stop();
    },
    TIMEOUT_MS,
  );
});

/** Each token has one outcome in the audit log, the cluster agrees with it, and the chain holds. */
async function expectOneTruth(url: string, tokens: readonly ClusterToken[]): Promise<void> {
  const log = await auditOf(url);
  expect(breakIn(log)).toBeUndefined();
  expect(log.filter(({ action }) => action === 'revocation finished')).toHaveLength(1);
  for (const { id } of tokens) {
    const outcomes = log.filter(
      ({ subject, action }) => subject === id && /^token (revoked|already|not|failed|unknown|refused)/.test(action),
    );
    expect(outcomes.map(({ action }) => action)).toEqual(['token revoked']);
  }
}

function live({ tokens }: Bots['cluster']): ClusterToken[] {
  return tokens.filter(({ revokedAt, expiresAt }) => !revokedAt && (!expiresAt || new Date(expiresAt) > new Date()));
}

function idsOf(tokens: readonly ClusterToken[]): string[] {
  return tokens.map(({ id }) => id).sort();
}

function firstDelete(cluster: Bots['cluster']): Promise<void> {
  return new Promise((resolve) => {
    cluster.onRequest(({ method }) => method === 'DELETE' && resolve());
  });
}

/** How often people were sent a result with these words. */
function results(slack: Bots['slack'], words: string): number {
  return slack.requests('response_url').filter(({ body }) => JSON.stringify(body).includes(words)).length;
}
