import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ClusterToken } from '../../sandbox/cluster/seed-tokens.ts';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';
import { planFor } from '../support/operator.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/bot.ts');

/** The real bot and its gateway as processes of their own; gone when the test has finished. */
async function startProcesses(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const { PATH, HOME, TMPDIR } = process.env;
  const sandbox = await openSandbox({ program: PROGRAM, environment: { PATH, HOME, TMPDIR }, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

function outcomes({ directory }: Sandbox): string[] {
  const database = new DatabaseSync(join(directory, 'data', 'influx-chatops.db'), { readOnly: true });
  const rows = database.prepare('select outcome from item').all();
  database.close();
  return rows.map(({ outcome }) => `${outcome}`);
}

describe('invariant 10: acknowledged work survives kill -9', () => {
  test('a revocation killed in the middle is finished and reported by the next process, each token once', async () => {
    const sandbox = await startProcesses();
    const { slack, cluster } = sandbox;
    const tokens = cluster.tokens.filter(isLive).slice(0, 8);
    const plan = await planFor(slack, tokens);
    cluster.latencyMs = 150;
    const deleted = new Promise<void>((resolve) => {
      cluster.onRequest(({ method }) => method === 'DELETE' && resolve());
    });
    await slack.click(plan, 'Revoke');
    await deleted;

    await sandbox.bot.kill();
    cluster.latencyMs = 0;
    await sandbox.startAgain();
    const result = await plan.updated((version) => version.plainText().includes('8 revoked'));

    for (const { id } of tokens) {
      expect(result.plainText()).toContain(`${id.slice(0, 8)}: revoked`);
      expect(cluster.tokens.find((token) => token.id === id)?.revokedAt).toBeDefined();
    }
    expect(outcomes(sandbox)).toEqual(Array.from({ length: 8 }, () => 'revoked'));
  });

  test('a click killed right after its acknowledgement is checked and carried out by the next process', async () => {
    const sandbox = await startProcesses();
    const { slack, cluster } = sandbox;
    const [token] = cluster.tokens;
    const plan = await planFor(slack, token ? [token] : []);
    cluster.fault({ method: 'GET' }, { kind: 'hang' });
    const asked = new Promise<void>((resolve) => {
      cluster.onRequest(({ method }) => method === 'GET' && resolve());
    });
    const click = await slack.click(plan, 'Revoke');
    await asked;

    await sandbox.bot.kill();
    await sandbox.startAgain();
    const result = await plan.updated((version) => version.plainText().includes('1 revoked'));

    expect(click.ack.status).toBe(200);
    expect(result.plainText()).toContain(': revoked');
    expect(cluster.deletes).toEqual([token?.id]);
  });

  test('a command killed while its tokens were read is answered by the next process', async () => {
    const sandbox = await startProcesses();
    const { slack, cluster } = sandbox;
    const [token] = cluster.tokens;
    cluster.fault({ method: 'GET' }, { kind: 'hang' });
    const asked = new Promise<void>((resolve) => {
      cluster.onRequest(() => resolve());
    });
    const command = await slack.command('/influx', `token revoke ${token?.id}`);
    await asked;

    await sandbox.bot.kill();
    await sandbox.startAgain();
    const plan = await command.answer();

    expect(plan.buttons.map(({ text }) => text)).toEqual(['Revoke 1 token', 'Cancel']);
  });

  test('a gateway killed in the middle is started again, and every token still gets its outcome', async () => {
    const sandbox = await startProcesses();
    const { slack, cluster } = sandbox;
    const tokens = cluster.tokens.filter(isLive).slice(0, 4);
    const plan = await planFor(slack, tokens);
    cluster.latencyMs = 200;
    const deleted = new Promise<void>((resolve) => {
      cluster.onRequest(({ method }) => method === 'DELETE' && resolve());
    });
    await slack.click(plan, 'Revoke');
    await deleted;

    process.kill(gatewayOf(sandbox), 'SIGKILL');
    const result = await plan.updated((version) => version.plainText().includes('4 revoked'));

    expect(result.plainText()).toContain('4 revoked');
  });
});

test('SIGTERM in the middle of a revocation ends both processes in time, and loses nothing', async () => {
  const sandbox = await startProcesses({ transport: 'http' });
  const { slack, cluster } = sandbox;
  const tokens = cluster.tokens.filter(isLive).slice(0, 4);
  const plan = await planFor(slack, tokens);
  cluster.latencyMs = 200;
  const deleted = new Promise<void>((resolve) => {
    cluster.onRequest(({ method }) => method === 'DELETE' && resolve());
  });
  await slack.click(plan, 'Revoke');
  await deleted;
  const gateway = gatewayOf(sandbox);

  await sandbox.bot.stop();

  expect(() => process.kill(gateway, 0)).toThrow('ESRCH');
  expect(outcomes(sandbox)).toEqual(['revoked', 'revoked', 'revoked', 'revoked']);
  await sandbox.startAgain();
});

test('invariant 8: no secret is in the arguments or the readable environment of any process, nor in log or store', async () => {
  const sandbox = await startProcesses();
  const { slack, directory } = sandbox;
  await planFor(slack, sandbox.cluster.tokens.slice(0, 1));
  const secrets = [
    slack.botToken,
    slack.appToken,
    slack.signingSecret,
    readFileSync(join(directory, 'management-token'), 'utf8'),
  ];
  const pids = [sandbox.bot.pid ?? 0, gatewayOf(sandbox)];
  const written = [
    ...pids.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8')),
    readFileSync(`/proc/${gatewayOf(sandbox)}/environ`, 'utf8'),
    readFileSync(join(directory, 'bot.log'), 'utf8'),
    readFileSync(join(directory, 'data', 'influx-chatops.db'), 'latin1'),
    readFileSync(join(directory, 'data', 'influx-chatops.db-wal'), 'latin1'),
  ];

  for (const secret of secrets) for (const text of written) expect(text).not.toContain(secret);
});

/** Whether this token can be revoked from Slack. */
function isLive({ revokedAt, description }: ClusterToken): boolean {
  return !revokedAt && !description.includes('do not revoke');
}

/** The process that the bot started. */
function gatewayOf({ bot }: Sandbox): number {
  const children = readFileSync(`/proc/${bot.pid}/task/${bot.pid}/children`, 'utf8').trim().split(/\s+/);
  return Number(children[0]);
}
