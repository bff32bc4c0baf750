import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Cluster, startCluster } from '../../sandbox/cluster/cluster.ts';
import { freePort } from '../../sandbox/free-port.ts';
import { type Slack, startSlack } from '../../sandbox/slack/slack.ts';
import { temporaryDirectory } from '../gateway/start-gateway.ts';
import { PASTED, PIECES, SECRETS, tokensWithSecrets } from '../support/canaries.ts';
import { confirm, planFor } from '../support/operator.ts';
import { type Program, runProgram } from '../support/program.ts';
import { size } from '../support/sizes.ts';

const BOT = join(import.meta.dirname, '../../bin/bot.ts');
/** Writes the environment as the running program sees it; the child gateway is not told to load it. */
const PROBE = `import{writeFileSync}from'node:fs';process.on('SIGUSR2',()=>writeFileSync(process.env.PROBE_FILE,JSON.stringify(process.env)))`;
const LEVELS = ['trace', 'silent', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

test.each(LEVELS.slice(0, size({ short: 2, long: LEVELS.length })).map((level) => [level] as const))(
  'invariant 8: at log level %s no secret of any kind is written, sent, kept or passed on by anybody',
  async (level) => {
    const running = await start(level);

    await pasteEverywhere(running);
    await revokeWhatHoldsSecrets(running);
    await letTheClusterSaySecrets(running);
    await letSlackSaySecrets(running);

    for (const [place, text] of await everythingLeft(running))
      for (const [name, piece] of PIECES) if (text.includes(piece)) expect(`${name} in ${place}`).toBe('nowhere');
  },
);

interface Processes {
  readonly slack: Slack;
  readonly cluster: Cluster;
  readonly bot: Program;
  readonly directory: string;
  readonly admin: string;
}

/** The real bot and its gateway, as processes, with secrets that are known; over HTTP where it logs most. */
async function start(level: string): Promise<Processes> {
  const directory = temporaryDirectory();
  const { botToken, appToken, signingSecret, managementToken } = SECRETS;
  const slack = await startSlack({ botToken, appToken, signingSecret });
  const cluster = await startCluster({ managementTokens: [managementToken], tokens: tokensWithSecrets() });
  onTestFinished(async () => {
    await Promise.all([slack.close(), cluster.close()]);
  });
  const overHttp = level === 'trace';
  const [port, adminPort] = [await freePort(), await freePort()];
  const config = join(directory, 'config.toml');
  writeFileSync(
    config,
    [
      ...['[slack]', overHttp ? `mode = "http"\nport = ${port}` : 'mode = "socket"'],
      ...['[store]', 'url = "sqlite:bot.db"', '[admin]', `listen = "127.0.0.1:${adminPort}"`],
      ...['[[profile]]', 'name = "default"', 'product = "clustered"'],
      ...[`host = "${cluster.host}"`, `port = "${cluster.port}"`, '[profile.tls]', 'disable = true'],
      ...['[profile.policy]', 'start = { users = ["U0ALICE001"], usergroups = [] }'],
    ].join('\n'),
  );
  const bot = runProgram(BOT, ['--config', config], {
    TMPDIR: directory,
    LOG_LEVEL: level,
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(PROBE).replaceAll("'", '%27')}`,
    PROBE_FILE: join(directory, 'environment'),
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: botToken,
    ...(overHttp ? { SLACK_SIGNING_SECRET: signingSecret } : { SLACK_APP_TOKEN: appToken }),
    INFLUXDB_MGMT_TOKEN_DEFAULT: managementToken,
  });
  if (overHttp) {
    await bot.says('"msg":"ready"');
    slack.deliverTo({ url: `http://127.0.0.1:${port}/slack/events` });
  } else await Promise.race([slack.whenConnected(), bot.ended.then((code) => Promise.reject(new Error(`${code}`)))]);
  return { slack, cluster, bot, directory, admin: `http://127.0.0.1:${adminPort}` };
}

async function pasteEverywhere({ slack }: Processes): Promise<void> {
  for (const text of PASTED) {
    const exchange = await slack.command('/influx', text);
    expect((await exchange.answer()).plainText()).toContain('looks like a secret');
  }
}

async function revokeWhatHoldsSecrets({ slack, cluster }: Processes): Promise<void> {
  const tokens = cluster.tokens.slice(0, 5);
  const plan = await planFor(slack, tokens, '--debug --reason "leaked in CI"');
  const result = await confirm(slack, plan);

  expect(plan.plainText()).toContain('[secret removed]');
  expect(result.plainText()).toContain('5 revoked');
}

async function letTheClusterSaySecrets({ slack, cluster }: Processes): Promise<void> {
  const { managementToken, pasted } = SECRETS;
  const message = `no, said Bearer ${managementToken} of ${pasted}`;
  const headers = { 'www-authenticate': `Bearer ${managementToken}`, 'x-echo': pasted, 'retry-after': pasted };
  const [token] = cluster.tokens.slice(5);
  if (!token) throw new Error('there is no sixth token');
  for (const status of [400, 401, 403, 404, 429, 500, 302]) {
    cluster.fault({ method: 'GET' }, { kind: 'answer', status, headers, body: { code: status, message } });
    await planFor(slack, [{ id: numbered(status) }]);
  }
  cluster.fault({ method: 'GET' }, { kind: 'answer', status: 200, headers, body: message });
  await planFor(slack, [{ id: numbered(200) }]);
  const plan = await planFor(slack, [token]);
  cluster.fault({ method: 'DELETE' }, { kind: 'answer', status: 403, headers, body: { code: 403, message } });
  expect((await confirm(slack, plan)).plainText()).toContain('1 refused');
}

async function letSlackSaySecrets({ slack }: Processes): Promise<void> {
  const { pasted, botToken } = SECRETS;
  slack.fault({ method: 'response_url' }, { error: `not for ${botToken} or ${pasted}` });
  await (await slack.command('/influx', `token revoke ${numbered(1)}`)).answer();
  const action = { type: 'button', action_id: 'revoke_plan', block_id: 'b', value: pasted, action_ts: '1.2' };
  for (const changes of [{}, { action_id: pasted }, { type: pasted }, { block_id: pasted }])
    await (await slack.clickRaw({ actions: [{ ...action, ...changes }] })).answer();
  await (await slack.clickRaw({ actions: [action], user: { id: pasted } })).answer();
  await (await slack.clickRaw({ type: pasted })).answer();
  await (await slack.command('/influx', 'whoami', { fields: { channel_name: pasted, user_name: pasted } })).answer();
}

/** Everything that anybody could read afterwards, with where it was found. */
async function everythingLeft({ slack, cluster, bot, directory, admin }: Processes): Promise<[string, string][]> {
  const probe = join(directory, 'environment');
  process.kill(bot.pid, 'SIGUSR2');
  await expect.poll(() => readdirSync(directory)).toContain('environment');
  await expect.poll(() => readFileSync(probe, 'utf8')).toContain('}');
  const child = readFileSync(`/proc/${bot.pid}/task/${bot.pid}/children`, 'utf8').trim();
  const metrics = await fetch(`${admin}/metrics`);
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return [
    ...files.map(({ parentPath, name }): [string, string] => [name, readFileSync(join(parentPath, name), 'latin1')]),
    ['the log', bot.output()],
    ['the metrics', await metrics.text()],
    ['the arguments of the bot', readFileSync(`/proc/${bot.pid}/cmdline`, 'utf8')],
    ['the arguments of the gateway', readFileSync(`/proc/${child}/cmdline`, 'utf8')],
    ['the environment of the gateway', readFileSync(`/proc/${child}/environ`, 'utf8')],
    ['what the bot told Slack', JSON.stringify(saidToSlack(slack))],
    ['what the cluster was asked', JSON.stringify(cluster.requests.map(({ path, headers }) => [path, said(headers)]))],
  ];
}

function saidToSlack({ record }: Slack): unknown {
  return record.map(({ direction, body, reply }) => (direction === 'from bot' ? body : reply));
}

/** The management token belongs into one header, and into no other. */
function said({ authorization: _management, ...headers }: Cluster['requests'][number]['headers']): unknown {
  return headers;
}

function numbered(number: number): string {
  return `00000000-0000-4000-8000-${`${number}`.padStart(12, '0')}`;
}
