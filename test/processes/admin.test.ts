import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { confirm, planFor } from '../support/operator.ts';

const run = promisify(execFile);
const PROGRAM = join(import.meta.dirname, '../../bin/bot.ts');
const AUDIT = join(import.meta.dirname, '../../bin/audit.ts');

/** The real bot and its gateway as processes of their own; gone when the test has finished. */
async function startProcesses(transport: 'http' | 'socket' = 'http'): Promise<Sandbox> {
  const { PATH, HOME, TMPDIR } = process.env;
  const sandbox = await openSandbox({ program: PROGRAM, environment: { PATH, HOME, TMPDIR }, transport });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

interface LogLine {
  readonly msg: string;
  readonly port?: number;
  readonly seq?: number;
  readonly hash?: string;
}

function logOf({ directory }: Sandbox): LogLine[] {
  const lines = readFileSync(join(directory, 'bot.log'), 'utf8').split('\n').filter(Boolean);
  return lines.map((line): LogLine => JSON.parse(line));
}

async function ask(sandbox: Sandbox, path: string): Promise<{ status: number; text: string }> {
  const port = logOf(sandbox).findLast(({ msg }) => msg === 'admin port open')?.port;
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, text: await response.text() };
}

test.each(['http', 'socket'] as const)(
  'a bot over %s is healthy and ready, and asks the cluster once for that',
  async (transport) => {
    const sandbox = await startProcesses(transport);

    const health = await ask(sandbox, '/healthz');
    const answers = [];
    for (let times = 0; times < 20; times += 1) answers.push(await ask(sandbox, '/readyz'));

    expect(health).toMatchObject({ status: 200, text: '{"ok":true}\n' });
    expect(JSON.parse(answers[0]?.text ?? '')).toEqual({
      ready: true,
      parts: { slack: 'ok', store: 'ok', audit: 'ok', 'gateway default': 'ok', 'cluster default': 'ok' },
    });
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(sandbox.cluster.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/v0/tokens/00000000-0000-0000-0000-000000000000',
    ]);
  },
);

test('is not ready, and says why, while Slack cannot reach it', async () => {
  const sandbox = await startProcesses('socket');
  await sandbox.slack.goDown();

  const notReady = await until(sandbox, ({ status }) => status === 503);
  await sandbox.slack.comeBack();
  const ready = await until(sandbox, ({ status }) => status === 200);

  expect(JSON.parse(notReady.text)).toMatchObject({ ready: false, parts: { slack: 'not connected', store: 'ok' } });
  expect(JSON.parse(ready.text)).toMatchObject({ ready: true });
});

test('is not ready, and names the management token, when the cluster refuses it', async () => {
  const sandbox = await startProcesses();
  sandbox.cluster.managementTokens.clear();

  const { status, text } = await ask(sandbox, '/readyz');

  expect(status).toBe(503);
  expect(JSON.parse(text).parts).toMatchObject({
    'gateway default': 'ok',
    'cluster default': 'management token refused',
  });
});

test('is not ready, and says which gateway, while that stands still', async () => {
  const sandbox = await startProcesses();
  const gateway = gatewayOf(sandbox);
  process.kill(gateway, 'SIGSTOP');
  onTestFinished(() => resume(gateway));

  const notReady = await until(sandbox, ({ status }) => status === 503);

  expect(JSON.parse(notReady.text)).toMatchObject({ ready: false, parts: { 'gateway default': 'not serving' } });
});

test('metrics count what happened, under labels that hold no ID, name or word of anybody', async () => {
  const sandbox = await startProcesses();
  const { slack, cluster } = sandbox;
  const tokens = cluster.tokens.filter(
    ({ revokedAt, description }) => !revokedAt && !description.includes('not revoke'),
  );
  await confirm(slack, await planFor(slack, tokens.slice(0, 2), '--reason canary-reason'));
  await slack.click(await planFor(slack, tokens.slice(2, 3)), 'Cancel');
  await (await slack.command('/influx', `token revoke ${tokens[3]?.id}`, { user: 'mallory' })).answer();
  await slack.deliverRaw('text=forged', { headers: { 'x-slack-signature': `v0=${'0'.repeat(64)}` } });

  const { text } = await ask(sandbox, '/metrics');

  for (const line of [
    'influx_chatops_tokens_total{outcome="revoked"} 2',
    'influx_chatops_tokens_total{outcome="unknown"} 0',
    'influx_chatops_plans_ended_total{end="confirmed"} 1',
    'influx_chatops_plans_ended_total{end="cancelled"} 1',
    'influx_chatops_plans_ended_total{end="refused"} 1',
    'influx_chatops_denials_total{reason="not listed"} 1',
    'influx_chatops_revocation_seconds_count 1',
    'influx_chatops_cluster_call_seconds_count{call="revoke",result="ok"} 2',
    'influx_chatops_acknowledgement_seconds_count{request="command"} 3',
    'influx_chatops_acknowledgement_seconds_count{request="click"} 2',
    'influx_chatops_http_turned_away_total{status="401"} 1',
    'influx_chatops_slack_calls_total{method="auth.test",result="ok"} 1',
    'influx_chatops_slack_retries_total 0',
    'influx_chatops_open_work{kind="items"} 0',
    'influx_chatops_frozen 0',
    'influx_chatops_slack_connected 1',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  expect(text).not.toMatch(/canary|[0-9a-f]{8}-[0-9a-f]{4}|U0[A-Z]|alice|mallory|xoxb/);
});

test('the audit chain of a running bot is anchored in its log at the end of each revocation, and verifies', async () => {
  const sandbox = await startProcesses();
  const { slack, cluster, directory } = sandbox;
  await confirm(slack, await planFor(slack, cluster.tokens.slice(0, 1)));
  await sandbox.bot.stop();
  const anchors = logOf(sandbox).filter(({ msg }) => msg === 'audit anchor');
  const last = anchors.at(-1);

  const store = `sqlite:${join(directory, 'data', 'influx-chatops.db')}`;
  await sandbox.startAgain();
  const { stdout } = await run(process.execPath, [
    ...[AUDIT, 'verify', '--store', store, '--anchors', join(directory, 'bot.log')],
    ...['--anchor', `${last?.seq}:${last?.hash}`],
  ]);

  expect(anchors.length).toBeGreaterThanOrEqual(2);
  expect(last?.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(stdout).toMatch(/^ok: \d+ entries, head \d+:[0-9a-f]{64}, \d+ anchors compared\n$/);
});

/** Asks for the readiness until the answer is this. */
async function until(sandbox: Sandbox, accept: (answer: { status: number; text: string }) => boolean) {
  for (;;) {
    const answer = await ask(sandbox, '/readyz');
    if (accept(answer)) return answer;
  }
}

function gatewayOf({ bot }: Sandbox): number {
  return Number(readFileSync(`/proc/${bot.pid}/task/${bot.pid}/children`, 'utf8').trim().split(/\s+/)[0]);
}

/** It may be gone: the bot kills a gateway that does not answer. */
function resume(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('ESRCH'))) throw error;
  }
}
